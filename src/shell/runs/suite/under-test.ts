/** What the suite of runs needs of whoever is under test. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { LogPosition, RunEvent, RunId, Runs, RunSpec, RunState } from "../../../job/run-contract.ts";
import { LOG_START } from "../../../job/run-contract.ts";
import type { RunsOptions } from "../write-script.ts";

export interface RunsUnderTest extends AsyncDisposable {
  runs: Runs;
  /** Where the place keeps its runs, seen from this machine. */
  folder: string;
  /** A folder for the commands to write to, seen from both. */
  work: string;
}

export type MakeRuns = (options?: Partial<RunsOptions>) => Promise<RunsUnderTest>;

/** Quick enough for tests, slow enough to be seen. */
export const QUICK: Partial<RunsOptions> = { pollSeconds: 0.1, graceSeconds: 1 };

export const never = new AbortController().signal;

let count = 0;

export function specOf(steps: readonly string[], more: Partial<RunSpec> = {}): RunSpec {
  count += 1;
  return {
    id: `run-${process.pid}-${count}`,
    steps,
    environment: {},
    unset: [],
    secrets: {},
    pathFolders: [],
    folder: null,
    ...more,
  };
}

export interface Followed {
  events: RunEvent[];
  /** What each step wrote. */
  output: string[];
  /** The last event. */
  end: RunEvent | undefined;
}

export async function follow(
  runs: Runs,
  id: RunId,
  from: LogPosition = LOG_START,
  signal: AbortSignal = never,
): Promise<Followed> {
  const events: RunEvent[] = [];
  const output: Buffer[] = [];
  for await (const event of runs.follow(id, from, { signal, unreachableAfterMs: 60_000 })) {
    events.push(event);
    if (event.kind !== "output") continue;
    output[event.step] = Buffer.concat([output[event.step] ?? Buffer.alloc(0), event.bytes]);
  }
  return { events, output: Array.from(output, (bytes) => bytes?.toString("utf8") ?? ""), end: events.at(-1) };
}

/** Starts a run and follows it to its end. */
export async function runToEnd(runs: Runs, spec: RunSpec): Promise<Followed> {
  await startOk(runs, spec);
  return follow(runs, spec.id);
}

export async function startOk(runs: Runs, spec: RunSpec): Promise<RunState> {
  const answer = await runs.start(spec, never);
  if (answer.kind !== "state") throw new Error(JSON.stringify(answer));
  return answer.state;
}

export async function stateOf(runs: Runs, id: RunId): Promise<RunState> {
  const answer = await runs.state(id, never);
  if (answer.kind !== "state") throw new Error(JSON.stringify(answer));
  return answer.state;
}

const TURN_MS = 25;

/** Waits for something to come true on the machine. */
export async function until(
  what: string,
  look: () => boolean | Promise<boolean>,
  limitMs = 180_000,
): Promise<void> {
  // In turns, not by the clock: a process that was stopped for a while did not wait.
  for (let turns = limitMs / TURN_MS; !(await look()); turns -= 1) {
    if (turns <= 0) throw new Error(`it did not happen in ${limitMs} ms: ${what}`);
    await sleep(TURN_MS);
  }
}

/** The process that a file of a run's folder names. */
export async function pidIn(folder: string, id: RunId, file: "super" | "cmd"): Promise<number> {
  let pid = 0;
  await until(`${id} has a ${file}`, async () => {
    const text = await readFile(join(folder, id, "run", file), "utf8").catch(() => "");
    pid = Number.parseInt(text, 10) || 0;
    return pid > 0;
  });
  return pid;
}

/** Whether a process is there and not just waiting to be fetched. */
export async function isAlive(pid: number): Promise<boolean> {
  const stat = await readFile(`/proc/${pid}/stat`, "utf8").catch(() => "");
  return stat !== "" && !/\) [ZX] /.test(stat);
}

export async function readNumber(path: string): Promise<number> {
  let number = Number.NaN;
  await until(`a number in ${path}`, async () => {
    number = Number.parseInt(await readFile(path, "utf8").catch(() => ""), 10);
    return !Number.isNaN(number);
  });
  return number;
}
