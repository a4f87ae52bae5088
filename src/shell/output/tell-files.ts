/** One file speaks for itself; of several at once it is told what they come to. */
import { progressOf, stageStart, subjectOf, subjectOfAll } from "./make-event.ts";
import type { Subject, ToolEvent } from "../../job/output-contract.ts";
import type { Advance, Report, Tally, TrackedFile } from "./track-files.ts";
import { advance, sumUp } from "./track-files.ts";

export function tellFile(tally: Tally, file: TrackedFile, moved: Advance): ToolEvent | null {
  if (moved === "same") return null;
  const subject = subjectOf(file);
  return moved === "restarted" ? stageStart(tally, subject, file.path) : progressOf(tally, file, subject);
}

/**
 * @param told what the tool itself says of all files; summed up where it says nothing
 * @param named what they are called together; else `3 files`
 */
export function tellGroup(tally: Tally, told: Report = {}, named: Subject | null = null): ToolEvent | null {
  const moved = advance(tally.group, tally.groupIsTold ? told : { ...sumUp(tally), ...told });
  if (moved === "same") return null;
  const subject = named ?? subjectOfAll(tally);
  return moved === "restarted" ? stageStart(tally, subject, null) : progressOf(tally, tally.group, subject);
}
