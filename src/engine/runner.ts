import { failure } from "../job/failure.ts";
import type { FileMap } from "../job/file-map.ts";
import type { RunnerEvent } from "../job/job-event.ts";
import type { Job, JobId } from "../job/job.ts";
import { laneOf } from "../job/place.ts";
import { PATIENCE_MS, QueueTurns } from "../job/queue-turns.ts";
import { isStoreUnreachable } from "../job/store-contract.ts";
import type { LaneLimit } from "../job/store-contract.ts";
import { OneAtATime } from "./one-at-a-time.ts";
import { reservedOnDisk } from "./reserve-space.ts";
import type { StepEnd } from "./run-step.ts";
import { runStep } from "./run-step.ts";
import type { RunnerParts } from "./runner-parts.ts";
import { holdLeases } from "./hold-leases.ts";
import type { Run, StopReason } from "./run.ts";
import { holds, newRun, isOfInstances, runsApart, stoppedEvent } from "./run.ts";
import { isBeyondLimit, stalledRuns } from "./stalled-runs.ts";

/** How long a lease lasts without a word of its runner: after this a dead runner's jobs go on elsewhere. */
export const LEASE_MS = 10_000;

/** Takes jobs up while there is room, keeps their leases, and ends their runs when somebody asks. */
export class Runner {
  readonly #parts: RunnerParts;
  readonly #runs = new Map<JobId, Run>();
  readonly #tidying = new Set<Promise<void>>();
  readonly #turns = new QueueTurns();
  readonly #claiming = new OneAtATime(() => this.#claimAll());
  #stopped = false;
  #leasesRenewedAt = 0;

  constructor(parts: RunnerParts) {
    this.#parts = parts;
  }

  /** Claims what there is room for. Calls during a tick make it look once more. Never rejects. */
  tick(): Promise<void> {
    return this.#claiming.ask();
  }

