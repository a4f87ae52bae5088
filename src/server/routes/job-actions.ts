/** What a person asks of jobs: of one, or of many at once. */
import type { BulkOutcome } from "../../engine/engine-contract.ts";
import { JobMessage } from "../../wire/job-message.ts";
import { AdjustRequest, JobActionsAnswer, JobActionsRequest, MoveRequest } from "../../wire/requests.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { errors, JobPath } from "./describe.ts";
import { tellJob } from "./tell-job.ts";
import { asSentence, jobOf } from "./refusals.ts";
import { toBulkFilter, toMoveTarget } from "./translate-jobs.ts";

const VERBS = {
  pause: "Pause a download: its bytes are kept",
  resume: "Let a paused download go on",
  now: "Let a download run at hours when downloads may not, until it ends or is paused; a paused one goes on",
  cancel: "Cancel a download: its bytes are kept for a retry",
  retry: "Try a failed or cancelled download again, from where it was",
} as const;

const tags = ["jobs"];

type Parts = Pick<ServerParts, "engine" | "clock">;

export function serveJobActions(app: App, parts: Parts): void {
  const { engine } = parts;
  for (const [verb, summary] of Object.entries(VERBS) as [keyof typeof VERBS, string][]) {
    app.route({
      method: "POST",
      url: `/jobs/:id/${verb}`,
      schema: {
        tags,
        operationId: `${verb}Job`,
        summary,
        params: JobPath,
        response: { 200: JobMessage.describe("The job as it is now."), ...errors(400, 404, 409) },
      },
      handler: async (request) => tellJob(jobOf(await engine.act(request.params.id, verb)), parts),
    });
  }
  serveAdjusting(app, parts);
  serveMove(app, parts);
  serveActions(app, parts);
}

function serveMove(app: App, parts: Parts): void {
  const { engine } = parts;
  app.route({
    method: "POST",
    url: "/jobs/:id/move",
    schema: {
      tags,
      operationId: "moveJob",
      summary: "Give a download another priority (higher goes first) or another place in the queue",
      description:
        "To stand where it is put, jobs before or behind it may get another priority: those of one priority go by arrival.",
      params: JobPath,
      body: MoveRequest,
      response: { 200: JobMessage.describe("The job as it is now."), ...errors(400, 404, 409, 413, 415) },
    },
    handler: async (request) => {
      const { id } = request.params;
      const { priority } = request.body;
      const target = toMoveTarget(request.body);
      if (target !== null) return tellJob(jobOf(await engine.move(id, target)), parts);
      return tellJob(jobOf(await engine.adjust(id, priority === undefined ? {} : { priority })), parts);
    },
  });
}

function serveAdjusting(app: App, parts: Parts): void {
  const { engine } = parts;
  app.route({
    method: "PATCH",
    url: "/jobs/:id",
    schema: {
      tags,
      operationId: "adjustJob",
      summary: "Change a download's limit or priority; a running one feels it within a second",
      params: JobPath,
      body: AdjustRequest,
      response: { 200: JobMessage.describe("The job as it is now."), ...errors(400, 404, 409, 413, 415) },
    },
    handler: async (request) => {
      const { limit_rate: limit, priority } = request.body;
      const adjustment = {
        ...(limit === undefined ? {} : { limitBytesPerSecond: limit }),
        ...(priority === undefined ? {} : { priority }),
      };
      return tellJob(jobOf(await engine.adjust(request.params.id, adjustment)), parts);
    },
  });
}

function serveActions(app: App, { engine }: Parts): void {
  app.route({
    method: "POST",
    url: "/jobs/actions",
    schema: {
      tags,
      operationId: "actOnJobs",
      summary: "Do something to many downloads at once",
      description: "`ids` names them, or `filter` finds them (an empty one finds all).",
      body: JobActionsRequest,
      response: {
        200: JobActionsAnswer.describe("Which were changed, and which refused and why."),
        ...errors(400, 413, 415),
      },
    },
    handler: async (request) => {
      const { action, priority = 0 } = request.body;
      const filter = toBulkFilter(request.body);
      // An empty list means none of them; a filter without ids would mean all.
      if (filter.ids?.length === 0) return { success: true as const, changed: [], refused: [] };
      const { changed, refused } = await engine.actOnAll(action === "move" ? { priority } : action, filter);
      return { success: true as const, changed, refused: await Promise.all(refused.map(toRefused)) };
    },
  });

  async function toRefused(
    one: BulkOutcome["refused"][number],
  ): Promise<JobActionsAnswer["refused"][number]> {
    const code = (await engine.get(one.id)) === null ? "not_found" : "conflict";
    return { id: one.id, code, message: asSentence(one.refusal) };
  }
}
