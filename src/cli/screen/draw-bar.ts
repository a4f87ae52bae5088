/** One line that shows how far a download is, in exactly the room there is. Pure. */
import { fitEnd, fitMiddle, padEnd, padStart, textWidth } from "./clean-text.ts";
import { formatBytes, formatBytesOf, formatCountdown, formatSpeed } from "./format.ts";
import type { Color, Paint } from "./terminal.ts";

export interface BarFacts {
  name: string;
  /** 0 to 1, or null while the size is unknown. */
  fraction: number | null;
  /** As the job has it: never 100 before the file is in place. */
  percent: number | null;
  bytesDone: number;
  bytesTotal: number | null;
  bytesPerSecond: number;
  etaSeconds: number | null;
  connections: number;
  /** In the place of speed and time left, where there is something else to say: `verifying 45%`. */
  note: string | null;
  color: Color;
}

export interface BarStyle {
  columns: number;
  unicode: boolean;
  paint: Paint;
  /** Counts up while drawing: moves the bar of an unknown size. */
  frame: number;
}

const GAP = "  ";
/** Shorter bars say nothing. */
const MIN_BAR = 8;
/** Longer ones say nothing more. */
const MAX_BAR = 40;
const MIN_NAME = 10;
const MAX_NAME = 40;
/** A name is not cut below this for the sake of a bar. */
const READABLE_NAME = 16;
const PERCENT_COLUMNS = 4;
const SPEED_COLUMNS = 8;
/** `23:59:59 left`. */
const ETA_COLUMNS = 13;
/** Room of a note that is lined up with speeds and times left. */
const NOTE_COLUMNS = SPEED_COLUMNS + GAP.length + ETA_COLUMNS;
/** A note may be cut, but not below this. */
const MIN_NOTE = 12;

/** Numbers keep their columns while they grow, so that nothing jumps. */
interface Column {
  key: "percent" | "bytes" | "speed" | "eta" | "connections" | "note";
  text: string;
  /** The lowest is the last to be left out. */
  rank: number;
  /** May be cut to fit. */
  flexible?: true;
}

export function drawBar(facts: BarFacts, style: BarStyle): string {
  return drawBars([facts], style)[0] ?? "";
}

/** Several lines, their bars and numbers below each other. */
export function drawBars(all: readonly BarFacts[], style: BarStyle): string[] {
  // The last column stays empty: writing into it moves some terminals to the next row.
  const room = style.columns - 1;
  const alone = all.length === 1;
  const given = align(all.map((facts) => columnsOf(alone ? facts : withShortNote(facts))));
  const wanted = Math.max(...all.map(({ name }) => textWidth(name)));
  const layouts = all.map((facts, index) => layOut(facts, given[index] ?? [], wanted, room));
  const barColumns = Math.min(MAX_BAR, ...layouts.map((layout) => layout.barColumns));
  const nameColumns = Math.min(...layouts.map((layout) => layout.nameColumns));
  return layouts.map(({ facts, columns }) => {
    if (columns.length === 0) return drawNumbers(facts, room);
    const name = padEnd(fitMiddle(facts.name, nameColumns), nameColumns);
    const bar = barColumns < MIN_BAR ? "" : GAP + paintBar(facts, barColumns, style);
    const before = name + bar;
    // A note that was shortened to line the bars up gets back what room is left.
    return columns
      .reduce((line, { key, text }) => {
        const left = room - textWidth(line) - GAP.length;
        return line + GAP + (key === "note" ? fitEnd(facts.note ?? text, left) : text);
      }, before)
      .trimEnd();
  });
}

function withShortNote(facts: BarFacts): BarFacts {
  return facts.note === null ? facts : { ...facts, note: fitEnd(facts.note, NOTE_COLUMNS) };
}

interface Layout {
  facts: BarFacts;
  columns: readonly Column[];
  nameColumns: number;
  /** Room for a bar; too little of it means none. */
  barColumns: number;
}

function layOut(facts: BarFacts, given: readonly Column[], wanted: number, room: number): Layout {
  const columns = fitColumns(given, room - MIN_NAME);
  const left = room - columns.reduce((sum, { text }) => sum + GAP.length + textWidth(text), 0);
  const nameColumns = nameRoom(wanted, left);
  return { facts, columns, nameColumns, barColumns: left - nameColumns - GAP.length };
}

