/** A table in the columns there are. Pure. */
import { fitMiddle, padEnd, padStart, textWidth } from "./clean-text.ts";

export interface Heading {
  head: string;
  right?: true;
  /** May be cut: columns with a share divide the room the others leave, by their shares. */
  share?: number;
}

export interface Cell {
  text: string;
  /** Puts colour on the text once its width is settled. */
  paint?: (text: string) => string;
}

export interface TableStyle {
  columns: number;
  paintHead: (text: string) => string;
}

const GAP = "  ";
/** A column that is cut below this says nothing. */
const MIN_SHARED = 8;

export function drawTable(
  headings: readonly Heading[],
  rows: readonly (readonly Cell[])[],
  style: TableStyle,
): string[] {
  const widths = fitWidths(headings, naturalWidths(headings, rows), style.columns);
  const heads = headings.map(({ head }) => ({ text: head, paint: style.paintHead }));
  return [heads, ...rows].map((cells) =>
    headings
      .map((heading, column) => {
        const { text, paint = (plain: string) => plain } = cells[column] ?? { text: "" };
        const width = widths[column] ?? 0;
        const fitted = fitMiddle(text, width);
        const room = heading.right === true ? padStart(fitted, width) : padEnd(fitted, width);
        return room.replace(fitted, () => paint(fitted));
      })
      .join(GAP)
      .trimEnd(),
  );
}

function naturalWidths(headings: readonly Heading[], rows: readonly (readonly Cell[])[]): number[] {
  return headings.map(({ head }, column) =>
    rows.reduce((widest, row) => Math.max(widest, textWidth(row[column]?.text ?? "")), textWidth(head)),
  );
}

/** Columns that may be cut get what is left, no more than they need. */
function fitWidths(headings: readonly Heading[], natural: readonly number[], columns: number): number[] {
  const gaps = GAP.length * (headings.length - 1);
  const fixed = natural.reduce(
    (sum, width, column) => sum + (headings[column]?.share === undefined ? width : 0),
    0,
  );
  let room = columns - gaps - fixed;
  let shares = headings.reduce((sum, { share = 0 }) => sum + share, 0);
  const widths = [...natural];
  // The one that needs the least of its share first: what it leaves goes to the others.
  const shared = headings
    .map(({ share = 0 }, column) => ({ share, column, need: natural[column] ?? 0 }))
    .filter(({ share }) => share > 0)
    .sort((a, b) => a.need / a.share - b.need / b.share);
  for (const { share, column, need } of shared) {
    const width = Math.min(need, Math.max(MIN_SHARED, Math.floor((room * share) / shares)));
    widths[column] = width;
    room -= width;
    shares -= share;
  }
  return widths;
}
