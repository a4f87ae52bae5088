/** A kind of setting: paths of programs or folders. */
import { isAbsolute } from "node:path";
import { CONTROL, readText } from "./kinds.ts";
import type { Kind } from "./kinds.ts";

/** Programs or folders of this machine, by their absolute paths. Separated by `:` as in PATH, or a JSON array. */
export function absolutePaths(what: "programs" | "folders"): Kind<readonly string[]> {
  return {
    expects: `absolute paths of ${what}, separated by ':'`,
    placeholder: `<${what}>`,
    read: (raw) => {
      const paths: unknown[] | undefined = Array.isArray(raw) ? raw : readText(raw)?.split(":");
      const clean = paths?.map((path) => (typeof path === "string" ? path.trim() : ""));
      return clean?.every((path) => isAbsolute(path) && !path.includes(":") && !CONTROL.test(path)) === true
        ? clean
        : undefined;
    },
    write: (paths) => paths.join(":"),
  };
}
