/** Jobs: add, list, look at one, its history, remove. */
import { z } from "zod";
import type { PlanOutcome } from "../../job/catalog-contract.ts";
import { InvalidPageCursor } from "../../job/store-contract.ts";
import { JobMessage } from "../../wire/job-message.ts";
import {
  HistoryMessage,
  JobListMessage,
  JobListQuery,
  JobRequestMessage,
  LogMessage,
  LogQuery,
  MapMessage,
} from "../../wire/requests.ts";
import { JobsMessage, toSkippedMessage } from "../../wire/plan.ts";
import type { App } from "../app.ts";
import { MAX_SOURCE_BYTES } from "../read-bodies.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { checkAfterRun, runAfter } from "./after-run.ts";
import { chooseDrafts } from "./choose-drafts.ts";
import { errors, JobPath, SUCCESS } from "./describe.ts";
import { jobOf, noSuchJob, refusalError } from "./refusals.ts";
import { tellJob, tellJobs } from "./tell-job.ts";
import {
  toCountsMessage,
  toHistoryMessage,
  toJobQuery,
  toJobRequest,
  toMapMessage,
} from "./translate-jobs.ts";

const tags = ["jobs"];

const ADDED = z.union([JobMessage, JobsMessage]);

type Parts = Pick<ServerParts, "engine" | "plan" | "clock" | "notifications">;

export function serveJobs(app: App, parts: Parts): void {
  serveAdding(app, parts);
  serveListing(app, parts);
  serveOne(app, parts);
  serveLog(app, parts);
  serveMap(app, parts);
}

