/** A backup that is sent here, to be put in place at the next start. */
import type { IncomingMessage } from "node:http";
import type { FastifyRequest } from "fastify";
import type { z } from "zod";
import { BackupError } from "../../job/backup-contract.ts";
import type { Restores, WaitingRestore } from "../../job/backup-contract.ts";
import { RestoreAnswer, toRestoreMessage } from "../../wire/restore.ts";
import { bePatient } from "../answer-errors.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { errors } from "./describe.ts";

const tags = ["server"];
const GZIP_TYPES = ["application/gzip", "application/x-gzip", "application/octet-stream"];
/** A backup that stops coming for this long is given up. */
const SILENCE_MS = 30_000;

const DESCRIPTION = `Takes what \`GET /backup\` or \`haulyard backup\` made, as the body. All of it is checked as \`haulyard restore\` checks it;
nothing changes but at the next start: then it goes in the place of what is there, which is kept in a folder
\`before-restore-…\` of the data folder. \`haulyard.config.json\` is left out: \`haulyard restore\` on the machine puts it back, too.`;

export async function serveRestore(app: App, { restores }: Pick<ServerParts, "restores">): Promise<void> {
  const kept = (): Restores => {
    if (restores === null)
      throw new RequestError("conflict", "The queue is in PostgreSQL: restore it with its own tools.");
    return restores;
  };
  app.route({
    method: "GET",
    url: "/restore",
    schema: {
      tags,
      operationId: "getRestore",
      summary: "The backup that is put in place at the next start",
      response: { 200: RestoreAnswer.describe("It, or null."), ...errors() },
    },
    handler: async () => answer(restores === null ? null : await restores.waiting()),
  });
  app.route({
    method: "DELETE",
    url: "/restore",
    schema: {
      tags,
      operationId: "giveUpRestore",
      summary: "Leave everything as it is at the next start",
      response: { 200: RestoreAnswer.describe("None waits any more."), ...errors(404, 409) },
    },
    handler: async () => {
      if (!(await kept().giveUp())) throw new RequestError("not_found", "No backup waits to be restored.");
      return answer(null);
    },
  });
  await app.register(async (scope: App) => serveUpload(scope, kept));
}

function serveUpload(app: App, kept: () => Restores): void {
  let isBusy = false;
  // Nothing else is read: the body has no limit here, and JSON would be taken into memory.
  app.removeAllContentTypeParsers();
  // As it comes: it may be larger than memory.
  app.addContentTypeParser(GZIP_TYPES, (_request: FastifyRequest, body: IncomingMessage, done) =>
    done(null, body),
  );
  app.route({
    method: "POST",
    url: "/restore",
    // Checked where it is read.
    bodyLimit: Number.MAX_SAFE_INTEGER,
    onRequest: async (request, reply) => {
      bePatient(request, reply);
      request.raw.setTimeout(SILENCE_MS, () => request.raw.destroy());
      // It is looked at for as long as that takes.
      request.raw.once("end", () => request.raw.setTimeout(0));
    },
    schema: {
      tags,
      operationId: "restoreBackup",
      summary: "Have a backup put in place at the next start",
      description: DESCRIPTION,
      consumes: GZIP_TYPES.slice(0, 1),
      response: {
        200: RestoreAnswer.describe("It waits for the next start."),
        ...errors(400, 409, 415, 422),
      },
    },
    handler: async (request, reply) => {
      const restores = kept();
      // Each takes twice its space for a while.
      if (isBusy) throw new RequestError("conflict", "A backup is being looked at already; wait for it.");
      if (!isBody(request.body)) throw new RequestError("bad_request", "body must be a backup.", "body");
      const length = Number(request.headers["content-length"] ?? Number.NaN);
      isBusy = true;
      try {
        const bytes = Number.isSafeInteger(length) ? length : null;
        return answer(await restores.take(request.body, bytes, requestSignal(request, reply)));
      } catch (error) {
        throw error instanceof BackupError ? new RequestError("file_broken", error.message) : error;
      } finally {
        isBusy = false;
      }
    },
  });
}

const isBody = (body: unknown): body is AsyncIterable<Uint8Array> =>
  typeof body === "object" && body !== null && Symbol.asyncIterator in body;

function answer(restore: WaitingRestore | null): z.input<typeof RestoreAnswer> {
  return { waiting: restore === null ? null : toRestoreMessage(restore) };
}
