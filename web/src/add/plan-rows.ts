/** The answer to "what would come of it?" as lines of a list. Pure. */
import type { PlanAnswer, PlanMessage, PlannedJobMessage } from "../../../src/wire/plan.ts";

export type PlanRow =
  /** Only where there are several: which of them, and which plans are its. */
  | { kind: "place"; key: string; place: number; from: number; before: number }
  /** Only where there is more than one source. */
  | { kind: "title"; key: string; title: string }
  | { kind: "error"; key: string; message: string; advice: string; page: string | null }
  /** `plan`: which of the plans it is of. `choice`: what names it where jobs are chosen. */
  | { kind: "job"; key: string; plan: number; choice: string; job: PlannedJobMessage }
  | { kind: "skipped"; key: string; what: string; reason: string; file: string | null }
  | { kind: "note"; key: string; text: string };

/** What names a job of a plan: the same file may be in two sources. */
export function choiceKey(plan: number, job: PlannedJobMessage): string {
  return `${plan} ${job.key}`;
}

/** Place by place, each with its plans; those of places that are closed are left out. */
export function toPlaceRows(
  answer: PlanAnswer,
  places: number,
  isOpen: (place: number) => boolean,
): PlanRow[] {
  const { plans } = answer;
  const sources = plans.length / places;
  return Array.from({ length: places }, (_, place) => place).flatMap((place): PlanRow[] => {
    const [from, before] = [place * sources, (place + 1) * sources];
    const head: PlanRow = { kind: "place", key: `place ${place}`, place, from, before };
    return isOpen(place) ? [head, ...rowsBetween(plans, from, before)] : [head];
  });
}

/** Source by source: what is wrong with it, its files, what is left out, what a person should know. */
export function toPlanRows({ plans }: PlanAnswer): PlanRow[] {
  return rowsBetween(plans, 0, plans.length);
}

function rowsBetween(plans: readonly PlanMessage[], from: number, before: number): PlanRow[] {
  const named = before - from > 1;
  return plans
    .slice(from, before)
    .flatMap((plan, offset) => [
      ...(named ? [{ kind: "title" as const, key: `${from + offset} title`, title: plan.title }] : []),
      ...rowsOf(plan, from + offset),
    ]);
}

function rowsOf(plan: PlanMessage, at: number): PlanRow[] {
  const { error, jobs, skipped, notes } = plan;
  const rows: PlanRow[] = [];
  if (error !== null) {
    const { message, advice, page } = error;
    // The rules name the field in front; here it stands below it.
    const sentence = message.replace(/^source: /, "").replace(/^[a-z]/, (letter) => letter.toUpperCase());
    rows.push({ kind: "error", key: `${at} error`, message: sentence, advice, page });
  }
  // Two of the same destination have the same key.
  for (const [index, job] of jobs.entries())
    rows.push({ kind: "job", key: `${at} job ${index}`, plan: at, choice: choiceKey(at, job), job });
  for (const [index, part] of skipped.entries())
    rows.push({ kind: "skipped", key: `${at} left ${index}`, ...part });
  for (const [index, text] of notes.entries()) rows.push({ kind: "note", key: `${at} note ${index}`, text });
  return rows;
}

/** Whether every word is in what the row is about. Titles stay: they say of what the rest is. */
export function rowMatches(row: PlanRow, words: readonly string[]): boolean {
  if (words.length === 0 || row.kind === "title" || row.kind === "error" || row.kind === "place") return true;
  const text = textOf(row).toLowerCase();
  return words.every((word) => text.includes(word));
}

function textOf(row: Extract<PlanRow, { kind: "job" | "skipped" | "note" }>): string {
  switch (row.kind) {
    case "job":
      return `${row.job.name}\n${row.job.destination ?? ""}\n${row.job.source.text}`;
    case "skipped":
      return `${row.what}\n${row.reason}`;
    case "note":
      return row.text;
    default:
      throw row satisfies never;
  }
}
