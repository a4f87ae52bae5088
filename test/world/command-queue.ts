/** A queue of commands for one place: a real store, a real engine, real runs on this machine or behind sshd. */
import { rm } from "node:fs/promises";
import { join } from "node:path";
import { planCommand } from "../../src/catalog/commands/plan-command.ts";
import { readCommand } from "../../src/catalog/commands/read-command.ts";
import { openCommands } from "../../src/engine/command/open-commands.ts";
import type { EngineParts } from "../../src/engine/create-engine.ts";
import { createEngine } from "../../src/engine/create-engine.ts";
import type { Engine } from "../../src/engine/engine-contract.ts";
import { openOverallLimit } from "../../src/engine/overall-limit.ts";
import { freeBytes } from "../../src/engine/reserve-space.ts";
import { noCommands } from "../../src/engine/testing/no-commands.ts";
import { systemClock } from "../../src/job/clock.ts";
import type { JobStateKind } from "../../src/job/job-state.ts";
import type { CommandStep, Job, JobDraft, JobId, Place } from "../../src/job/job.ts";
import type { Runs } from "../../src/job/run-contract.ts";
import type { JobStore } from "../../src/job/store-contract.ts";
import { openSqliteStore } from "../../src/store/open-sqlite-store.ts";
import { createTransfer } from "../../src/transfer/create-transfer.ts";
import { waitFor } from "./haulyard.ts";
import { quickFolder } from "./quick-folder.ts";

const SILENT = { info: () => {}, warn: () => {}, error: () => {} };

export interface CommandQueueOptions {
  runs: Runs;
  /** In place of a new folder; it stays. */
  folder?: string;
  place?: Place;
  commands?: Partial<EngineParts["commands"]>;
  perHost?: number;
  stallMs?: number;
  /** What the engine gets in place of the store. */
  storeOf?: (store: JobStore) => JobStore;
}

export interface CommandQueue extends AsyncDisposable {
  engine: Engine;
  store: JobStore;
  folder: string;
  /** How often the instance was asked for its space. */
  spaceLooks: () => number;
  /** Errors that the engine logged. */
  errors: unknown[];
  add(steps: readonly CommandStep[], more?: Partial<JobDraft>): Promise<Job>;
  /** Waits until the job is in one of these states; fails if it ends in another. */
  until(id: JobId, ...kinds: JobStateKind[]): Promise<Job>;
  log(id: JobId): Promise<string>;
}

export async function openCommandQueue(options: CommandQueueOptions): Promise<CommandQueue> {
  const folder = options.folder ?? quickFolder("haulyard-commands-");
  const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  const errors: unknown[] = [];
  const log = {
    ...SILENT,
    error: (facts: object, message: string) => void errors.push({ message, ...facts }),
  };
  const clock = systemClock;
  const limit = await openOverallLimit({ store, clock, log, setting: null });
  const base = noCommands(folder);
  let looks = 0;
  const engine = createEngine({
    ...base,
    perHost: () => options.perHost ?? 1,
    commands: {
      ...(await openCommands({ ...base.commands, store, logsFolder: join(folder, "logs/jobs") })),
      hosts: {
        get: async () => null,
        runsAt: async () => options.runs,
        removeAt: async () => ({ kind: "unknown" }),
        // The places of these tests are on this machine, whatever leads there.
        lookAt: async (_, [path = "/"]) => {
          const free = await freeBytes(path);
          looks += 1;
          return { kind: "looked", files: [], freeBytes: free };
        },
      },
      ...options.commands,
    },
    store: options.storeOf?.(store) ?? store,
    transfer: createTransfer({ clock, bytesPerSecond: () => null }),
    clock,
    log,
    node: "here",
    owner: `here/${process.pid}-${Math.random()}`,
    localJobs: () => 3,
    limit,
    retentionMs: () => 86_400_000,
    spaceLookMs: 0,
    stallMs: () => options.stallMs ?? 600_000,
  });
  await engine.start();
  const place = options.place ?? { kind: "node", name: "here" };
  return {
    engine,
    store,
    folder,
    errors,
    spaceLooks: () => looks,
    add: async (steps, more) => {
      const name = steps[0]?.shown ?? "";
      const draft: JobDraft = {
        source: { kind: "card", filepath: "card.md" },
        place,
        steps,
        name,
        destination: null,
        priority: 0,
        limitBytesPerSecond: null,
        after: null,
        ...more,
      };
      return (await engine.submit(draft)).job;
    },
    until: async (id, ...kinds) => {
      const job = await waitFor(
        `${kinds.join(" or ")} of ${id}`,
        () => engine.get(id),
        (now) => now !== null && (kinds.includes(now.state.kind) || now.state.kind === "failed"),
      );
      if (job === null || !kinds.includes(job.state.kind))
        throw new Error(`${JSON.stringify(job?.state)}\n${(await engine.readLog(id, 0))?.text}`);
      return job;
    },
    log: async (id) => (await engine.readLog(id, 0))?.text ?? "",
    [Symbol.asyncDispose]: async () => {
      await engine.stop();
      await store.close();
      if (options.folder === undefined) await rm(folder, { recursive: true, force: true });
    },
  };
}

/** A line of a card as it would be planned, with what is known of its files beside its words. */
export function commandOf(
  line: string,
  uiHome: string,
  known: Partial<CommandStep["expects"][number]> = {},
): CommandStep {
  const step = planCommand({ text: line, name: null, ...readCommand(line) }, uiHome);
  return { ...step, expects: step.expects.map((file) => ({ ...file, ...known })) };
}
