/** What a tool says of one command → how far its job is. Pure. */
import type { Job, Step } from "../../job/job.ts";
import type { CommandProgress } from "../../job/progress.ts";

type ToolWord = NonNullable<CommandProgress["event"]>;

export interface Measured {
  /** 0 to 1, of all steps of the job; null while nothing can be told. */
  share: number | null;
  bytesDone: number;
  /** Null while unknown. */
  bytesTotal: number | null;
}

/** @param bytesBefore what the steps before this one came to */
export function measureCommand(
  steps: Job["steps"],
  index: number,
  event: ToolWord | null,
  bytesBefore: number,
): Measured {
  const step = steps[index];
  const part = event === null || step === undefined ? null : partOf(step, event);
  const weights = weigh(steps);
  const before = sum(weights.slice(0, index));
  const share =
    part === null && index === 0 ? null : (before + (part ?? 0) * (weights[index] ?? 0)) / sum(weights);
  const later = steps.slice(index + 1).map(sizeOf);
  const here = event === null || step === undefined ? null : totalOf(step, event);
  const isKnown = here !== null && later.every((size) => size !== null);
  return {
    share,
    bytesDone: bytesBefore + (event?.all.bytes_done ?? 0),
    bytesTotal: isKnown ? bytesBefore + here + sum(later.map((size) => size ?? 0)) : null,
  };
}

/** Bytes count where all of them are known beforehand; else each command counts the same. */
function weigh(steps: readonly Step[]): number[] {
  const sizes = steps.map(sizeOf);
  return sizes.every((size) => size !== null && size > 0)
    ? sizes.map((size) => size ?? 0)
    : steps.map(() => 1);
}

function sizeOf(step: Step): number | null {
  if (step.kind === "transfer") return step.size;
  if (step.expects.length === 0) return null;
  return step.expects.reduce<number | null>(
    (total, { size }) => (total === null || size === null ? null : total + size),
    0,
  );
}

function partOf(step: Step, event: ToolWord): number | null {
  const { all } = event;
  const files = Math.max(1, countOf(step), all.files);
  const total = totalOf(step, event);
  if (total !== null && total > 0 && all.bytes_done !== null) return Math.min(1, all.bytes_done / total);
  // Pictures that come with a model are nothing beside it.
  if (event.type !== "progress" || event.stage === "images" || event.percent === null)
    return all.files_done > 0 ? Math.min(1, all.files_done / files) : null;
  return Math.min(1, (all.files_done + event.percent / 100) / files);
}

/** Bytes of all files of the command; null as long as one of them has not been told. */
function totalOf(step: Step, { all }: ToolWord): number | null {
  // What a tool says of the one file may be of what is still to come; its size is known better.
  if (step.kind === "transfer") return step.size ?? all.bytes_total;
  return all.files >= step.expects.length ? all.bytes_total : sizeOf(step);
}

function countOf(step: Step): number {
  return step.kind === "transfer" ? 1 : step.expects.length;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
