/** A kind of setting that is looked at on the disk. */
import { accessSync, constants, statSync } from "node:fs";
import type { Kind } from "./kinds.ts";
import { readPath } from "./kinds.ts";

/** A file that is there and can be read: what is in it is needed from the start on. */
export function readableFile(what: string): Kind<string> {
  return {
    expects: `a readable file of ${what}`,
    placeholder: "<file>",
    form: "file",
    read: (raw, base) => {
      const path = readPath(raw, base);
      return path !== undefined && isReadableFile(path) ? path : undefined;
    },
  };
}

function isReadableFile(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return statSync(path).isFile();
  } catch {
    return false;
  }
}
