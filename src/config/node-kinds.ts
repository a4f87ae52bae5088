/** Kinds of values that tell of a machine among others. */
import { readUrl, text } from "./kinds.ts";
import type { Kind } from "./kinds.ts";

/** Where a server answers; a path before its own is part of it. */
export const httpAddress: Kind<string> = text("http(s)://<host>[:<port>]", "<url>", (value) => {
  const url = readUrl(value);
  const isPlain = url?.username === "" && url.password === "" && url.search === "" && url.hash === "";
  return isPlain && /^https?:$/.test(url.protocol);
});

/** Part of the names of lanes and owners, where `:` and `/` divide. */
const NODE_NAME = /^[a-z0-9](?:[a-z0-9._-]{0,61}[a-z0-9])?$/i;

export const nodeName: Kind<string> = text("a name of letters, digits, dots and dashes", "<name>", (value) =>
  NODE_NAME.test(value),
);
