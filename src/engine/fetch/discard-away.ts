/** Deletes what removed jobs have begun on instances, soon after they were removed and without keeping anybody waiting. */
import { dirname } from "node:path/posix";
import type { Hosts } from "../../job/host-contract.ts";
import type { HostId } from "../../job/host.ts";
import { isEnded } from "../../job/job-state.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { EngineLog } from "../engine-log.ts";

/** What stays after a run of `fetch.sh` that came to no end. */
const LEFT = [".part", ".part.aria2", ".part.of"] as const;
/** It says whose the others are: nobody else writes one. */
const OURS = ".part.of";
/** Looked at in one go. */
const AT_ONCE = 100;
/** Kept in mind for one instance: more than anybody removes while one answers. */
const MOST_WAITING = 20_000;

export interface DiscardAwayParts {
  store: Pick<JobStore, "findByDestination">;
  hosts: Pick<Hosts, "lookAt" | "removeAt">;
  log: Pick<EngineLog, "warn" | "error">;
  signal: AbortSignal;
}

export class DiscardAway {
  readonly #parts: DiscardAwayParts;
  readonly #waiting = new Map<HostId, Set<string>>();

  constructor(parts: DiscardAwayParts) {
    this.#parts = parts;
  }

  /** An instance that does not answer now keeps them: it may be gone for good, and nobody waits for it. */
  discard(hostId: HostId, destination: string): void {
    const waiting = this.#waiting.get(hostId);
    if (waiting === undefined) {
      this.#waiting.set(hostId, new Set([destination]));
      void this.#work(hostId);
    } else if (waiting.size < MOST_WAITING) waiting.add(destination);
  }

  async #work(hostId: HostId): Promise<void> {
    const { log, signal } = this.#parts;
    const waiting = this.#waiting.get(hostId) ?? new Set();
    try {
      while (waiting.size > 0 && !signal.aborted) {
        const some = [...waiting].slice(0, AT_ONCE);
        for (const each of some) waiting.delete(each);
        if (await this.#discardAll(hostId, some)) continue;
        log.warn({ host: hostId }, "unfinished files of removed jobs stay on an instance: it did not answer");
        return;
      }
    } catch (error) {
      log.error({ err: error, host: hostId }, "unfinished files of removed jobs stay on an instance");
    } finally {
      this.#waiting.delete(hostId);
    }
  }

  /** False: it did not answer. */
  async #discardAll(hostId: HostId, destinations: readonly string[]): Promise<boolean> {
    const { hosts, signal } = this.#parts;
    const marks = destinations.map((path) => `${path}${OURS}`);
    const looked = await hosts.lookAt(hostId, marks, signal);
    if (looked.kind !== "looked") return looked.kind === "unknown";
    const ours = new Set(looked.files.flatMap(({ path, bytes }) => (bytes === null ? [] : [path])));
    const begun = destinations.filter((path) => ours.has(`${path}${OURS}`));
    for (const [folder, paths] of Map.groupBy(begun, dirname)) {
      // Looked at last: a new job may go on with the bytes meanwhile.
      const free = [];
      for (const path of paths) if (!(await this.#isWanted(hostId, path))) free.push(path);
      const left = free.flatMap((path) => LEFT.map((end) => `${path}${end}`));
      if (left.length === 0) continue;
      const { kind } = await hosts.removeAt(hostId, folder, left, signal);
      if (kind !== "removed") return kind === "unknown";
    }
    return true;
  }

  async #isWanted(hostId: HostId, destination: string): Promise<boolean> {
    const heir = await this.#parts.store.findByDestination(hostId, destination);
    return heir !== null && !isEnded(heir.state);
  }
}
