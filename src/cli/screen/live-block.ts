/** A few lines at the bottom of the terminal that are drawn over, without flicker, whatever its size becomes. */
import { textWidth } from "./clean-text.ts";
import type { Terminal } from "./terminal.ts";

const UP = (rows: number): string => (rows > 0 ? `\u001b[${rows}A` : "");
const CLEAR_LINE = "\u001b[K";
const CLEAR_BELOW = "\u001b[J";

export class LiveBlock {
  readonly #terminal: Terminal;
  #shown: readonly string[] = [];
  #columns = 0;

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows these lines in the place of the ones before. Each has to fit in one row. */
  draw(lines: readonly string[]): void {
    const columns = this.#terminal.columns();
    const same = columns === this.#columns && lines.length === this.#shown.length;
    if (same && lines.every((line, index) => line === this.#shown[index])) return;
    this.#terminal.draw(this.#toStart() + lines.map((line) => line + CLEAR_LINE).join("\r\n") + CLEAR_BELOW);
    this.#shown = lines;
    this.#columns = columns;
  }

  /** Puts lines above the block, where they stay. */
  log(text: string): void {
    const shown = this.#shown;
    this.clear();
    this.#terminal.draw(`${text}\n`);
    this.draw(shown);
  }

  /** Takes the block away. */
  clear(): void {
    if (this.#shown.length > 0) this.#terminal.draw(this.#toStart() + CLEAR_BELOW);
    this.#shown = [];
  }

  /** Leaves the block where it is and goes on below it. */
  end(): void {
    if (this.#shown.length > 0) this.#terminal.draw("\r\n");
    this.#shown = [];
  }

  /** To the first column of the block. A terminal that became narrower has broken its lines into more rows. */
  #toStart(): string {
    const columns = Math.max(1, this.#terminal.columns());
    const rows = this.#shown.reduce(
      (sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)),
      0,
    );
    return `\r${UP(rows - 1)}`;
  }
}
