/** What asking for sources would come to: looked up, not done. */
import type { Foreseen, Foresight } from "../../engine/engine-contract.ts";
import { fileOf } from "../../engine/sharing/share-drafts.ts";
import type { Plan, PlanOutcome } from "../../job/catalog-contract.ts";
import { commandTool } from "../../job/command-line.ts";
import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { CommandStep, JobDraft, TransferStep } from "../../job/job.ts";
import { redactText } from "../../job/redact.ts";
import { sourceText } from "../../job/source-text.ts";
import { toCommandMessage, toFailureMessage, toPlaceMessage } from "../../wire/job-message.ts";
import { PlanAnswer, PlanRequest, toSkippedMessage } from "../../wire/plan.ts";
import type { PlanMessage, PlannedJobMessage } from "../../wire/plan.ts";
import type { JobRequestMessage } from "../../wire/requests.ts";
import type { App } from "../app.ts";
import { withAnswers } from "../groups/share-answers.ts";
import type { ServerParts } from "../parts.ts";
import { requestSignal } from "../request-signal.ts";
import { chooseDrafts, keyOf } from "./choose-drafts.ts";
import { errors } from "./describe.ts";
import { MAX_SOURCE_BYTES } from "../read-bodies.ts";
import type { Seen } from "./look-at-drafts.ts";
import { lookAtDrafts } from "./look-at-drafts.ts";
import { toJobRequest } from "./translate-jobs.ts";

type Parts = Pick<ServerParts, "engine" | "plan" | "look">;

/** Plans made at a time: each may ask a server. */
const AT_ONCE = 8;

export function servePlan(app: App, { engine, plan, look }: Parts): void {
  app.route({
    method: "POST",
    url: "/plan",
    bodyLimit: MAX_SOURCE_BYTES,
    config: { audited: false },
    schema: {
      tags: ["jobs"],
      operationId: "plan",
      summary: "What would happen",
      description:
        "Takes one body of `POST /jobs`, or several as `{jobs: […]}`. Asks the servers in question for sizes, hashes " +
        "and whether they would give the files, and changes nothing. What cannot be done is an answer, too: `error` of " +
        "its plan, `trouble` of its job.",
      body: PlanRequest,
      response: {
        200: PlanAnswer.describe("One plan for each request."),
        ...errors(400, 413, 415),
      },
    },
    handler: async (request, reply) => {
      const { body } = request;
      const requests = "jobs" in body ? body.jobs : [body];
      const signal = requestSignal(request, reply);
      // One source for many places: its servers are asked once.
      const { outcomes, drafts, seen } = await withAnswers(new Map(), async () => {
        const planned = await planAll(requests, plan, signal);
        const found = planned.flatMap(draftsOf);
        return { outcomes: planned, drafts: found, seen: await lookAtDrafts(found, look, signal) };
      });
      const foresight = await engine.foresee(seen.map(({ draft }) => draft));
      return answer(
        outcomes.map((outcome, index) => ({ outcome, source: requests[index]?.source ?? "" })),
        seen.map((one, index) => {
          const asked = drafts[index] ?? one.draft;
          return { ...one, key: keyOf(asked), file: fileOf(asked) };
        }),
        foresight,
      );
    },
  });
}

