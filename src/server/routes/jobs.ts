/** Jobs: add, list, look at one, its history, remove. */
import { InvalidPageCursor } from "../../job/store-contract.ts";
import { JobMessage, toJobMessage } from "../../wire/job-message.ts";
import {
  HistoryMessage,
  JobListMessage,
  JobListQuery,
  JobRequestMessage,
  LogMessage,
  LogQuery,
} from "../../wire/requests.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { errors, JobPath, SUCCESS } from "./describe.ts";
import { jobOf, noSuchJob } from "./refusals.ts";
import { toCountsMessage, toHistoryMessage, toJobQuery, toJobRequest } from "./translate-jobs.ts";

const tags = ["jobs"];

type Parts = Pick<ServerParts, "engine" | "plan">;

export function serveJobs(app: App, parts: Parts): void {
  serveAdding(app, parts);
  serveListing(app, parts);
  serveOne(app, parts);
  serveLog(app, parts);
}

function serveAdding(app: App, { engine, plan }: Parts): void {
  app.route({
    method: "POST",
    url: "/jobs",
    schema: {
      tags,
      operationId: "addJob",
      summary: "Add a download",
      description:
        "Asking again for a destination answers with the job that is there; a file that is there and whole is not fetched again.",
      body: JobRequestMessage,
      response: {
        201: JobMessage.describe("The new job; `Location` is its address."),
        200: JobMessage.describe(
          "The job that has this destination already, or a complete one: the file is there.",
        ),
        ...errors(400, 404, 409, 413, 415, 422, 503),
      },
    },
    handler: async (request, reply) => {
      const wanted = toJobRequest(request.body);
      if (wanted.after !== null && (await engine.get(wanted.after)) === null)
        throw new RequestError(
          "bad_request",
          "after must be the id of a job, there is no such job.",
          "after",
        );
      const outcome = await plan(wanted);
      if (outcome.kind === "refused")
        throw new RequestError(outcome.failure.code, outcome.failure.message, outcome.field);
      const submission = await engine.submit(outcome.draft);
      const job = toJobMessage(submission.job);
      if (submission.kind !== "created") return reply.code(200).send(job);
      // Relative to the address asked, so that it holds behind any proxy path.
      return reply.code(201).header("location", `jobs/${job.id}`).send(job);
    },
  });
}

function serveListing(app: App, { engine }: Pick<Parts, "engine">): void {
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
      return { jobs: page.jobs.map(toJobMessage), next: page.next, counts, event_id: String(cursor) };
    },
  });
}

function serveOne(app: App, { engine }: Pick<Parts, "engine">): void {
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
      return toJobMessage(job);
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
