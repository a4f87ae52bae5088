/** Notifications: ways to tell somebody, what was told, and whether it arrives. */
import { randomBytes } from "node:crypto";
import { z } from "zod";
import type { ChannelOutcome } from "../../job/notify/notify-contract.ts";
import {
  AfterRunListMessage,
  ChannelAnswer,
  ChannelChangeRequest,
  ChannelListMessage,
  ChannelRequest,
  ChannelTestAnswer,
  NotificationListMessage,
  toChannelDraft,
  toChannelMessage,
  toChannelPatch,
  toNotificationMessage,
} from "../../wire/notifications.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { errors, SUCCESS } from "./describe.ts";

const tags = ["notifications"];

const ChannelPath = z.object({ id: z.uuid().transform((id) => id.toLowerCase()) });

/** Messages that are shown of a channel. */
const MESSAGES_SHOWN = 50;

type Parts = Pick<ServerParts, "notifications">;

export function serveNotifications(app: App, parts: Parts): void {
  serveListing(app, parts);
  serveCommands(app, parts);
  serveKeeping(app, parts);
  serveForgetting(app, parts);
  serveTesting(app, parts);
}

function serveListing(app: App, { notifications }: Parts): void {
  app.route({
    method: "GET",
    url: "/notifications",
    schema: {
      tags,
      operationId: "listChannels",
      summary: "Who is told what, and whether it arrives",
      response: { 200: ChannelListMessage.describe("The channels, oldest first."), ...errors() },
    },
    handler: async () => ({
      channels: (await notifications.channels()).map(({ channel, last, waiting }) =>
        toChannelMessage(channel, last, waiting),
      ),
    }),
  });

  app.route({
    method: "GET",
    url: "/notifications/:id/messages",
    schema: {
      tags,
      operationId: "listChannelMessages",
      summary: "The last messages of a channel and what came back",
      params: ChannelPath,
      response: { 200: NotificationListMessage.describe("Newest first."), ...errors(400, 404) },
    },
    handler: async ({ params }) => {
      const messages = await notifications.messages(params.id, MESSAGES_SHOWN);
      if (messages === null) throw noSuchChannel();
      return { messages: messages.map(toNotificationMessage) };
    },
  });
}

function serveCommands(app: App, { notifications }: Parts): void {
  app.route({
    method: "GET",
    url: "/after-run",
    schema: {
      tags,
      operationId: "listAfterRun",
      summary: "The commands a download can ask for, to be run once it is complete",
      response: { 200: AfterRunListMessage.describe("Their names."), ...errors() },
    },
    handler: async () => ({ commands: await notifications.commands() }),
  });
}

function serveKeeping(app: App, { notifications }: Parts): void {
  app.route({
    method: "POST",
    url: "/notifications",
    schema: {
      tags,
      operationId: "addChannel",
      summary: "Have somebody told",
      description:
        "Secrets go in and never come out again; only the key of a webhook that was made here is told, once, in the answer.",
      body: ChannelRequest,
      response: { 201: ChannelAnswer.describe("The new channel."), ...errors(400, 413, 415) },
    },
    handler: async ({ body }, reply) => {
      const secret = madeSecret(body.settings);
      const channel = channelOf(await notifications.add(toChannelDraft(body, () => secret ?? "")));
      return reply
        .code(201)
        .header("location", `notifications/${channel.id}`)
        .send({ channel: toChannelMessage(channel, null, 0), secret });
    },
  });

  app.route({
    method: "PATCH",
    url: "/notifications/:id",
    schema: {
      tags,
      operationId: "changeChannel",
      summary: "Change a channel",
      description:
        "What is given is changed. `settings` are replaced as a whole: secrets have to be given again.",
      params: ChannelPath,
      body: ChannelChangeRequest,
      response: { 200: ChannelAnswer.describe("The channel as it is now."), ...errors(400, 404, 413, 415) },
    },
    handler: async ({ params, body }) => {
      const before = await find(notifications, params.id);
      const secret = body.settings === undefined ? null : madeSecret(body.settings);
      const patch = toChannelPatch(body, () => secret ?? "", before.channel.filter);
      const channel = channelOf(await notifications.change(params.id, patch));
      return { channel: toChannelMessage(channel, before.last, before.waiting), secret };
    },
  });
}

function serveForgetting(app: App, { notifications }: Parts): void {
  app.route({
    method: "DELETE",
    url: "/notifications/:id",
    schema: {
      tags,
      operationId: "removeChannel",
      summary: "Forget a channel, and what it was still to tell",
      params: ChannelPath,
      response: { 200: SUCCESS.describe("It is gone."), ...errors(400, 404) },
    },
    handler: async ({ params }) => {
      if (!(await notifications.remove(params.id))) throw noSuchChannel();
      return { success: true as const };
    },
  });
}

function serveTesting(app: App, { notifications }: Parts): void {
  app.route({
    method: "POST",
    url: "/notifications/:id/test",
    schema: {
      tags,
      operationId: "testChannel",
      summary: "Send a message now, and say what came back",
      params: ChannelPath,
      response: { 200: ChannelTestAnswer.describe("What came back."), ...errors(400, 404) },
    },
    handler: async (request, reply) => {
      const delivery = await notifications.test(request.params.id, requestSignal(request, reply));
      if (delivery === null) throw noSuchChannel();
      return { delivered: delivery.kind === "delivered", answer: delivery.answer };
    },
  });
}

/** For a webhook that was given none: 32 bytes, as long as what HMAC-SHA256 makes of them. */
function madeSecret(settings: z.output<typeof ChannelRequest>["settings"]): string | null {
  if (settings.kind !== "webhook" || typeof settings.secret === "string") return null;
  return `whsec_${randomBytes(32).toString("base64")}`;
}

type Kept = Awaited<ReturnType<Parts["notifications"]["channels"]>>[number];

async function find(notifications: Parts["notifications"], id: string): Promise<Kept> {
  const kept = (await notifications.channels()).find(({ channel }) => channel.id === id);
  if (kept === undefined) throw noSuchChannel();
  return kept;
}

function channelOf(outcome: ChannelOutcome): Extract<ChannelOutcome, { kind: "channel" }>["channel"] {
  switch (outcome.kind) {
    case "channel":
      return outcome.channel;
    case "unknown":
      throw noSuchChannel();
    case "refused":
      throw new RequestError("bad_request", outcome.reason, outcome.field);
    default:
      throw outcome satisfies never;
  }
}

function noSuchChannel(): RequestError {
  return new RequestError(
    "not_found",
    "There is no channel with this id; GET /notifications lists them.",
    "id",
  );
}