function serveAdding(app: App, parts: Parts): void {
  const { engine, plan } = parts;
  app.route({
    method: "POST",
    url: "/jobs",
    bodyLimit: MAX_SOURCE_BYTES,
    schema: {
      tags,
      operationId: "addJob",
      summary: "Add a download",
      description:
        "Asking again for a destination answers with the job that is there; a file that is there and whole is not fetched again.",
      body: JobRequestMessage,
      response: {
        201: ADDED.describe(
          "The new job, with `Location` its address; of a source of many files all of them, what is left out, and why.",
        ),
        200: ADDED.describe(
          "The job that has this destination already, or a complete one: the file is there. Of many, all of them.",
        ),
        ...errors(400, 404, 409, 413, 415, 422, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const wanted = toJobRequest(request.body);
      request.target = nameOfSource(wanted.source);
      if (wanted.after !== null && (await engine.get(wanted.after)) === null)
        throw new RequestError(
          "bad_request",
          "after must be the id of a job, there is no such job.",
          "after",
        );
      await checkAfterRun([wanted.afterRun], parts);
      const all = await plan(wanted, requestSignal(request, reply));
      const outcome = runAfter(chooseDrafts(all, request.body.only ?? null), wanted.afterRun);
      if (outcome.kind === "refused") throw refusalError(outcome);
      if (outcome.kind === "many") {
        const added = await addMany(outcome, parts);
        return reply.code(added.created.length > 0 ? 201 : 200).send(added);
      }
      const submission = await engine.submit(outcome.draft);
      const job = tellJob(submission.job, parts);
      if (submission.kind !== "created") return reply.code(200).send(job);
      // Relative to the address asked, so that it holds behind any proxy path.
      return reply.code(201).header("location", `jobs/${job.id}`).send(job);
    },
  });
}

async function addMany(
  { drafts, skipped, notes = [] }: Extract<PlanOutcome, { kind: "many" }>,
  parts: Pick<Parts, "engine" | "clock">,
): Promise<JobsMessage> {
  const submissions = await parts.engine.submitAll(drafts);
  const jobs = tellJobs(
    submissions.map(({ job }) => job),
    parts,
  );
  const created = submissions.flatMap(({ kind, job }) => (kind === "created" ? [job.id] : []));
  return { jobs, count: jobs.length, created, skipped: skipped.map(toSkippedMessage), notes: [...notes] };
}

function serveListing(app: App, parts: Pick<Parts, "engine" | "clock">): void {
  const { engine } = parts;
  app.route({
    method: "GET",
    url: "/jobs",
    schema: {
      tags,
      operationId: "listJobs",
      summary: "List downloads, page by page",
      querystring: JobListQuery,
      response: { 200: JobListMessage.describe("A page of jobs."), ...errors(400) },
    },
    handler: async (request) => {
      // Read first: whatever changes while the page is read is repeated by the event stream.
      const cursor = await engine.cursor();
      const page = await engine.list(toJobQuery(request.query)).catch(refuseCursor);
      const counts = toCountsMessage(await engine.counts());
      return { jobs: tellJobs(page.jobs, parts), next: page.next, counts, event_id: String(cursor) };
    },
  });
}

function serveOne(app: App, parts: Pick<Parts, "engine" | "clock">): void {
  const { engine } = parts;
  app.route({
    method: "GET",
    url: "/jobs/:id",
    schema: {
      tags,
      operationId: "getJob",
      summary: "One download",
      params: JobPath,
      response: { 200: JobMessage.describe("The job."), ...errors(400, 404) },
    },
    handler: async (request) => {
      const job = await engine.get(request.params.id);
      if (job === null) throw noSuchJob();
      return tellJob(job, parts);
    },
  });

  app.route({
    method: "GET",
    url: "/jobs/:id/history",
    schema: {
      tags,
      operationId: "getJobHistory",
      summary: "Every change of a download's state, oldest first",
      params: JobPath,
      response: { 200: HistoryMessage.describe("The changes, with time and reason."), ...errors(400, 404) },
    },
    handler: async (request) => {
      const lines = await engine.history(request.params.id);
      if (lines === null) throw noSuchJob();
      return toHistoryMessage(lines);
    },
  });

  app.route({
    method: "DELETE",
    url: "/jobs/:id",
    schema: {
      tags,
      operationId: "removeJob",
      summary: "Forget a download",
      description:
        "Stops it first if it has not ended, and deletes its unfinished bytes; a finished file stays.",
      params: JobPath,
      response: { 200: SUCCESS.describe("It is gone."), ...errors(400, 404, 409) },
    },
    handler: async (request) => {
      jobOf(await engine.act(request.params.id, "remove"));
      return { success: true as const };
    },
  });
}

function serveMap(app: App, { engine }: Pick<Parts, "engine">): void {
  app.route({
    method: "GET",
    url: "/jobs/:id/map",
    schema: {
      tags,
      operationId: "getJobMap",
      summary: "Which bytes of a download are here, and which connection fetches which",
      description: "Of a download that rests: what is certain to be kept. Empty for commands.",
      params: JobPath,
      response: { 200: MapMessage.describe("The map."), ...errors(400, 404) },
    },
    handler: async (request) => {
      const map = await engine.map(request.params.id);
      if (map === null) throw noSuchJob();
      return toMapMessage(map);
    },
  });
}

function serveLog(app: App, { engine }: Pick<Parts, "engine">): void {
  app.route({
    method: "GET",
    url: "/jobs/:id/log",
    schema: {
      tags,
      operationId: "getJobLog",
      summary: "What the commands of a job wrote",
      description:
        "From `offset` on, at most 256 KiB at a time; ask again from `next`. The log is bounded: of a long one the " +
        "beginning is cut off. Empty for transfers.",
      params: JobPath,
      querystring: LogQuery,
      response: { 200: LogMessage.describe("A part of the log."), ...errors(400, 404) },
    },
    handler: async (request) => {
      const part = await engine.readLog(request.params.id, request.query.offset);
      if (part === null) throw noSuchJob();
      return { ...part };
    },
  });
}

function refuseCursor(error: unknown): never {
  if (!(error instanceof InvalidPageCursor)) throw error;
  throw new RequestError("bad_request", "cursor must be the `next` of a page with the same sort.", "cursor");
}

/** One word says what was asked for; a list, a command or a workflow is long, and may hold secrets. */
function nameOfSource(source: string): string {
  const word = source.trim();
  return /^[^\s{]{1,200}$/.test(word) && !word.startsWith("data:") ? word : "";
}
