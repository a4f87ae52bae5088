/** `haulyard lock`: what is here, as a lock file. */
import { readFile, rename, rm, writeFile } from "node:fs/promises";
import { mergeLocks } from "../../catalog/lock/write-lock.ts";
import { readLock } from "../../catalog/lock/read-lock.ts";
import { explainDiskError, tellTrouble } from "../backup/explain-disk-error.ts";
import type { DiskTrouble } from "../backup/explain-disk-error.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { nameBeside, refuseOutput } from "../refuse-output.ts";
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
  const refusal = output === undefined ? null : await refuseOutput(output, "-o");
  if (refusal !== null) return tellTrouble(terminal, refusal);
  const before = output === undefined ? null : await readOld(output);
  const { lock, count, unknown, unhashed } = await connect().locks.get({
    ...(root === undefined ? {} : { root }),
    ...(all === true ? { all: "1" } : {}),
  });
  const text = before === null ? lock : mergeLocks(before, lock);
  const trouble = output === undefined ? null : await writeLock(output, text);
  if (trouble !== null) return tellTrouble(terminal, trouble);
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

/** Never half a file. Answers what the disk had against it, or null. */
async function writeLock(file: string, text: string): Promise<DiskTrouble | null> {
  const temporary = nameBeside(file, "lock");
  try {
    await writeFile(temporary, text, { flag: "wx", flush: true });
    await rename(temporary, file);
    return null;
  } catch (error) {
    await rm(temporary, { force: true });
    const trouble = explainDiskError(error, file);
    if (trouble === null) throw error;
    return trouble;
  }
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
