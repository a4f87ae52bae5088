/** Where the command line writes: what the terminal can do, in one object. */
import { readEnvironment, readTerminalWishes } from "../../config/environment.ts";

export type Color = "red" | "green" | "yellow" | "cyan" | "dim" | "bold";

const SGR: Record<Color, readonly [number, number]> = {
  red: [31, 39],
  green: [32, 39],
  yellow: [33, 39],
  cyan: [36, 39],
  dim: [2, 22],
  bold: [1, 22],
};

/** Width of a terminal that does not say, and of help in a pipe. */
const USUAL_COLUMNS = 80;

export type Paint = (color: Color, text: string) => string;

export interface Terminal {
  /** A line of what was asked for, on stdout. */
  print(line: string): void;
  /** A line about it, on stderr. */
  tell(line: string): void;
  /** Raw text to stderr, for what draws. */
  draw(text: string): void;
  /** Lines can be drawn over: stderr is a terminal that can move its cursor. */
  redraws: boolean;
  /** Both streams end on the same terminal: what is printed has to be kept apart from what is drawn. */
  printsToScreen: boolean;
  unicode: boolean;
  /** Present width of the terminal behind stderr, or of the one behind stdout. */
  columns(): number;
  rows(): number;
  paintOut: Paint;
  paintErr: Paint;
  /** Calls when the terminal has another size; answers how to stop that. */
  onResize(listener: () => void): () => void;
}

export function openTerminal(): Terminal {
  const { stdout, stderr } = process;
  const wishes = readTerminalWishes(readEnvironment());
  const size = stderr.isTTY ? stderr : stdout;
  return {
    print: (line) => void stdout.write(`${line}\n`),
    tell: (line) => void stderr.write(`${line}\n`),
    draw: (text) => void stderr.write(text),
    redraws: stderr.isTTY && wishes.redraw,
    printsToScreen: stdout.isTTY,
    unicode: wishes.unicode,
    columns: () => size.columns || wishes.columns || USUAL_COLUMNS,
    rows: () => size.rows || 24,
    paintOut: painter(stdout.isTTY && wishes.color),
    paintErr: painter(stderr.isTTY && wishes.color),
    onResize: (listener) => {
      size.on("resize", listener);
      return () => void size.off("resize", listener);
    },
  };
}

export function painter(wanted: boolean): Paint {
  if (!wanted) return (_, text) => text;
  return (color, text) => {
    const [on, off] = SGR[color];
    return text === "" ? "" : `\u001b[${on}m${text}\u001b[${off}m`;
  };
}
