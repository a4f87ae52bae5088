/** API keys: for programs, each with a role of its own. */
import { randomUUID } from "node:crypto";
import { CredentialPath, KeyMadeMessage, KeyRequest, KeysMessage, toKeyMessage } from "../../wire/access.ts";
import { hashSecret, makeKey } from "../access/credentials.ts";
import type { SignInParts } from "../access/sign-in.ts";
import type { App } from "../app.ts";
import { askerOf } from "../guard-requests.ts";
import { RequestError } from "../request-error.ts";
import { errors, SUCCESS } from "./describe.ts";

const tags = ["access"];
const DAY_MS = 24 * 3_600_000;

export function serveKeys(app: App, { access, clock, keeper }: SignInParts): void {
  app.route({
    method: "GET",
    url: "/access/keys",
    schema: {
      tags,
      operationId: "listKeys",
      summary: "The API keys there are; never the keys themselves",
      response: { 200: KeysMessage.describe("The newest first."), ...errors() },
    },
    handler: async () => ({ keys: (await access.keys()).map((key) => toKeyMessage(key, clock.now())) }),
  });

  app.route({
    method: "POST",
    url: "/access/keys",
    schema: {
      tags,
      operationId: "addKey",
      summary: "Make an API key",
      description:
        "Send it as `Authorization: Bearer hy_…` or `X-Api-Key: hy_…`. Nobody can be told it again.",
      body: KeyRequest,
      response: { 201: KeyMadeMessage.describe("The key, this once."), ...errors(400, 413, 415) },
    },
    handler: async (request, reply) => {
      const { name, role, expires_in_days: days } = request.body;
      const now = clock.now();
      const [id, secret] = [randomUUID(), makeKey()];
      const expiresAt = days === undefined ? null : now + days * DAY_MS;
      const createdBy = askerOf(request).who;
      request.target = name;
      await access.insertKey({ id, hash: hashSecret(secret), name, role, createdBy, expiresAt }, now);
      const key = { id, name, role, createdAt: now, createdBy, lastUsedAt: null, expiresAt };
      return reply.code(201).send({ secret, key: toKeyMessage(key, now) });
    },
  });

  app.route({
    method: "DELETE",
    url: "/access/keys/:id",
    schema: {
      tags,
      operationId: "revokeKey",
      summary: "Revoke an API key, at once",
      params: CredentialPath,
      response: { 200: SUCCESS.describe("It is let in no more."), ...errors(400, 404) },
    },
    handler: async ({ params: { id } }) => {
      if (!(await access.removeKey(id)))
        throw new RequestError("not_found", "There is no key with this id.", "id");
      keeper.release(id);
      return { success: true as const };
    },
  });
}
