/** Instances: keep, list, change, look at, forget. */
import { z } from "zod";
import { NO_LIMITS } from "../../job/host.ts";
import type { HostLimits } from "../../job/host.ts";
import {
  HostAnswer,
  HostChangeRequest,
  HostListMessage,
  HostMessage,
  HostRemoveQuery,
  HostRequest,
  HostScanMessage,
  HostVerifyAnswer,
  HostVerifyRequest,
  toHostChange,
  toHostChoices,
  toHostMessage,
  toScanMessage,
} from "../../wire/hosts.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { requestSignal } from "../request-signal.ts";
import { errors, SUCCESS } from "./describe.ts";
import { noAnswer, noSuchHost, refusedHost, takenBy } from "./host-answers.ts";
import { forgetHost } from "./remove-host.ts";
import { answerKeys, showKeys } from "./verify-host.ts";

const tags = ["instances"];

const HostPath = z.object({ id: z.uuid().transform((id) => id.toLowerCase()) });

type Parts = Pick<ServerParts, "hosts" | "engine" | "clock">;

export function serveHosts(app: App, parts: Parts): void {
  serveListing(app, parts);
  serveKeeping(app, parts);
  serveChanging(app, parts);
  serveForgetting(app, parts);
  serveLooking(app, parts);
}

function serveListing(app: App, { hosts }: Parts): void {
  app.route({
    method: "GET",
    url: "/hosts",
    schema: {
      tags,
      operationId: "listHosts",
      summary: "The instances, by label",
      response: { 200: HostListMessage.describe("All of them."), ...errors() },
    },
    handler: async () => ({ hosts: (await hosts.list()).map(toHostMessage) }),
  });

  app.route({
    method: "GET",
    url: "/hosts/:id",
    schema: {
      tags,
      operationId: "getHost",
      summary: "One instance",
      params: HostPath,
      response: { 200: HostMessage.describe("The instance."), ...errors(400, 404) },
    },
    handler: async ({ params }) => {
      const host = await hosts.get(params.id);
      if (host === null) throw noSuchHost();
      return toHostMessage(host);
    },
  });
}

function serveKeeping(app: App, { hosts }: Parts): void {
  const limitsOf = async (connection: string): Promise<HostLimits> => {
    const kept = await hosts.at(connection);
    return kept.kind === "host" ? kept.host.limits : NO_LIMITS;
  };
  app.route({
    method: "POST",
    url: "/hosts",
    schema: {
      tags,
      operationId: "addHost",
      summary: "Keep an instance",
      description:
        "One account of one machine is one host: asking again answers with the host that is there, changed in what is " +
        "given. It is not connected to; `POST /hosts/{id}/verify` is the next step.",
      body: HostRequest,
      response: {
        201: HostAnswer.describe("The new host; `Location` is its address."),
        200: HostAnswer.describe("The host that was there."),
        ...errors(400, 413, 415),
      },
    },
    handler: async (request, reply) => {
      const { ssh_connection, ...wanted } = request.body;
      const choices = toHostChoices(wanted, await limitsOf(ssh_connection));
      const outcome = await hosts.ensure(ssh_connection, choices);
      if (outcome.kind === "refused") throw refusedHost(outcome);
      const answer = { host: toHostMessage(outcome.host), notes: [...outcome.notes] };
      if (!outcome.created) return reply.code(200).send(answer);
      return reply.code(201).header("location", `hosts/${outcome.host.id}`).send(answer);
    },
  });
}

function serveChanging(app: App, { hosts }: Parts): void {
  app.route({
    method: "PATCH",
    url: "/hosts/:id",
    schema: {
      tags,
      operationId: "changeHost",
      summary: "Change an instance",
      description:
        "With another connection it is the same host all the same: its keys stay what was accepted.",
      params: HostPath,
      body: HostChangeRequest,
      response: { 200: HostAnswer.describe("The host as it is now."), ...errors(400, 404, 409, 413, 415) },
    },
    handler: async ({ params, body }) => {
      const host = await hosts.get(params.id);
      if (host === null) throw noSuchHost();
      const outcome = await hosts.change(params.id, toHostChange(body, host.limits));
      switch (outcome.kind) {
        case "changed":
          return { host: toHostMessage(outcome.host), notes: [...outcome.notes] };
        case "unknown":
          throw noSuchHost();
        case "taken":
          throw takenBy(outcome.by);
        case "refused":
          throw refusedHost(outcome);
        default:
          throw outcome satisfies never;
      }
    },
  });
}

function serveForgetting(app: App, parts: Parts): void {
  app.route({
    method: "DELETE",
    url: "/hosts/:id",
    schema: {
      tags,
      operationId: "removeHost",
      summary: "Forget an instance and its keys",
      description:
        "Refused as long as it has jobs that have not ended, unless these are to be cancelled. Files there stay.",
      params: HostPath,
      querystring: HostRemoveQuery,
      response: { 200: SUCCESS.describe("It is gone."), ...errors(400, 404, 409) },
    },
    handler: async ({ params, query }) => {
      await forgetHost(params.id, query.cancel_jobs === "true", parts);
      return { success: true as const };
    },
  });
}

function serveLooking(app: App, { hosts }: Parts): void {
  app.route({
    method: "POST",
    url: "/hosts/:id/scan",
    schema: {
      tags,
      operationId: "scanHost",
      summary: "Look what an instance has: tools, space, models",
      params: HostPath,
      response: { 200: HostScanMessage.describe("What was found."), ...errors(400, 404, 409, 422, 503) },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const answer = await hosts.scan(id, requestSignal(request, reply));
      if (answer.kind === "unknown") throw noSuchHost();
      if (answer.kind !== "scanned") throw noAnswer(answer);
      const host = await hosts.get(id);
      if (host === null) throw noSuchHost();
      return toScanMessage(host, answer.inventory);
    },
  });

  app.route({
    method: "POST",
    url: "/hosts/:id/verify",
    schema: {
      tags,
      operationId: "verifyHostById",
      summary: "Look at the keys of an instance, and accept or reject them",
      description: "As `POST /ssh/verify-host`, by the id of the host.",
      params: HostPath,
      body: HostVerifyRequest,
      response: {
        200: HostVerifyAnswer.describe("The keys, or what became of the answer."),
        ...errors(400, 404, 409, 413, 415, 422, 503),
      },
    },
    handler: async (request, reply) => {
      const { id } = request.params;
      const { accept, reject } = request.body;
      const signal = requestSignal(request, reply);
      return accept || reject ? answerKeys(hosts, id, request.body, signal) : showKeys(hosts, id, signal);
    },
  });
}
