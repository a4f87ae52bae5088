/** `haulyard lock`: what is here, as a lock file. */
import { readFile } from "node:fs/promises";
import { writeFileSync, renameSync } from "node:fs";
import { mergeLocks } from "../../catalog/lock/write-lock.ts";
import { readLock } from "../../catalog/lock/read-lock.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { openTerminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";

/** As commander gives them. */
export interface LockOptions {
  output?: string;
  root?: "models" | "images" | "files";
  all?: true;
  json?: true;
}

export async function runLock({ output, root, all, json }: LockOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const before = output === undefined ? null : await readOld(output);
  const { lock, count, unknown, unhashed } = await connect().locks.get({
    ...(root === undefined ? {} : { root }),
    ...(all === true ? { all: "1" } : {}),
  });
  const text = before === null ? lock : mergeLocks(before, lock);
  if (output !== undefined) {
    // Never half a file.
    writeFileSync(`${output}.new`, text);
    renameSync(`${output}.new`, output);
  }
  if (json === true) sayJson(terminal, { lock: text, count, unknown, unhashed, file: output ?? null });
  else if (output === undefined) terminal.print(text.trimEnd());
  else terminal.print(`${output}: ${count} ${count === 1 ? "file" : "files"}.`);
  if (unhashed > 0)
    terminal.tell(
      `haulyard: ${unhashed} of them were not read for their hash yet: the server does it by and by, ask again then.`,
    );
  if (unknown > 0) terminal.tell(`haulyard: of ${unknown} nobody knows where they are to be had.`);
  return EXIT.done;
}

/** Null: there is none yet. */
async function readOld(file: string): Promise<string | null> {
  let text: string;
  try {
    text = await readFile(file, "utf8");
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return null;
    throw new UsageError(`${file} cannot be read: ${error instanceof Error ? error.message : String(error)}`);
  }
  const reading = readLock(text);
  if (reading.kind === "lock") return text;
  throw new UsageError(`${file} is there and is no lock file: ${reading.reason}. Name another file.`);
}