/** Percent and bytes in columns as wide as the widest, and as empty ones where a line has none. */
function align(lines: readonly Column[][]): Column[][] {
  const widest = (key: Column["key"]): number =>
    Math.max(0, ...lines.flat().map((column) => (column.key === key ? textWidth(column.text) : 0)));
  const percent = widest("percent");
  const bytes = widest("bytes");
  return lines.map((columns) => {
    const padded = columns.map((column) => {
      if (column.key !== "percent" && column.key !== "bytes") return column;
      return { ...column, text: padStart(column.text, column.key === "bytes" ? bytes : percent) };
    });
    return percent === 0 ? padded.filter(({ key }) => key !== "percent") : padded;
  });
}

/** Where there is no room for a name. */
function drawNumbers(facts: BarFacts, room: number): string {
  const columns = fitColumns(columnsOf(facts), room + GAP.length);
  return columns
    .map(({ text }) => text.trim())
    .join(GAP)
    .trim();
}

/** In reading order. */
function columnsOf(facts: BarFacts): Column[] {
  const { percent, bytesDone, bytesTotal, bytesPerSecond, etaSeconds, connections, note } = facts;
  const done = percent === null ? "" : padStart(`${percent}%`, PERCENT_COLUMNS);
  const columns: Column[] = [{ key: "percent", text: done, rank: 0 }];
  const bytes = bytesTotal === null ? formatBytes(bytesDone) : formatBytesOf(bytesDone, bytesTotal);
  columns.push({ key: "bytes", text: bytes, rank: bytesTotal === null ? 0 : 3 });
  if (note !== null) return [...columns, { key: "note", text: note, rank: 1, flexible: true }];
  const speed = bytesPerSecond > 0 ? formatSpeed(bytesPerSecond) : "";
  columns.push({ key: "speed", text: padStart(speed, SPEED_COLUMNS), rank: 1 });
  if (bytesTotal === null) return columns;
  const eta = etaSeconds === null ? "" : `${formatCountdown(etaSeconds)} left`;
  columns.push({ key: "eta", text: padEnd(eta, ETA_COLUMNS), rank: 2 });
  if (connections > 1) columns.push({ key: "connections", text: `${connections} conn`, rank: 4 });
  return columns;
}

/** Those that fit, the important ones first; in reading order again. */
function fitColumns(columns: readonly Column[], room: number): Column[] {
  const fitted = new Map<Column, Column>();
  let left = room;
  for (const column of [...columns].sort((a, b) => a.rank - b.rank)) {
    const width = GAP.length + textWidth(column.text);
    const isCut = width > left && column.flexible === true && left >= MIN_NOTE + GAP.length;
    if (width > left && !isCut) continue;
    fitted.set(column, isCut ? { ...column, text: fitEnd(column.text, left - GAP.length) } : column);
    left -= Math.min(width, left);
  }
  return columns.flatMap((column) => fitted.get(column) ?? []);
}

/** The whole name if it is short; of a long one what leaves room for a bar. */
function nameRoom(natural: number, left: number): number {
  const wanted = Math.min(MAX_NAME, Math.max(MIN_NAME, natural));
  const withBar = left - GAP.length - MIN_BAR;
  return withBar >= Math.min(wanted, READABLE_NAME) ? Math.min(wanted, withBar) : Math.min(wanted, left);
}

function paintBar(
  { fraction, color }: BarFacts,
  columns: number,
  { unicode, paint, frame }: BarStyle,
): string {
  const [full, empty] = unicode ? ["━", "─"] : ["#", "-"];
  if (fraction === null) {
    // A block that runs to and fro: something moves, nobody knows how far it is.
    const block = Math.max(2, Math.floor(columns / 5));
    const span = columns - block;
    const at = Math.abs(((frame + span) % (2 * span)) - span);
    return (
      paint("dim", empty.repeat(at)) +
      paint(color, full.repeat(block)) +
      paint("dim", empty.repeat(columns - block - at))
    );
  }
  const filled = Math.min(columns, Math.floor(fraction * columns));
  return paint(color, full.repeat(filled)) + paint("dim", empty.repeat(columns - filled));
}
