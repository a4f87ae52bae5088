/** What a run is made of, and what its end means: of a card's command, or of a file that is fetched. */
import { isSigned, resolveLink } from "../fetch/resolve-link.ts";
import { judgeFetch } from "../fetch/judge-fetch.ts";
import { writeFetchSpec } from "../fetch/write-fetch.ts";
import { rateOnInstance } from "../../job/limit/rate-on-instance.ts";
import type { Failure } from "../../job/failure.ts";
import type { RunId, RunSpec } from "../../job/run-contract.ts";
import type { CommandParts, CommandRun } from "./command-parts.ts";
import type { CommandVerdict, RunResult } from "./judge-run.ts";
import { judgeRun } from "./judge-run.ts";
import { writeSpec } from "./write-steps.ts";

export type SpecOutcome = { kind: "spec"; spec: RunSpec } | { kind: "unprepared"; failure: Failure };

/** May ask the server of a file where it is to be had. */
export async function makeSpec(id: RunId, run: CommandRun, parts: CommandParts): Promise<SpecOutcome> {
  const { job, step, transfer, host, index, signal } = run;
  const { credentials, pathFolders, fetch, originRate, perHost } = parts;
  const connections = host?.limits.connections ?? null;
  if (transfer !== null) {
    const resolved = await resolveLink(transfer, credentials, fetch, signal);
    if (resolved.kind === "failed") return { kind: "unprepared", failure: resolved.failure };
    const { link } = resolved;
    const bytesPerSecond = rateOnInstance({
      job: job.limitBytesPerSecond,
      origin: originRate(transfer.url),
      instance: host?.limits.bytesPerSecond ?? null,
      jobsAtATime: host?.limits.jobs ?? perHost(),
    });
    return {
      kind: "spec",
      spec: writeFetchSpec({ id, step: transfer, link, connections, bytesPerSecond, pathFolders }),
    };
  }
  const before = job.progress.command ?? null;
  const again = before !== null && before.step === index && before.begun;
  return { kind: "spec", spec: writeSpec({ id, step, again, connections, credentials, pathFolders }) };
}

export function judgeResult(
  result: RunResult,
  { transfer }: CommandRun,
  { output, credentials }: CommandParts,
): CommandVerdict {
  return transfer === null
    ? judgeRun(result, output)
    : judgeFetch(result, output, isSigned(transfer, credentials));
}
