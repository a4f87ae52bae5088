/** Whether the server lives, and whether it can work. */
import { HealthMessage } from "../../wire/health.ts";
import type { App } from "../app.ts";
import type { FastifyBaseLogger } from "fastify";
import type { JobCounts } from "../../job/store-contract.ts";
import { findProblems } from "../find-problems.ts";
import { toHints } from "../hints.ts";
import type { ServerParts } from "../parts.ts";
import type { Problem } from "../problems.ts";
import { RequestError } from "../request-error.ts";
import { errors, SUCCESS } from "./describe.ts";
import { toCountsMessage } from "./translate-jobs.ts";

const tags = ["server"];

/** Where the database is, and what it says, is in the log only. */
const STORE_AWAY = {
  code: "store_unavailable",
  message: "The store does not answer; the log says why.",
} as const satisfies Problem;

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
        "`degraded`: it works, but `problems` is not empty. Those who may not look are told that it lives, and nothing else; " +
        "hints are told to admins.",
      response: { 200: HealthMessage.describe("It lives.") },
    },
    handler: async (request) => {
      const role = request.asker?.role ?? null;
      // Looking for problems reads files: strangers neither learn of them nor have it done.
      if (role === null) return { status: "ok" as const, problems: [], hints: [] };
      const [found, counts] = await Promise.all([findProblems(parts), countJobs(parts, request.log)]);
      const problems = counts === null ? [STORE_AWAY, ...found] : found;
      return {
        status: problems.length === 0 ? ("ok" as const) : ("degraded" as const),
        version: settings.version,
        node: engine.node,
        started_at: startedAt,
        jobs: counts === null ? {} : toCountsMessage(counts),
        problems,
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
      if ((await countJobs(parts, request.log)) === null)
        throw new RequestError("unavailable", STORE_AWAY.message);
      return { success: true as const };
    },
  });
}

/** Null: the store does not answer. */
async function countJobs(
  { engine }: Pick<ServerParts, "engine">,
  log: FastifyBaseLogger,
): Promise<JobCounts | null> {
  try {
    return await engine.counts();
  } catch (error) {
    log.error({ err: error }, "the store does not answer");
    return null;
  }
}
