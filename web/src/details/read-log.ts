/** The log of a job as the page shows it: read on from where it was read up to. */
import type { JobCalls } from "../../../src/client/create-client.ts";
import { appendLines, plainText } from "./log-text.ts";

/** Of a long log the end is shown. Bytes. */
const SHOWN_BYTES = 256 * 1024;
/** Parts asked for at once, one after the other: a log is bounded, but nobody has to trust that. */
export const MOST_PARTS = 200;

export interface ShownLog {
  lines: readonly string[];
  /** The line that is being written now. */
  open: string | null;
  /** The beginning is left out. */
  cut: boolean;
  /** Where to ask from next time; below 0: so many bytes before the end. */
  next: number;
}

const NOTHING: ShownLog = { lines: [], open: null, cut: false, next: -SHOWN_BYTES };

/** @param before what is shown of it already */
export async function readLog(
  jobs: Pick<JobCalls, "log">,
  id: string,
  before: ShownLog | undefined,
  signal?: AbortSignal,
): Promise<ShownLog> {
  let shown = before ?? NOTHING;
  for (let part = 0; part < MOST_PARTS; part++) {
    const { offset, text, next, open } = await jobs.log(id, shown.next, signal);
    if (offset < shown.next) {
      // A server that was killed writes its last lines anew: those that are shown would be there twice.
      shown = NOTHING;
      continue;
    }
    shown = {
      lines: appendLines(shown.lines, text),
      open: open === null ? null : plainText(open),
      cut: shown.cut || (shown.next < 0 && offset > 0),
      next,
    };
    if (text === "") break;
  }
  return shown;
}
