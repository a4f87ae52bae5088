/** What `haulyard watch` shows: bars, lines or JSON. */
import type { LiveView } from "../../client/create-live-jobs.ts";
import { hasEnded } from "../../client/poll-jobs.ts";
import type { JobMessage, Status } from "../../wire/job-message.ts";
import { cleanText, fitEnd } from "../screen/clean-text.ts";
import { drawBars } from "../screen/draw-bar.ts";
import { formatSpeed } from "../screen/format.ts";
import { LiveBlock } from "../screen/live-block.ts";
import type { Terminal } from "../screen/terminal.ts";
import { jobBar, noteOf, percentWord, shortId, sizeWord, statusColor, statusWord } from "./job-words.ts";
import { sayJson } from "./say-json.ts";

export interface WatchReport {
  /** `tick` is called this often. */
  everyMs: number;
  /** Called with every change. */
  change(view: LiveView): void;
  tick(view: LiveView): void;
  /** The watching ends with this picture. */
  end(view: LiveView): void;
}

/** Four times a second: the server tells progress twice a second. */
const BARS_MS = 250;
const LINES_MS = 5_000;

/** Those at work first, then what needs a person, then what waits. */
const ORDER: readonly Status[] = ["RUNNING", "HOST_VERIFICATION_NEEDED", "PAUSED", "PENDING"];

export function watchOnBars(terminal: Terminal): WatchReport {
  const block = new LiveBlock(terminal);
  let frame = 0;
  let last: LiveView["jobs"] | null = null;
  const draw = (view: LiveView): void => block.draw(barLines(view, terminal, frame));
  return {
    everyMs: BARS_MS,
    change: (view) => {
      if (!view.ready) return;
      for (const job of newlyEnded(last, view.jobs)) block.log(endedLine(job, terminal));
      last = view.jobs;
    },
    tick: (view) => {
      frame += 1;
      draw(view);
    },
    end: () => block.clear(),
  };
}

export function watchInLines(terminal: Terminal): WatchReport {
  let last: LiveView["jobs"] | null = null;
  let link = "";
  return {
    everyMs: LINES_MS,
    change: (view) => {
      const words = linkWords(view);
      if (words !== link && words !== "") terminal.tell(words);
      if (words === "" && link !== "" && last !== null) terminal.tell("the server is back");
      link = words;
      if (!view.ready) return;
      for (const job of changedStatus(last, view.jobs)) terminal.print(jobLine(job));
      last = view.jobs;
    },
    tick: (view) => {
      for (const job of view.jobs.values()) {
        if (view.link !== "away" && job.status === "RUNNING") terminal.print(jobLine(job));
      }
    },
    end: () => {},
  };
}

export function watchAsJson(terminal: Terminal): WatchReport {
  let last: LiveView["jobs"] = new Map();
  let link = "";
  return {
    everyMs: LINES_MS,
    change: (view) => {
      if (view.link !== link)
        sayJson(terminal, { event: "link", link: view.link, error: view.error?.message ?? null });
      link = view.link;
      for (const [id, job] of view.jobs) if (last.get(id) !== job) sayJson(terminal, { event: "job", job });
      for (const id of last.keys()) if (!view.jobs.has(id)) sayJson(terminal, { event: "removed", id });
      last = view.jobs;
    },
    tick: () => {},
    end: () => {},
  };
}

function barLines(view: LiveView, terminal: Terminal, frame: number): string[] {
  const now = Date.now();
  const { unicode, paintErr: paint } = terminal;
  const columns = terminal.columns();
  const open = [...view.jobs.values()]
    .filter((job) => !hasEnded(job))
    .sort(
      (a, b) =>
        ORDER.indexOf(a.status) - ORDER.indexOf(b.status) ||
        b.priority - a.priority ||
        a.sequence - b.sequence,
    );
  // One row for the counts, one the cursor may need, and one to say how many more there are.
  const room = Math.max(1, terminal.rows() - 3);
  const facts = open.slice(0, room).map((job) => jobBar(job, now));
  const shown = drawBars(facts, { columns, unicode, paint, frame });
  const more = open.length > room ? [paint("dim", `… and ${open.length - room} more`)] : [];
  return [...shown, ...more, statusLine(view, open, terminal)];
}

function statusLine(view: LiveView, open: readonly JobMessage[], terminal: Terminal): string {
  const columns = terminal.columns() - 1;
  const away = linkWords(view);
  if (away !== "") return terminal.paintErr("yellow", fitEnd(away, columns));
  const count = (status: Status): number => open.filter((job) => job.status === status).length;
  const words = ORDER.filter((status) => count(status) > 0).map(
    (status) => `${count(status)} ${statusWord({ status, wish: null })}`,
  );
  const speed = open.reduce((sum, { progress }) => sum + progress.bytes_per_second, 0);
  if (speed > 0) words.push(formatSpeed(speed));
  return terminal.paintErr("dim", fitEnd(words.length === 0 ? "nothing to do" : words.join(", "), columns));
}

function linkWords({ link, ready, error }: LiveView): string {
  if (link === "away") return `server away, reconnecting … ${cleanText(error?.message ?? "")}`.trimEnd();
  return ready ? "" : "connecting …";
}

/** `complete   1f3a9c2e  100%  10.73 GB  model.safetensors`. */
function jobLine(job: JobMessage): string {
  const note = noteOf(job, Date.now());
  const parts = [
    statusWord(job).padEnd(10),
    shortId(job.id),
    percentWord(job).padStart(4),
    sizeWord(job).padStart(9),
  ];
  return [...parts, cleanText(job.name), ...(note === "" ? [] : [note])].join("  ");
}

function endedLine(job: JobMessage, terminal: Terminal): string {
  const line = fitEnd(jobLine(job), terminal.columns() - 1);
  const word = statusWord(job);
  return line.startsWith(word)
    ? terminal.paintErr(statusColor(job.status), word) + line.slice(word.length)
    : line;
}

/** Jobs that ended since the last look; none of the first one. */
function newlyEnded(last: LiveView["jobs"] | null, jobs: LiveView["jobs"]): JobMessage[] {
  if (last === null) return [];
  return [...jobs.values()].filter((job) => {
    const before = last.get(job.id);
    return hasEnded(job) && (before === undefined || !hasEnded(before));
  });
}

/** Jobs another thing is to be said of than before; at the first look all that have not ended. */
function changedStatus(last: LiveView["jobs"] | null, jobs: LiveView["jobs"]): JobMessage[] {
  if (last === null) return [...jobs.values()].filter((job) => !hasEnded(job));
  return [...jobs.values()].filter((job) => {
    const before = last.get(job.id);
    return before?.status !== job.status || before.wish !== job.wish;
  });
}
