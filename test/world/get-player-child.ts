/**
 * `haulyard get` many times over in one process, for tests that want its verdict and not its start: a `GetPlay` as JSON
 * in a line of stdin each, a `GetPlayed` in a line of stdout when it has ended, many at a time. All is what people run
 * but the process, the terminal and, where a play says so, the clock and the limits.
 */
import { createInterface } from "node:readline";
import { runGet } from "../../src/cli/get/run-get.ts";
import type { GetOptions } from "../../src/cli/get/plan-get.ts";
import type { Terminal } from "../../src/cli/screen/terminal.ts";
import { HastyClock } from "../../src/transfer/testing/bench.ts";
import type { TransferLimits } from "../../src/transfer/transfer-settings.ts";

export interface GetPlay {
  id: number;
  url: string;
  options: GetOptions;
  /** Sleeps take no time, and these limits are not the usual ones. */
  hasty?: Partial<TransferLimits>;
}

export interface GetPlayed {
  id: number;
  code: number;
  stdout: string;
  /** What a hasty one slept stands in the end as `slept [ms, …]`. */
  stderr: string;
}

/** A pipe on both sides. */
function memory(lines: { out: string; err: string }): Terminal {
  return {
    print: (line) => void (lines.out += `${line}\n`),
    tell: (line) => void (lines.err += `${line}\n`),
    draw: (text) => void (lines.err += text),
    redraws: false,
    printsToScreen: false,
    unicode: true,
    columns: () => 80,
    rows: () => 24,
    paintOut: (_, text) => text,
    paintErr: (_, text) => text,
    onResize: () => () => {},
  };
}

async function play({ id, url, options, hasty }: GetPlay): Promise<void> {
  const lines = { out: "", err: "" };
  const clock = new HastyClock();
  const world = hasty === undefined ? {} : { clock, limits: hasty };
  let code: number;
  try {
    code = await runGet([url], options, { ...world, terminal: memory(lines) });
  } catch (error) {
    code = 1;
    lines.err += `${(error as Error).stack ?? String(error)}\n`;
  }
  if (hasty !== undefined) lines.err += `slept ${JSON.stringify(clock.sleeps)}\n`;
  const played: GetPlayed = { id, code, stdout: lines.out, stderr: lines.err };
  process.stdout.write(`${JSON.stringify(played)}\n`);
}

// Each listens for signals.
process.setMaxListeners(0);
createInterface({ input: process.stdin }).on("line", (line) => void play(JSON.parse(line) as GetPlay));