  /** Saves progress, renews leases, ends runs that stalled or whose lease is lost. Twice a second. */
  async beat(): Promise<void> {
    const { meter, clock, onProgress } = this.#parts;
    const moved = meter.settle();
    if (moved.length > 0) onProgress();
    const stalled = stalledRuns([...this.#runs.values()], clock.now(), this.#parts);
    for (const id of stalled) this.#stop(id, "stalled");
    this.heedHours();
    const due = clock.now() - this.#leasesRenewedAt >= LEASE_MS / 4;
    const beating = due ? [...this.#runs.values()] : moved.flatMap(({ id }) => this.#runs.get(id) ?? []);
    if (beating.length === 0) return;
    const lost = await holdLeases(beating, this.#parts, LEASE_MS, this.#leasesRenewedAt);
    if (lost.renewed && due) this.#leasesRenewedAt = clock.now();
    for (const id of lost.ids) this.#stop(id, "lease_lost");
  }

  /**
   * Looks at a job that changed: a wish ends its run here, and so does a lease that is somebody else's now; a
   * new limit holds from now on.
   */
  heed(job: Job): void {
    const run = this.#runs.get(job.id);
    if (run === undefined || run.stopping !== null) return;
    if (!holds(run, job)) return void this.#doubt(run);
    run.limitBytesPerSecond = job.limitBytesPerSecond;
    run.runsNow = job.runsNow;
    if (job.state.kind === "running" && job.state.wish !== null) this.#stop(job.id, "wish");
  }

  /** Ends runs while downloads may not run. Instances have lines of their own, and what a person lets run goes on. */
  heedHours(): void {
    const closed = this.#parts.limit.closed();
    if (closed === null) return;
    for (const run of this.#runs.values()) {
      if (run.job.place.kind !== "node" || run.runsNow) continue;
      run.closedNote = closed;
      this.#stop(run.job.id, "closed");
    }
  }

  runs(id: JobId): boolean {
    return this.#runs.has(id);
  }

  /** Runs at work here. */
  get size(): number {
    return this.#runs.size;
  }

  /** Lets go of runs, those on instances or all: they go back to the queue, and on where they are detached. */
  handOver(everything: boolean): void {
    for (const { job } of this.#runs.values())
      if (everything || job.place.kind === "ssh") this.#stop(job.id, "shutdown");
  }

  /** Resolves when no run of this job is left here. */
  async ended(id: JobId): Promise<void> {
    await this.#runs.get(id)?.ended;
  }

  /** Bytes promised to the running transfers on the disk of `folder`, `except` for one of them. */
  reservedBytes(folder: string, except: JobId | null): Promise<number> {
    const others = [...this.#runs.values()].filter(({ job }) => job.id !== except);
    return reservedOnDisk(
      folder,
      others.map(({ job }) => ({ job, progress: this.#parts.meter.progressOf(job.id) ?? job.progress })),
    );
  }

  /** Ends all runs (their jobs go back to the queue) and takes up no more. */
  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#claiming.rest();
    for (const id of this.#runs.keys()) this.#stop(id, "shutdown");
    await Promise.all([...this.#runs.values()].map(({ ended }) => ended));
    await Promise.all(this.#tidying);
  }

  async #claimAll(): Promise<void> {
    const { isResting, lanes, log } = this.#parts;
    try {
      if (this.#stopped || isResting?.() === true) return;
      const all = await lanes();
      while (!this.#stopped) {
        const job = await this.#claim(all);
        if (job === null) return;
        this.#turns.took(laneOf(job.place));
        log.info({ jobId: job.id, name: job.name }, "taken up");
        this.#begin(job);
      }
    } catch (error) {
      log.error({ err: error }, "no job could be claimed");
    }
  }

  #claim(all: readonly LaneLimit[]): Promise<Job | null> {
    const { store, owner, clock, limit } = this.#parts;
    const isClosed = limit.closed() !== null;
    const lanes = all.map((lane) => ({ ...lane, onlyNow: isClosed && !isOfInstances(lane.lane) }));
    const now = clock.now();
    const longest = {
      isTurn: (lane: string) => this.#turns.isForLongest(lane),
      since: now - PATIENCE_MS,
    };
    return store.claim({ owner, lanes, now, leaseMs: LEASE_MS, longest });
  }

  #begin(job: Job): void {
    if (job.state.kind !== "running") throw new Error("a claim gives a running job");
    const run = newRun(job, job.state.lease, this.#parts.clock.now());
    if (this.#runs.size === 0) this.#leasesRenewedAt = run.startedAt;
    this.#runs.set(job.id, run);
    this.#parts.meter.begin(job.id, job.progress);
    if (job.state.wish !== null || this.#stopped) this.#stop(job.id, this.#stopped ? "shutdown" : "wish");
    run.ended = this.#carryOut(run).finally(() => {
      this.#parts.meter.end(job.id);
      if (this.#runs.get(job.id) === run) this.#runs.delete(job.id);
      if (!this.#stopped) void this.tick();
    });
  }

  /** The steps of the job, one after the other, as long as each of them is done. */
  async #carryOut(run: Run): Promise<void> {
    for (;;) {
      const { event, afterwards } = await this.#runOnce(run);
      if (run.stopping === "lease_lost") return;
      const job = await this.#conclude(
        run,
        event.type === "stopped" ? stoppedEvent(run, event, this.#parts) : event,
      );
      if (job !== null) this.#tidy(job.id, afterwards);
      if (event.type !== "step_done" || job === null || !holds(run, job)) return;
      run.job = { ...job, progress: this.#parts.meter.progressOf(job.id) ?? job.progress };
      this.heed(job);
    }
  }

  async #runOnce(run: Run): Promise<StepEnd> {
    const { log, meter } = this.#parts;
    const { id } = run.job;
    try {
      return await runStep(
        {
          job: run.job,
          lease: run.lease,
          signal: run.controller.signal,
          leave: run.leave.signal,
          report: (report) => meter.take(id, report),
          mapped: (read) => {
            run.map = read;
          },
          save: () => this.#save(run),
          limitBytesPerSecond: () => run.limitBytesPerSecond,
          isBeyondLimit: () => isBeyondLimit(run, this.#parts.limit),
          reservedBytes: (folder) => this.reservedBytes(folder, id),
        },
        this.#parts,
      );
    } catch (error) {
      if (isStoreUnreachable(error)) return { event: { type: "stopped", detached: runsApart(run.job) } };
      log.error({ jobId: id, err: error }, "a run threw");
      const message = error instanceof Error ? error.message : String(error);
      const why = failure("internal", `Haulyard made a mistake: ${message}`);
      return { event: { type: "failed", failure: why, retryAt: null } };
    }
  }

  /** Where the bytes of a job at work here are. */
  mapOf(id: JobId): FileMap | null {
    return this.#runs.get(id)?.map() ?? null;
  }

  /** Nobody waits for it, and the next run at the same place does it, too. */
  #tidy(id: JobId, afterwards: StepEnd["afterwards"]): void {
    if (afterwards === undefined) return;
    const tidying: Promise<void> = afterwards()
      .catch((error: unknown) => this.#parts.log.error({ jobId: id, err: error }, "a run was not tidied up"))
      .finally(() => void this.#tidying.delete(tidying));
    this.#tidying.add(tidying);
  }

  /** What was reported last, at once. */
  async #save({ job, lease }: Run): Promise<boolean> {
    const { store, clock, meter } = this.#parts;
    meter.settle();
    const progress = meter.progressOf(job.id) ?? job.progress;
    const lost = await store.heartbeat([{ id: job.id, lease, progress }], clock.now() + LEASE_MS);
    return lost.length === 0;
  }

  /** Writes down how the run ended. The store may be away for a while: a finished file is not forgotten for that. */
  async #conclude(run: Run, event: RunnerEvent): Promise<Job | null> {
    const { store, clock, log, meter } = this.#parts;
    for (;;) {
      try {
        meter.settle();
        const progress = meter.progressOf(run.job.id);
        const { id } = run.job;
        if (progress !== null)
          await store.heartbeat([{ id, lease: run.lease, progress }], clock.now() + LEASE_MS);
        const outcome = await store.apply(id, event, clock.now(), run.lease);
        const code = event.type === "failed" ? { code: event.failure.code } : {};
        log.info({ jobId: id, event: event.type, ...code, outcome: outcome.kind }, "run ended");
        return outcome.kind === "applied" ? outcome.job : null;
      } catch (error) {
        log.error({ jobId: run.job.id, err: error }, "the store did not take the end of a run; trying again");
        await clock.sleep(1_000);
        if (this.#stopped) return null;
      }
    }
  }

  /** What was heard may be older than the run: only what the store says now ends it. */
  async #doubt(run: Run): Promise<void> {
    try {
      const job = await this.#parts.store.get(run.job.id);
      const still = this.#runs.get(run.job.id) === run && run.stopping === null;
      if (still && (job === null || !holds(run, job))) this.#stop(run.job.id, "lease_lost");
    } catch (error) {
      this.#parts.log.error({ jobId: run.job.id, err: error }, "the store did not say who holds a lease");
    }
  }

  #stop(id: JobId, reason: StopReason): void {
    const run = this.#runs.get(id);
    if (run === undefined || run.stopping === "lease_lost" || run.stopping === reason) return;
    run.stopping = reason;
    run.controller.abort();
    if (reason === "lease_lost" || reason === "shutdown") run.leave.abort();
  }
}
