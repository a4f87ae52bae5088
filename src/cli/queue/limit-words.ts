/** Limits in the words of the terminal. Pure. */
import { formatRate } from "../../job/limit/format-rate.ts";
import type { JobMessage } from "../../wire/job-message.ts";
import type { LimitMessage } from "../../wire/limits.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { formatHour, formatSpeed, formatTime } from "../screen/format.ts";
import type { Terminal } from "../screen/terminal.ts";
import { shortId } from "./job-words.ts";

/** Width of the words before the facts. */
const LABEL = 7;

/** What runs at present. */
export interface Present {
  running: number;
  bytesPerSecond: number;
}

/** The limit for all: what holds now, where it comes from, how fast it is. @param at epoch milliseconds */
export function limitLines(limit: LimitMessage, present: Present | null, at: number): string[] {
  const { now, limit_rate } = limit;
  const until = now.until === null ? "" : ` until ${formatHour(new Date(now.until), new Date(at))}`;
  const planned = /[:,]/.test(limit_rate);
  return [
    line("limit", `${nowWords(now.bytes_per_second)}${until}`),
    ...(planned ? [line("plan", limit_rate)] : []),
    line("from", originWords(limit)),
    ...(present === null ? [] : [line("speed", speedWords(present))]),
  ];
}

export function jobLimitLine(job: JobMessage): string {
  return `${limitWord(job)}  ${shortId(job.id)}  ${cleanText(job.name)}`;
}

/** The jobs with limits of their own. */
export function limitTable(jobs: readonly JobMessage[], terminal: Terminal): string[] {
  const rows = jobs.map((job) => [
    { text: shortId(job.id) },
    { text: limitWord(job) },
    { text: job.status === "RUNNING" ? formatSpeed(job.progress.bytes_per_second) : "" },
    { text: cleanText(job.name) },
  ]);
  return drawTable(
    [
      { head: "ID" },
      { head: "LIMIT", right: true },
      { head: "SPEED", right: true },
      { head: "NAME", share: 1 },
    ],
    rows,
    {
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => terminal.paintOut("dim", text),
    },
  );
}

function limitWord({ limit_rate }: JobMessage): string {
  return limit_rate === null ? "no limit" : formatRate(limit_rate);
}

function nowWords(bytesPerSecond: number | null): string {
  if (bytesPerSecond === null) return "none";
  return bytesPerSecond === 0 ? "off, downloads wait" : formatRate(bytesPerSecond);
}

function originWords({ source, setting, changed_at }: LimitMessage): string {
  if (source === "setting") return "the setting HAULYARD_LIMIT_RATE";
  const when = changed_at === null ? "" : ` on ${formatDay(new Date(changed_at))}`;
  return `changed${when}; the setting says ${setting}, 'haulyard limit --reset' goes back to it`;
}

function speedWords({ running, bytesPerSecond }: Present): string {
  if (running === 0) return "nothing is running";
  return `${formatSpeed(bytesPerSecond)}, ${running === 1 ? "1 download" : `${running} downloads`} running`;
}

/** `2026-11-21 at 18:00`. */
function formatDay(moment: Date): string {
  const [month, day] = [moment.getMonth() + 1, moment.getDate()].map(twoDigits);
  return `${moment.getFullYear()}-${month}-${day} at ${formatTime(moment)}`;
}

function twoDigits(value: number): string {
  return String(value).padStart(2, "0");
}

function line(label: string, words: string): string {
  return `${label.padEnd(LABEL)}${words}`;
}
