import { accessSync, constants } from "node:fs";
import { delimiter, join } from "node:path";

/** Those of the programs that are in none of the folders commands are looked for in. */
export function lackingPrograms(
  names: readonly string[],
  more: readonly string[] = [],
  path: string = process.env["PATH"] ?? "",
): string[] {
  const folders = [...more, ...path.split(delimiter)].filter((folder) => folder !== "");
  return names.filter((name) => !folders.some((folder) => isProgram(join(folder, name))));
}

function isProgram(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}
