/** `haulyard add --dry-run`: what would be added, and what it would come to. */
import type { PlanAnswer, PlanMessage, PlannedJobMessage } from "../../wire/plan.ts";
import { combineExitCodes, exitCodeOf } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { formatBytes } from "../screen/format.ts";
import type { Color, Terminal } from "../screen/terminal.ts";

/** Of each source so many lines are shown on a screen; the rest is counted. In a pipe all are. */
export const MOST_ROWS = 40;

const STATES: Readonly<Record<PlannedJobMessage["state"], readonly [word: string, color: Color]>> = {
  new: ["new", "green"],
  begun: ["goes on", "green"],
  queued: ["in the queue", "yellow"],
  there: ["there already", "yellow"],
  here_elsewhere: ["on this machine", "green"],
  in_the_way: ["in the way", "red"],
  repeated: ["repeated", "yellow"],
};

/** Prints the plans; the exit code is that of what would fail. */
export function showPlan(terminal: Terminal, answer: PlanAnswer): void {
  for (const [index, plan] of answer.plans.entries()) {
    if (index > 0) terminal.print("");
    for (const line of linesOf(plan, terminal)) terminal.print(line);
  }
  terminal.print("");
  for (const line of totalLines(answer, terminal)) terminal.print(line);
}

export function exitCodeOfPlan({ plans }: PlanAnswer): ExitCode {
  return combineExitCodes(
    plans.flatMap(({ error, jobs }) =>
      error === null
        ? jobs.map(({ trouble }): ExitCode => (trouble === null ? 0 : exitCodeOf(trouble.code)))
        : [exitCodeOf(error.code)],
    ),
  );
}

function linesOf(plan: PlanMessage, terminal: Terminal): string[] {
  const { error, jobs, skipped, notes } = plan;
  const paint = terminal.paintOut;
  const head = paint("bold", cleanText(plan.title));
  if (error !== null) {
    const why = [cleanText(error.message), ...(error.advice === "" ? [] : [cleanText(error.advice)])];
    const page = error.page === null || error.advice.includes(error.page) ? [] : [cleanText(error.page)];
    return [head, ...[...why, ...page].map((line, index) => `  ${index === 0 ? paint("red", line) : line}`)];
  }
  const most = terminal.printsToScreen ? MOST_ROWS : Infinity;
  return [
    head,
    ...tableOf(jobs.slice(0, most), terminal),
    ...more(jobs.length - most, "more files"),
    ...skipped
      .slice(0, most)
      .map(
        ({ what, reason }) => `  ${paint("yellow", "left out")}  ${cleanText(what)}: ${cleanText(reason)}`,
      ),
    ...more(skipped.length - most, "more left out"),
    ...notes.map((note) => `  ${paint("dim", cleanText(note))}`),
  ];
}

function more(count: number, what: string): string[] {
  return count > 0 ? [`  … and ${count} ${what}`] : [];
}

function tableOf(jobs: readonly PlannedJobMessage[], terminal: Terminal): string[] {
  const paint = terminal.paintOut;
  const rows = jobs.flatMap((job) => {
    const [word, color] = job.trouble === null ? STATES[job.state] : (["would fail", "red"] as const);
    const row = [
      { text: word, paint: (text: string) => paint(color, text) },
      { text: job.size === null ? "?" : formatBytes(job.size) },
      { text: job.checksum?.algorithm ?? "no hash" },
      { text: cleanText(job.destination ?? job.name) },
      {
        text:
          job.trouble === null
            ? ""
            : cleanText(`${job.trouble.message.replace(/\.$/, "")}. ${job.trouble.advice}`),
      },
    ];
    return [row, ...job.commands.flatMap(filesOf)];
  });
  return drawTable(
    [
      { head: "STATE" },
      { head: "SIZE", right: true },
      { head: "HASH" },
      { head: "TO", share: 3 },
      { head: "", share: 2 },
    ],
    rows,
    {
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => paint("dim", text),
    },
  );
}

/** What a line of a card fetches, and where to. */
function filesOf({ expects, line }: PlannedJobMessage["commands"][number]): { text: string }[][] {
  if (expects.length === 0)
    return [[{ text: "" }, { text: "" }, { text: "" }, { text: `  ${cleanText(line)}` }]];
  return expects.map(({ folder, name, urls, size, checksum }) => [
    { text: "" },
    { text: size === null ? "?" : formatBytes(size) },
    { text: checksum?.algorithm ?? "no hash" },
    { text: `  ${cleanText(`${folder.replace(/\/$/, "")}/${name ?? "…"}`)}` },
    { text: cleanText(urls[0] ?? line) },
  ]);
}

function totalLines({ count, bytes, unknown, space }: PlanAnswer, terminal: Terminal): string[] {
  const files = `${count} ${count === 1 ? "file" : "files"}`;
  const open = unknown === 0 ? "" : ` and ${unknown} of unknown size`;
  return [
    count === 0 ? "Nothing to fetch." : `Would fetch ${files}, ${formatBytes(bytes)}${open}.`,
    ...space.map((disk) => {
      const queued =
        disk.promised_bytes === 0 ? "" : ` (${formatBytes(disk.promised_bytes)} of them for the queue)`;
      const line = `Free for ${cleanText(disk.folder)}: ${formatBytes(disk.free_bytes)}${queued}.`;
      return disk.enough ? line : `${terminal.paintOut("red", "Not enough space.")} ${line}`;
    }),
  ];
}
