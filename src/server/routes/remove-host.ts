import type { HostId } from "../../job/host.ts";
import type { JobStateKind } from "../../job/job-state.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { noSuchHost } from "./host-answers.ts";

const OPEN_KINDS: readonly JobStateKind[] = ["pending", "running", "paused", "blocked"];

/** How long commands at work get to stop; on the instance they are killed after ten seconds. */
const STOP_LIMIT_MS = 20_000;
/** Between two looks whether they have. */
const STOP_POLL_MS = 100;

type Parts = Pick<ServerParts, "hosts" | "engine" | "clock">;

export async function forgetHost(
  id: HostId,
  cancelJobs: boolean,
  { hosts, engine, clock }: Parts,
): Promise<void> {
  let outcome = await hosts.remove(id);
  if (outcome.kind === "has_jobs" && cancelJobs) {
    await engine.actOnAll("cancel", { place: id, kinds: OPEN_KINDS });
    const deadline = clock.now() + STOP_LIMIT_MS;
    for (
      outcome = await hosts.remove(id);
      outcome.kind === "has_jobs" && clock.now() < deadline;
      outcome = await hosts.remove(id)
    )
      await clock.sleep(STOP_POLL_MS);
  }
  switch (outcome.kind) {
    case "removed":
      return;
    case "unknown":
      throw noSuchHost();
    case "has_jobs":
      throw new RequestError("conflict", hasJobs(outcome.jobs, cancelJobs), "cancel_jobs");
    default:
      throw outcome satisfies never;
  }
}

function hasJobs(jobs: number, cancelJobs: boolean): string {
  const count = jobs === 1 ? "1 job" : `${jobs} jobs`;
  return cancelJobs
    ? `${count} of this host ${jobs === 1 ? "is" : "are"} cancelled but still being stopped; try again in a while.`
    : `${count} of this host ${jobs === 1 ? "has" : "have"} not ended; with cancel_jobs=true they are cancelled first.`;
}
