/** `haulyard.config.json`: the settings of a folder, by the names of the table. */
import { readFileSync, statSync } from "node:fs";

/** Larger than this is not a file of settings. */
const MAX_FILE_BYTES = 1024 * 1024;

export const CONFIG_FILE = "haulyard.config.json";

export type ConfigFile =
  | { kind: "none" }
  | { kind: "read"; values: Readonly<Record<string, unknown>> }
  | { kind: "bad"; problem: string };

export function readConfigFile(file: string): ConfigFile {
  let text: string;
  try {
    if (statSync(file).size > MAX_FILE_BYTES) return bad(`is larger than ${MAX_FILE_BYTES} bytes`);
    text = readFileSync(file, "utf8");
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" ? { kind: "none" } : bad(`cannot be read (${code})`);
  }
  try {
    const values: unknown = JSON.parse(text);
    if (typeof values !== "object" || values === null || Array.isArray(values))
      return bad("expected an object of settings");
    return { kind: "read", values: values as Record<string, unknown> };
  } catch (error) {
    return bad(`is not JSON: ${error instanceof Error ? error.message : String(error)}`);
  }

  function bad(why: string): ConfigFile {
    return { kind: "bad", problem: `${file}: ${why}.` };
  }
}
