/** What a look at the whole installation finds. */

export const FINDING_AREAS = [
  "server",
  "folders",
  "files",
  "programs",
  "services",
  "machines",
  "instances",
] as const;
export type FindingArea = (typeof FINDING_AREAS)[number];

export const FINDING_STATES = [
  "ok",
  /** Works without it; something is not offered. */
  "hint",
  /** Something does not work. */
  "problem",
] as const;
export type FindingState = (typeof FINDING_STATES)[number];

export interface Finding {
  area: FindingArea;
  /** Stable, for programs: `models_folder`, `ssh`, `hugging_face`. */
  name: string;
  state: FindingState;
  /** What was found, for people; without secrets. */
  message: string;
  /** What to do about it, or null. */
  advice: string | null;
}

/** Looks at everything anew. Never rejects but for bugs. */
export type Examine = (signal: AbortSignal) => Promise<Finding[]>;
