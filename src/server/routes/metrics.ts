/** What Prometheus reads. */
import { z } from "zod";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { errors } from "./describe.ts";

export function serveMetrics(app: App, { metrics }: Pick<ServerParts, "metrics">): void {
  app.addHook("onResponse", async (request, reply) => {
    const { method, routeOptions } = request;
    metrics.answered({
      method,
      route: routeOptions.url ?? null,
      status: reply.statusCode,
      seconds: reply.elapsedTime / 1000,
    });
  });
  app.addHook("preHandler", async (request, reply) => {
    if (request.routeOptions.url === "/events") reply.raw.once("close", metrics.streamOpened());
  });

  app.route({
    method: "GET",
    url: "/metrics",
    exposeHeadRoute: false,
    schema: {
      tags: ["server"],
      operationId: "getMetrics",
      summary: "What Prometheus reads: counts, speeds, times",
      description:
        "The text format of Prometheus. Holds no names of files, hosts or people. Where the server wants a token, " +
        "give it to Prometheus as `authorization.credentials_file`.",
      produces: ["text/plain"],
      response: { 200: z.string().describe("The metrics."), ...errors() },
    },
    handler: async (_request, reply) => {
      void reply.header("content-type", metrics.contentType).header("cache-control", "no-store");
      return metrics.text();
    },
  });
}
