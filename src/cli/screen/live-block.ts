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
  #logged: string[] = [];

  constructor(terminal: Terminal) {
    this.#terminal = terminal;
  }

  /** Shows these lines in the place of the ones before. Each has to fit in one row. */
  draw(lines: readonly string[]): void {
    const columns = this.#terminal.columns();
    const same =
      columns === this.#columns && lines.length === this.#shown.length && this.#logged.length === 0;
    if (same && lines.every((line, index) => line === this.#shown[index])) return;
    const picture = lines.map((line) => line + CLEAR_LINE).join("\r\n");
    // The cursor rests at the beginning of the last line: there a change of width does not move it.
    this.#terminal.draw(`${this.#toStart()}${this.#takeLogged()}${picture}${CLEAR_BELOW}\r`);
    this.#shown = lines;
    this.#columns = columns;
  }

  /** Puts a line above the block, where it stays, with the next picture. */
  log(line: string): void {
    this.#logged.push(line);
  }

  /** Takes the block away. */
  clear(): void {
    if (this.#shown.length === 0 && this.#logged.length === 0) return;
    this.#terminal.draw(`${this.#toStart()}${this.#takeLogged()}${CLEAR_BELOW}`);
    this.#shown = [];
  }

  #takeLogged(): string {
    const lines = this.#logged.map((line) => `${line}${CLEAR_LINE}\r\n`).join("");
    this.#logged = [];
    return lines;
  }

  /** To the first column of the block. A terminal that became narrower has broken its lines into more rows. */
  #toStart(): string {
    const columns = Math.max(1, this.#terminal.columns());
    const above = this.#shown.slice(0, -1);
    const rows = above.reduce((sum, line) => sum + Math.max(1, Math.ceil(textWidth(line) / columns)), 0);
    return `\r${UP(rows)}`;
  }
}
