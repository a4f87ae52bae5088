/** Old system C: the resource queue (CONTRACT §5 C). */
import {
  DoneAnswer,
  DownloadsAnswer,
  DownloadsQuery,
  QueueAnswer,
  QueueRequest,
  RetryRequest,
} from "../../wire/downloads.ts";
import type { App } from "../app.ts";
import { askerOf, wantAdmin } from "../guard-requests.ts";
import type { ServerParts } from "../parts.ts";
import { errors, JobPath } from "../routes/describe.ts";
import { jobOf } from "../routes/refusals.ts";
import type { DownloadBook } from "./download-book.ts";
import { toDownload } from "./download-view.ts";
import { queueResources } from "./queue-resources.ts";

const tags = ["resource queue"];

type Parts = Pick<ServerParts, "engine" | "cards" | "planner" | "hosts" | "settings">;

export function serveResourceDownloads(app: App, parts: Parts, book: DownloadBook): void {
  serveQueue(app, parts);
  serveStatus(app, book);
  serveChanges(app, parts);
}

function serveQueue(app: App, parts: Parts): void {
  app.route({
    method: "POST",
    url: "/downloads/queue",
    schema: {
      tags,
      operationId: "queueResources",
      summary: "Run resource cards on an instance",
      description:
        "One job per card, with all its commands in order. Cards that cannot be queued are named in `skipped`, the " +
        "others are queued; if none can, nothing is. A card that is in the queue for this instance already answers " +
        "with its job. `dependencies` are offered, not queued.",
      body: QueueRequest,
      response: { 200: QueueAnswer.describe("What was queued."), ...errors(400, 413, 415) },
    },
    handler: async (request) => {
      // To run commands on a machine that nobody has added yet is to add it.
      const known = await parts.hosts.at(request.body.ssh_connection);
      if (known.kind === "unknown") wantAdmin(request, "An instance that is not known yet");
      // Nor may who is no admin change how one that is known is reached: other keys, another name.
      const asItIs = known.kind === "host" && askerOf(request).role !== "admin" ? known.host : null;
      const { host, jobs, skipped, dependencies, notes } = await queueResources(request.body, parts, asItIs);
      return {
        success: true as const,
        jobs: jobs.map((job) => toDownload(job, host)),
        count: jobs.length,
        skipped,
        dependencies,
        notes: [...notes],
      };
    },
  });
}

function serveStatus(app: App, book: DownloadBook): void {
  app.route({
    method: "GET",
    url: "/downloads/status",
    schema: {
      tags,
      operationId: "getResourceDownloads",
      summary: "All jobs of resource cards, the oldest first",
      querystring: DownloadsQuery,
      response: {
        200: DownloadsAnswer.describe("The jobs, of one instance if one is named."),
        ...errors(400),
      },
    },
    handler: async ({ query }) => {
      const wanted = query.instance_id ?? "";
      const downloads = (await book.collect()).map(({ job, host }) => toDownload(job, host));
      return wanted === "" ? downloads : downloads.filter(({ instance_id: id }) => id === wanted);
    },
  });
}

function serveChanges(app: App, { engine }: Parts): void {
  app.route({
    method: "POST",
    url: "/downloads/retry",
    schema: {
      tags,
      operationId: "retryResourceDownload",
      summary: "Try a job again, from the command that failed",
      body: RetryRequest,
      response: { 200: DoneAnswer.describe("It waits for its turn."), ...errors(400, 404, 409, 413, 415) },
    },
    handler: async (request) => {
      const { name } = jobOf(await engine.act(request.body.job_id, "retry"), "job_id");
      return { success: true as const, message: `${name} is queued again.` };
    },
  });

  app.route({
    method: "DELETE",
    url: "/downloads/job/:id",
    schema: {
      tags,
      operationId: "deleteResourceDownload",
      summary: "Delete a job; one that runs is stopped first, on the instance too",
      params: JobPath,
      response: { 200: DoneAnswer.describe("It is gone."), ...errors(400, 404, 409) },
    },
    handler: async (request) => {
      const { name } = jobOf(await engine.act(request.params.id, "remove"));
      return { success: true as const, message: `${name} was deleted.` };
    },
  });
}
