import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { LiveBlock } from "./live-block.ts";
import { painter } from "./terminal.ts";
import type { Terminal } from "./terminal.ts";

/** A small terminal: characters, CR, LF, cursor up, erase; breaks lines anew when it gets another width. */
class Screen {
  columns: number;
  /** Lines as they were written, however many rows they take; the cursor is in one of them. */
  #lines: string[] = [""];
  #line = 0;
  #column = 0;

  constructor(columns: number) {
    this.columns = columns;
  }

  write(text: string): void {
    // oxlint-disable-next-line no-control-regex -- escape sequences are what is read
    for (const [token] of text.matchAll(/\u001b\[(\d*)([A-Z])|\r|\n|[^\u001b\r\n]/g)) {
      const escape = /^.\[(\d*)([A-Z])$/.exec(token);
      if (token === "\r") this.#column -= this.#column % this.columns;
      else if (token === "\n") this.#down();
      else if (escape?.[2] === "A") this.#up(Number(escape[1]));
      else if (escape?.[2] === "K") this.#cut();
      else if (escape?.[2] === "J") this.#erase();
      else this.#put(token);
    }
  }

  /** What is to be seen, without empty lines at the end. */
  shown(): string[] {
    const lines = this.#lines.map((line) => line.trimEnd());
    while (lines.at(-1) === "") lines.pop();
    return lines;
  }

  #put(character: string): void {
    const line = (this.#lines[this.#line] ?? "").padEnd(this.#column);
    this.#lines[this.#line] = line.slice(0, this.#column) + character + line.slice(this.#column + 1);
    this.#column += 1;
  }

  #down(): void {
    this.#line += 1;
    this.#column = 0;
    this.#lines[this.#line] ??= "";
  }

  #up(rows: number): void {
    for (let row = 0; row < rows; row++) {
      if (this.#column >= this.columns) {
        this.#column -= this.columns;
        continue;
      }
      if (this.#line === 0) return;
      this.#line -= 1;
      const length = Math.max(1, (this.#lines[this.#line] ?? "").length);
      this.#column += Math.floor((length - 1) / this.columns) * this.columns;
    }
  }

  #cut(): void {
    this.#lines[this.#line] = (this.#lines[this.#line] ?? "").slice(0, this.#column);
  }

  #erase(): void {
    this.#cut();
    this.#lines.length = this.#line + 1;
  }
}

function open(columns: number): { screen: Screen; block: LiveBlock; writes: string[] } {
  const screen = new Screen(columns);
  const writes: string[] = [];
  const draw = (text: string): void => {
    writes.push(text);
    screen.write(text);
  };
  const terminal: Terminal = {
    print: () => {},
    tell: () => {},
    draw,
    redraws: true,
    printsToScreen: true,
    unicode: true,
    columns: () => screen.columns,
    rows: () => 24,
    paintOut: painter(false),
    paintErr: painter(false),
    onResize: () => () => {},
  };
  return { screen, block: new LiveBlock(terminal), writes };
}

describe("a block that is drawn over", () => {
  it("shows its last picture only, below what was logged", () => {
    const { screen, block } = open(40);
    block.draw(["one 10%", "two 20%"]);
    block.draw(["one 11%", "two 21%", "three"]);
    block.log("one is done");
    block.draw(["two 22%"]);
    expect(screen.shown()).toEqual(["one is done", "two 22%"]);
    block.clear();
    expect(screen.shown()).toEqual(["one is done"]);
  });

  it("is written in one piece, and not at all when nothing changed", () => {
    const { block, writes } = open(40);
    block.draw(["one 10%", "two 20%"]);
    block.draw(["one 11%", "two 20%"]);
    block.draw(["one 11%", "two 20%"]);
    expect(writes).toHaveLength(2);
  });

  it("stays whole and leaves no rest behind when the terminal becomes narrower or wider meanwhile", () => {
    const step = fc.oneof(
      fc.record({ do: fc.constant("resize" as const), columns: fc.integer({ min: 5, max: 60 }) }),
      fc.record({
        do: fc.constant("draw" as const),
        lengths: fc.array(fc.integer({ min: 1, max: 60 }), { minLength: 1, maxLength: 5 }),
      }),
      fc.record({ do: fc.constant("log" as const) }),
    );
    fc.assert(
      fc.property(fc.array(step, { maxLength: 30 }), (steps) => {
        const { screen, block } = open(40);
        const logged: string[] = [];
        for (const [nth, one] of steps.entries()) {
          if (one.do === "resize") screen.columns = one.columns;
          if (one.do === "log") {
            logged.push(`log ${nth}`);
            block.log(`log ${nth}`);
          }
          if (one.do === "draw") {
            // Every line fits the terminal it is drawn for, as draw-bar sees to.
            const picture = one.lengths.map((length) =>
              String.fromCharCode(97 + (nth % 26)).repeat(Math.min(length, screen.columns - 1)),
            );
            block.draw(picture);
          }
        }
        block.draw(["end"]);
        expect(screen.shown()).toEqual([...logged, "end"]);
        block.clear();
        expect(screen.shown()).toEqual(logged);
      }),
      { numRuns: 500 },
    );
  });
});
