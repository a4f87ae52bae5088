/** The present folder and the names that were typed, where the system has them and Node.js cannot. */
import { statSync } from "node:fs";
import { UsageError } from "./usage-error.ts";

/** Node.js puts it in the place of bytes that are no UTF-8: what the name was is lost then. */
const NO_UTF8 = "\uFFFD";

/** Of names like these another file would be written than the one that was meant. */
export function refuseLostNames(args: readonly string[]): void {
  const lost = args.find((arg) => arg.includes(NO_UTF8));
  if (lost !== undefined)
    throw new UsageError(`${JSON.stringify(lost)} holds bytes that are no UTF-8: give a name without them.`);
}

/** A folder that is gone is left to who needs one: asking a server needs none. */
export function refuseLostFolder(): void {
  const folder = presentFolder();
  if (folder === null || !folder.includes(NO_UTF8)) return;
  const [meant, named] = [statSync("."), statSync(folder, { throwIfNoEntry: false })];
  if (named === undefined || named.ino !== meant.ino || named.dev !== meant.dev)
    throw new UsageError(
      `The name of the present folder (${folder}) holds bytes that are no UTF-8: go to another one.`,
    );
}

function presentFolder(): string | null {
  try {
    return process.cwd();
  } catch (error) {
    if (isFolderGone(error)) return null;
    throw error;
  }
}

/** Somebody removed the folder the command was started in; whatever has to do with a relative path says so. */
export function isFolderGone(error: unknown): boolean {
  return error instanceof Error && "syscall" in error && error.syscall === "uv_cwd";
}
