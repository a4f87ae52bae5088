/** The machines of this installation: look at them, send one to rest, forget one that is gone. */
import { z } from "zod";
import { DrainRequest, NodeListMessage, NodeMessage, toNodeMessage } from "../../wire/nodes.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { errors, SUCCESS } from "./describe.ts";

const tags = ["nodes"];

/** As long as a name may be. */
const NodePath = z.object({ name: z.string().min(1).max(63) });

type Parts = Pick<ServerParts, "nodes" | "engine" | "clock">;

export function serveNodes(app: App, parts: Parts): void {
  serveListing(app, parts);
  serveForgetting(app, parts);
}

function serveListing(app: App, { nodes, engine, clock }: Parts): void {
  app.route({
    method: "GET",
    url: "/nodes",
    schema: {
      tags,
      operationId: "listNodes",
      summary: "The machines that share this queue, by name",
      response: { 200: NodeListMessage.describe("All of them, those that are away included."), ...errors() },
    },
    handler: async () => ({
      nodes: (await nodes.list(clock.now())).map((node) => toNodeMessage(node, engine.node)),
    }),
  });

  app.route({
    method: "POST",
    url: "/nodes/:name/drain",
    schema: {
      tags,
      operationId: "drainNode",
      summary: "Let a machine finish what it has and take up nothing new, or take jobs up again",
      description:
        "What it runs on instances is followed by another machine, if there is one. A worker ends once it has nothing " +
        "left; a server goes on answering. Started anew, either rests until this is taken back.",
      params: NodePath,
      body: DrainRequest,
      response: { 200: NodeMessage.describe("The machine."), ...errors(400, 404, 413, 415) },
    },
    handler: async ({ params: { name }, body: { drain, timeout_seconds } }) => {
      const now = clock.now();
      const until = timeout_seconds === null ? null : now + timeout_seconds * 1000;
      const node = await nodes.drain(name, drain, now, { until, stays: true });
      if (node === null) throw noSuchNode();
      return toNodeMessage(node, engine.node);
    },
  });
}

function serveForgetting(app: App, { nodes, clock }: Parts): void {
  app.route({
    method: "DELETE",
    url: "/nodes/:name",
    schema: {
      tags,
      operationId: "removeNode",
      summary: "Forget a machine that is gone for good",
      description: "Refused while it lives, and while jobs for its disk have not ended.",
      params: NodePath,
      response: { 200: SUCCESS.describe("It is forgotten."), ...errors(400, 404, 409) },
    },
    handler: async ({ params: { name } }) => {
      const outcome = await nodes.remove(name, clock.now());
      switch (outcome.kind) {
        case "removed":
          return { success: true as const };
        case "unknown":
          throw noSuchNode();
        case "alive":
          throw new RequestError("conflict", `${name} is at work: stop it first.`, "name");
        case "has_jobs":
          throw new RequestError(
            "conflict",
            `${name} still has jobs for its own disk: ${outcome.jobs}. Cancel them first, or start it again.`,
            "name",
          );
        default:
          throw outcome satisfies never;
      }
    },
  });
}

function noSuchNode(): RequestError {
  return new RequestError("not_found", "There is no node of this name; GET /nodes lists them.", "name");
}
