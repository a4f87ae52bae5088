/** One event or many become one message. Pure. */
import { formatSize } from "../size-text.ts";
import { NOTICE_KINDS } from "./notice.ts";
import type { Notice, NoticeKind } from "./notice.ts";

/** What one message tells. */
export interface Digest {
  counts: Partial<Record<NoticeKind, number>>;
  /** The first of each kind, in the order they came. */
  first: readonly Notice[];
}

/** Events of a kind a message names; of more it says how many they are. */
const NAMED_OF_A_KIND = 20;
/** Lines of a text message: more is not read on a phone. */
const MAX_LINES = 12;

export const NOTHING: Digest = { counts: {}, first: [] };

export function addTo({ counts, first }: Digest, notice: Notice): Digest {
  const before = counts[notice.kind] ?? 0;
  return {
    counts: { ...counts, [notice.kind]: before + 1 },
    first: before < NAMED_OF_A_KIND ? [...first, notice] : first,
  };
}

export function countOf({ counts }: Digest): number {
  return NOTICE_KINDS.reduce((sum, kind) => sum + (counts[kind] ?? 0), 0);
}

export interface Wording {
  title: string;
  /** What to do first comes first. */
  lines: string[];
  /** True if somebody has to do something. */
  isUrgent: boolean;
}

/** What needs somebody comes before what is well. */
const ORDER = ["disk_low", "attention", "failed", "complete"] as const satisfies readonly NoticeKind[];

/** The words for people, the same on every channel. */
export function describeDigest(digest: Digest): Wording {
  const total = countOf(digest);
  const sorted = ORDER.flatMap((kind) => digest.first.filter((notice) => notice.kind === kind));
  const [only] = sorted;
  const isUrgent = ORDER.some((kind) => kind !== "complete" && (digest.counts[kind] ?? 0) > 0);
  if (total === 1 && only !== undefined) return { title: titleOf(only), lines: detailsOf(only), isUrgent };
  const named = sorted.slice(0, MAX_LINES);
  const more = total - named.length;
  return {
    title: ORDER.toReversed()
      .flatMap((kind) => (digest.counts[kind] === undefined ? [] : [countWords(kind, digest.counts[kind])]))
      .join(", "),
    lines: [...named.map(lineOf), ...(more > 0 ? [`… and ${more} more`] : [])],
    isUrgent,
  };
}

function titleOf({ kind, subject }: Notice): string {
  if (subject.kind === "disk") return "Disk space is low";
  switch (kind) {
    case "complete":
      return `Complete: ${subject.name}`;
    case "failed":
      return `Failed: ${subject.name}`;
    case "attention":
    case "disk_low":
      return `Needs attention: ${subject.name}`;
    default:
      throw kind satisfies never;
  }
}

function detailsOf({ subject }: Notice): string[] {
  if (subject.kind === "disk") return [`${formatSize(subject.freeBytes)} left for ${subject.folder}`];
  const size = subject.bytes === null ? [] : [formatSize(subject.bytes)];
  const place = subject.placeLabel === null ? [] : [`on ${subject.placeLabel}`];
  const path = subject.path === null ? [] : [subject.path];
  if (subject.message !== null) return [subject.message, ...path, ...place];
  return [[...size, ...place].join(" "), ...path].filter((line) => line !== "");
}

function lineOf(notice: Notice): string {
  const { subject } = notice;
  if (subject.kind === "disk") return `Disk low: ${detailsOf(notice).join(" ")}`;
  const place = subject.placeLabel === null ? "" : ` (${subject.placeLabel})`;
  return `${titleOf(notice)}${place}${subject.message === null ? "" : `: ${subject.message}`}`;
}

function countWords(kind: NoticeKind, count: number): string {
  switch (kind) {
    case "complete":
      return `${count} ${count === 1 ? "download" : "downloads"} complete`;
    case "failed":
      return `${count} failed`;
    case "attention":
      return `${count} ${count === 1 ? "needs" : "need"} attention`;
    case "disk_low":
      return "disk space is low";
    default:
      throw kind satisfies never;
  }
}
