/**
 * What a screen reader is told of downloads: problems at once; what has come, and every quarter of the way, with a pause
 * in between. Numbers that change twice a second would drown everything else it has to say. Pure.
 */
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { groupOf } from "../data/group-jobs.ts";
import { t, tn } from "../words/words.ts";

/** Pause between two sentences, but for problems. */
export const SPEAK_EVERY_MS = 20_000;

/** Percent of everything at work that are worth a word. */
const MILESTONES = [25, 50, 75] as const;

type Jobs = ReadonlyMap<string, JobMessage>;

export interface Speech {
  /** As they were looked at last; null before the first look: what is there already is no news. */
  jobs: Jobs | null;
  /** When something was said last, epoch milliseconds. */
  saidAt: number;
  /** Names of what has come since, and is not said yet. */
  come: readonly string[];
  /** The milestone that was reached last; null while nothing is at work. */
  milestone: number | null;
  /** Whether the milestone is still to be said. */
  owed: boolean;
}

export const SILENCE: Speech = { jobs: null, saidAt: 0, come: [], milestone: null, owed: false };

interface Told {
  speech: Speech;
  words: string | null;
  /** When there will be something to say, if nothing else happens; null: not before something does. */
  dueAt: number | null;
}

/** @param percent of everything at work, as the tab's title has it; null if nobody can tell */
export function speak(before: Speech, jobs: Jobs, percent: number | null, now: number): Told {
  const { failed, come } = newsOf(before.jobs, jobs);
  const reached = milestoneOf(percent);
  // Further on only: a new download takes the whole back, which is no news.
  const isFurther = before.jobs !== null && reached !== null && reached > (before.milestone ?? 0);
  const speech: Speech = {
    jobs,
    saidAt: before.saidAt,
    come: [...before.come, ...come],
    milestone: reached === null ? null : isFurther ? reached : Math.min(reached, before.milestone ?? reached),
    owed: percent !== null && (before.owed || isFurther),
  };
  if (failed.length > 0) return told(speech, now, [failedWords(failed), comeWords(speech.come)]);
  if (speech.come.length === 0 && !speech.owed) return { speech, words: null, dueAt: null };
  const dueAt = before.saidAt + SPEAK_EVERY_MS;
  if (now < dueAt) return { speech, words: null, dueAt };
  return told(speech, now, [comeWords(speech.come), speech.owed ? percentWords(percent) : null]);
}

function told(speech: Speech, now: number, parts: readonly (string | null)[]): Told {
  const words = parts.filter((part) => part !== null).join(" ");
  return { speech: { ...speech, saidAt: now, come: [], owed: false }, words, dueAt: null };
}

/** Names of downloads that have come, or have got into trouble, since. */
function newsOf(before: Jobs | null, jobs: Jobs): { failed: string[]; come: string[] } {
  const news = { failed: [] as string[], come: [] as string[] };
  if (before === null || before === jobs) return news;
  for (const [id, job] of jobs) {
    const known = before.get(id);
    if (known === undefined || known === job || known.status === job.status) continue;
    if (job.status === "COMPLETE") news.come.push(job.name);
    else if (groupOf(job) === "problem" && groupOf(known) !== "problem") news.failed.push(job.name);
  }
  return news;
}

function milestoneOf(percent: number | null): number | null {
  if (percent === null) return null;
  return MILESTONES.findLast((milestone) => percent >= milestone) ?? 0;
}

function failedWords(names: readonly string[]): string {
  const [name = ""] = names;
  return names.length === 1
    ? t("{name} needs your attention.", { name })
    : t("{n} downloads need your attention.", { n: names.length });
}

function comeWords(names: readonly string[]): string | null {
  const [name] = names;
  if (name === undefined) return null;
  return names.length === 1
    ? t("{name} is here.", { name })
    : tn(names.length, "{n} download is here.", "{n} downloads are here.");
}

function percentWords(percent: number | null): string | null {
  return percent === null ? null : t("Downloads are at {percent} percent.", { percent });
}
