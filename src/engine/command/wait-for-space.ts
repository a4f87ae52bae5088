/** Commands whose disk was full go on by themselves when there is space again, here and on instances. */
import type { Clock } from "../../job/clock.ts";
import type { Hosts } from "../../job/host-contract.ts";
import type { CommandStep, Job, TransferStep } from "../../job/job.ts";
import { mayGoOn } from "../../job/space-policy.ts";
import type { SpaceWait } from "../../job/space-policy.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { PausedRound } from "../paused-round.ts";
import { freeBytes, remainingBytes } from "../reserve-space.ts";

/** Jobs kept in mind; beyond that only those of the sweep are. */
const MOST_KEPT = 500;
/** An instance is asked at most this often: each time is a program started there. */
const INSTANCE_LOOK_MS = 60_000;

export interface SpaceWaitParts {
  store: Pick<JobStore, "list" | "apply">;
  clock: Clock;
  hosts: Pick<Hosts, "lookAt">;
  /** Jobs that have to run on this machine are those of this node. */
  node: string;
  /** Milliseconds; `INSTANCE_LOOK_MS` if left out. */
  lookEveryMs?: number;
}

/** Remembers how long each waits and how often it was woken in vain; a new process begins anew. */
export class SpaceWaits {
  readonly #parts: SpaceWaitParts;
  readonly #paused: PausedRound;
  readonly #waits = new Map<string, SpaceWait>();
  readonly #askedAt = new Map<string, number>();

  constructor(parts: SpaceWaitParts) {
    this.#parts = parts;
    this.#paused = new PausedRound(parts.store);
  }

  /** Looks at those that wait, and wakes those that have a chance. */
  async sweep(signal: AbortSignal): Promise<void> {
    const jobs = await this.#paused.next();
    const waiting = jobs.filter((job) => job.state.kind === "paused" && job.state.why === "no_space");
    this.#forgetOthers(waiting);
    for (const job of waiting) {
      const step = commandOf(job);
      if (step === null || !this.#isDue(job)) continue;
      const free = await this.#freeFor(job, step, signal);
      if (free !== null) await this.#wake(job, step, free);
    }
  }

  async #wake(job: Job, step: CommandStep | TransferStep, free: number): Promise<void> {
    const { store, clock } = this.#parts;
    const now = clock.now();
    const known = this.#waits.get(job.id);
    const wait =
      known === undefined || known.since === null
        ? { since: now, freeAtFirst: free, woken: known?.woken ?? 0 }
        : known;
    this.#waits.set(job.id, wait);
    if (!mayGoOn(wait, { free, remaining: remainingOf(job, step), now })) return;
    this.#waits.set(job.id, { ...wait, since: null, woken: wait.woken + 1 });
    await store.apply(job.id, { type: "unsuspended", why: "no_space" }, now);
  }

  /** Null: nobody can say at present. */
  async #freeFor(job: Job, step: CommandStep | TransferStep, signal: AbortSignal): Promise<number | null> {
    const { hosts, node } = this.#parts;
    const folder = folderOf(step);
    if (job.place.kind === "node") {
      if (job.place.name !== node) return null;
      return freeBytes(folder.startsWith("/") ? folder : "/").catch(() => null);
    }
    this.#askedAt.set(job.id, this.#parts.clock.now());
    const answer = await hosts.lookAt(job.place.hostId, [folder], signal);
    return answer.kind === "looked" ? answer.freeBytes : null;
  }

  #isDue({ id, place }: Job): boolean {
    if (place.kind === "node") return true;
    const { clock, lookEveryMs = INSTANCE_LOOK_MS } = this.#parts;
    return clock.now() - (this.#askedAt.get(id) ?? -Infinity) >= lookEveryMs;
  }

  /** A job that was woken may be at work for hours before its disk is full again: it is kept in mind until it has ended. */
  #forgetOthers(waiting: readonly Job[]): void {
    if (Math.max(this.#waits.size, this.#askedAt.size) <= MOST_KEPT) return;
    const ids = new Set(waiting.map(({ id }) => id));
    for (const id of [...this.#waits.keys(), ...this.#askedAt.keys()]) {
      if (ids.has(id)) continue;
      this.#waits.delete(id);
      this.#askedAt.delete(id);
    }
  }
}

/** What a job is at that a command does; transfers of this machine are the janitor's. */
function commandOf({ state, steps, place }: Job): CommandStep | TransferStep | null {
  const step = "step" in state ? steps[state.step] : undefined;
  if (step === undefined || (step.kind === "transfer" && place.kind === "node")) return null;
  return step;
}

/** Where its files go; where nobody knows, the disk of the root. */
function folderOf(step: CommandStep | TransferStep): string {
  if (step.kind === "transfer") return step.folder;
  return step.expects[0]?.folder ?? "/";
}

/** Bytes still to come, as far as anybody knows. */
function remainingOf({ progress }: Job, step: CommandStep | TransferStep): number {
  const files = step.kind === "transfer" ? [step] : step.expects;
  const sizes = files.map(({ size }) => size ?? 0).reduce((sum, size) => sum + size, 0);
  return remainingBytes({ ...progress, bytesTotal: progress.bytesTotal ?? (sizes === 0 ? null : sizes) });
}