/** Answers in the order of the requests. */
async function planAll(
  requests: readonly JobRequestMessage[],
  plan: Plan,
  signal: AbortSignal,
): Promise<PlanOutcome[]> {
  const outcomes: PlanOutcome[] = [];
  const work = requests.entries();
  const worker = async (): Promise<void> => {
    for (const [index, message] of work)
      outcomes[index] = chooseDrafts(await plan(toJobRequest(message), signal), message.only ?? null);
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return outcomes;
}

function draftsOf(outcome: PlanOutcome): readonly JobDraft[] {
  switch (outcome.kind) {
    case "planned":
      return [outcome.draft];
    case "many":
      return outcome.drafts;
    case "refused":
      return [];
    default:
      throw outcome satisfies never;
  }
}

interface Planned {
  source: string;
  outcome: PlanOutcome;
}

interface Keyed extends Seen {
  /** Of the draft as it was before servers were asked. */
  key: string;
  /** Likewise: what is the same file for other places. */
  file: string | null;
}

function answer(planned: readonly Planned[], seen: readonly Keyed[], { each, disks }: Foresight): PlanAnswer {
  let next = 0;
  const plans = planned.map(({ source, outcome }) => {
    const count = draftsOf(outcome).length;
    const jobs = seen
      .slice(next, next + count)
      .map((one, index) => toPlannedJob(one, each[next + index] ?? { kind: "new" }));
    next += count;
    return toPlanMessage(source, outcome, jobs);
  });
  return {
    plans,
    ...sumOf(plans.flatMap(({ jobs }) => jobs)),
    space: disks.map(({ folder, hostId, freeBytes, promisedBytes, neededBytes }) => ({
      folder,
      host: hostId,
      free_bytes: freeBytes,
      promised_bytes: promisedBytes,
      needed_bytes: neededBytes,
      enough: neededBytes + promisedBytes <= freeBytes,
    })),
  };
}

/** Longest part of a source that is repeated: a list may be long. */
const MAX_SOURCE_LENGTH = 500;

function toPlanMessage(source: string, outcome: PlanOutcome, jobs: PlannedJobMessage[]): PlanMessage {
  const said = shownSource(source.trim());
  return {
    source: said,
    title: outcome.kind === "many" ? outcome.title : (jobs[0]?.name ?? said),
    jobs,
    ...sumOf(jobs),
    skipped: outcome.kind === "planned" ? [] : (outcome.skipped ?? []).map(toSkippedMessage),
    notes: outcome.kind === "refused" ? [] : [...(outcome.notes ?? [])],
    error:
      outcome.kind === "refused"
        ? { ...toFailureMessage(outcome.failure), field: outcome.field, page: outcome.page ?? null }
        : null,
  };
}

/** Any word of a command may be a secret, and so may any line of a list. */
export function shownSource(source: string): string {
  if (/[\r\n]/.test(source)) return "a list";
  const tool = commandTool(source);
  if (tool !== null) return `${tool.startsWith("a") ? "an" : "a"} ${tool} command`;
  return redactText(source.slice(0, MAX_SOURCE_LENGTH));
}

/** Hexadecimal digits: enough for all files of one plan. */
const FILE_LENGTH = 20;

function toPlannedJob({ key, file, draft, step, trouble }: Keyed, foreseen: Foreseen): PlannedJobMessage {
  const commands = draft.steps.filter((each) => each.kind === "command");
  return {
    key,
    ...(file === null ? {} : { file: file.slice(0, FILE_LENGTH) }),
    name: draft.name,
    source: { kind: draft.source.kind, text: sourceText(draft.source) },
    place: toPlaceMessage(draft.place),
    destination: draft.destination,
    size: step === null ? sizeOfAll(commands) : step.size,
    checksum: step?.checksum ?? null,
    state: foreseen.kind,
    bytes_done: foreseen.kind === "begun" || foreseen.kind === "there" ? foreseen.bytes : 0,
    from: foreseen.kind === "here_elsewhere" ? { path: foreseen.path, way: foreseen.way } : null,
    job_id: foreseen.kind === "queued" ? foreseen.job.id : null,
    commands: commands.map(toCommandMessage),
    trouble: toTrouble(foreseen, trouble, step),
  };
}

/** Bytes of all files; null as long as one of them, or what a command makes, is not known. */
function sizeOfAll(commands: readonly CommandStep[]): number | null {
  let total = 0;
  for (const { expects, tool, resumes } of commands) {
    const onlyPrepares = expects.length === 0 && tool === "auto" && resumes;
    if (expects.length === 0 && !onlyPrepares) return null;
    for (const { size } of expects) {
      if (size === null) return null;
      total += size;
    }
  }
  return commands.length === 0 ? null : total;
}

function toTrouble(
  foreseen: Foreseen,
  trouble: Failure | null,
  step: TransferStep | null,
): PlannedJobMessage["trouble"] {
  if (foreseen.kind === "in_the_way") {
    const what = step?.name == null ? "The name" : JSON.stringify(step.name);
    return toFailureMessage(failure("destination_exists", `${what} is taken. ${foreseen.reason}`));
  }
  // Nobody asks the server of a file that is there, or that another job fetches.
  const isAsked = foreseen.kind === "new" || foreseen.kind === "begun";
  return trouble === null || !isAsked ? null : toFailureMessage(trouble);
}

/** Those a job would be made for. */
const MADE: ReadonlySet<PlannedJobMessage["state"]> = new Set(["new", "begun", "here_elsewhere"]);

function sumOf(jobs: readonly PlannedJobMessage[]): Pick<PlanAnswer, "count" | "bytes" | "unknown"> {
  const made = jobs.filter(({ state, trouble }) => trouble === null && MADE.has(state));
  const fetched = made.filter(({ state }) => state !== "here_elsewhere");
  return {
    count: made.length,
    bytes: fetched.reduce((sum, { size, bytes_done: done }) => sum + Math.max(0, (size ?? 0) - done), 0),
    unknown: fetched.filter(({ size }) => size === null).length,
  };
}
