/** Runs of a host: over the way there that is known at the moment, with its record kept up to date. */
import { failure } from "../../job/failure.ts";
import type { HostId } from "../../job/host.ts";
import type { FollowOptions, LogPosition, NoAnswer, RunEvent, RunId, Runs } from "../../job/run-contract.ts";
import type { HostsParts } from "./create-hosts.ts";

/** When a host answered last is worth knowing to the minute. */
const NOTE_EVERY_MS = 30_000;
/** Between two looks for another way to a host, when the one in use was taken away. */
const TURN_MS = 250;

export function watchRuns(id: HostId, parts: HostsParts): Runs {
  const seen = noteSeen(id, parts);
  const ask = async <T extends { kind: string }>(
    verb: (runs: Runs) => Promise<T | NoAnswer>,
  ): Promise<T | NoAnswer> => {
    const host = await parts.store.hosts.get(id);
    if (host === null) return hostIsGone();
    const answer = await verb(parts.instances.runsOn(host));
    if (answer.kind !== "failed" && answer.kind !== "asked" && answer.kind !== "stopped") seen();
    return answer;
  };
  return {
    start: (spec, signal) => ask((runs) => runs.start(spec, signal)),
    state: (run, signal) => ask((runs) => runs.state(run, signal)),
    cancel: (run, signal) => ask((runs) => runs.cancel(run, signal)),
    list: (prefix, signal) => ask((runs) => runs.list(prefix, signal)),
    clean: (ids, signal) => ask((runs) => runs.clean(ids, signal)),
    follow: (run, from, options) => follow(id, { run, from, options }, parts, seen),
  };
}

interface Following {
  run: RunId;
  from: LogPosition;
  options: FollowOptions;
}

/** When a person changes the way to the host, its connections end; the run is met again over the new way. */
async function* follow(
  id: HostId,
  { run, from, options }: Following,
  { store, instances, clock }: HostsParts,
  seen: () => void,
): AsyncGenerator<RunEvent> {
  let next = from;
  while (!options.signal.aborted) {
    const host = await store.hosts.get(id);
    if (host === null) {
      yield hostIsGone();
      return;
    }
    for await (const event of instances.runsOn(host).follow(run, next, options)) {
      if ("next" in event) ({ next } = event);
      if (event.kind === "output" || event.kind === "connected" || event.kind === "state") seen();
      yield event;
      if (event.kind === "ended" || event.kind === "failed" || event.kind === "asked") return;
    }
    await clock.sleep(TURN_MS, options.signal);
  }
}

function hostIsGone(): Extract<NoAnswer, { kind: "failed" }> {
  const message = "The host of this job is not kept any more.";
  const advice = "Add the host again, and the job to it.";
  return { kind: "failed", failure: failure("unreachable", message, { advice, retryable: false }) };
}

function noteSeen(id: HostId, { store, clock, log }: HostsParts): () => void {
  let notedAt: number | null = null;
  return () => {
    const now = clock.now();
    if (notedAt !== null && Math.abs(now - notedAt) < NOTE_EVERY_MS) return;
    notedAt = now;
    store.hosts
      .note(id, { seenAt: now }, now)
      .catch((error: unknown) => log.error({ err: error }, "a host could not be noted"));
  };
}
