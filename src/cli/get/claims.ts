/** Two addresses of one command must not write one file (CONTRACT §4): the first that is named so gets it. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { basename } from "node:path";
import type { TransferStep } from "../../job/job.ts";
import { redactUrl } from "../../job/redact.ts";
import { cleanText } from "../screen/clean-text.ts";

export class Claims {
  readonly #owners = new Map<string, TransferStep>();

  /** Null if the step may write the path. */
  claim(path: string, step: TransferStep): Failure | null {
    const owner = this.#owners.get(path);
    // The same address twice is one file: the second time it is there already.
    if (owner === undefined || owner.url === step.url) {
      this.#owners.set(path, owner ?? step);
      return null;
    }
    const message =
      `Two addresses of this command end in the same name: ${path} is for ${redactUrl(owner.url)}, ` +
      `so ${redactUrl(step.url)} was left out.`;
    return failure("destination_exists", message, {
      advice:
        `Give it another name or folder: a command of its own with -o or -d, ` +
        `or in a list (-i) an indented line out=${cleanText(basename(path))}.2 or dir=FOLDER below it.`,
    });
  }
}
