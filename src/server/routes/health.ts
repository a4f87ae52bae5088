/** Whether the server lives, and whether it can work. */
import { HealthMessage } from "../../wire/health.ts";
import type { App } from "../app.ts";
import { findProblems } from "../find-problems.ts";
import { toHints } from "../hints.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { errors, SUCCESS } from "./describe.ts";
import { toCountsMessage } from "./translate-jobs.ts";

const tags = ["server"];

export function serveHealth(app: App, parts: ServerParts): void {
  const { engine, clock, settings } = parts;
  const startedAt = new Date(clock.now()).toISOString();
  let closing = false;
  app.addHook("preClose", async () => {
    closing = true;
  });

  app.route({
    method: "GET",
    url: "/health",
    schema: {
      tags,
      operationId: "getHealth",
      summary: "Whether the server lives, and what a person should look at",
      description:
        "`degraded`: it works, but `problems` is not empty. Problems are told in full to those who may look, hints to admins.",
      response: { 200: HealthMessage.describe("It lives.") },
    },
    handler: async (request) => {
      const problems = await findProblems(parts);
      const role = request.asker?.role ?? null;
      return {
        status: problems.length === 0 ? ("ok" as const) : ("degraded" as const),
        version: settings.version,
        node: engine.node,
        started_at: startedAt,
        jobs: toCountsMessage(await engine.counts()),
        problems:
          role === null
            ? problems.map(({ code }) => ({ code, message: "Told to those who may look." }))
            : problems,
        // Which tokens are set is for those who set them.
        hints: role === "admin" ? toHints(settings.lacks) : [],
      };
    },
  });

  app.route({
    method: "GET",
    url: "/ready",
    schema: {
      tags,
      operationId: "getReadiness",
      summary: "Whether the server can take requests: its store answers and it does not stop",
      response: { 200: SUCCESS.describe("It can."), ...errors(503) },
    },
    handler: async (request) => {
      if (closing) throw new RequestError("unavailable", "The server is stopping.");
      try {
        await engine.counts();
      } catch (error) {
        request.log.error({ err: error }, "the store does not answer");
        throw new RequestError("unavailable", "The store does not answer; the log says why.");
      }
      return { success: true as const };
    },
  });
}
