import type * as Tls from "node:tls";

/** When it is first needed: it takes more time and memory than the rest of a small download over plain HTTP. */
export function loadTls(): typeof Tls {
  return process.getBuiltinModule("node:tls");
}
