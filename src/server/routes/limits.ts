/** The limit for all downloads to this machine. */
import type { OverallLimitView } from "../../engine/overall-limit.ts";
import { formatSchedule, formatWindow } from "../../job/limit/format-rate.ts";
import type { Limit } from "../../job/limit/rate-schedule.ts";
import { LimitMessage, LimitRequest } from "../../wire/limits.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { errors } from "./describe.ts";

const tags = ["jobs"];

export function serveLimits(app: App, { engine }: Pick<ServerParts, "engine">): void {
  app.route({
    method: "GET",
    url: "/limit-rate",
    schema: {
      tags,
      operationId: "getLimit",
      summary: "The limit for all downloads together: what holds, where it comes from, until when",
      response: { 200: LimitMessage.describe("The limit as it is now."), ...errors() },
    },
    handler: async () => toLimitMessage(engine.overallLimit()),
  });

  app.route({
    method: "PUT",
    url: "/limit-rate",
    schema: {
      tags,
      operationId: "changeLimit",
      summary: "Change the limit for all downloads together",
      description:
        "It holds within a second, also for what is running, outlives restarts, and counts in place of the setting " +
        "until it is given up with null.",
      body: LimitRequest,
      response: { 200: LimitMessage.describe("The limit as it is now."), ...errors(400, 413, 415) },
    },
    handler: async (request) => toLimitMessage(await engine.changeOverallLimit(request.body.limit_rate)),
  });
}

export function toLimitMessage({ schedule, setting, changedAt, now, until }: OverallLimitView): LimitMessage {
  return {
    limit_rate: formatSchedule(schedule),
    source: changedAt === null ? "setting" : "person",
    setting: formatSchedule(setting),
    changed_at: isoTime(changedAt),
    now: {
      bytes_per_second: toBytesPerSecond(now.limit),
      window: now.window === null ? null : formatWindow(now.window),
      until: isoTime(until),
    },
  };
}

function toBytesPerSecond(limit: Limit): number | null {
  if (limit === "off") return 0;
  return limit === "none" ? null : limit;
}

function isoTime(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
