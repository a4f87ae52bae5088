/** All there is, as one file. */
import { Readable } from "node:stream";
import { z } from "zod";
import { BackupError } from "../../job/backup-contract.ts";
import type { MadeBackup } from "../../job/backup-contract.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { errors } from "./describe.ts";

const BackupQuery = z.object({
  secrets: z.enum(["0", "1"]).optional().describe("1: with tokens, accounts, API keys and signed addresses"),
});

const DESCRIPTION = `A tar.gz of the database as it is at one moment, accepted host keys, catalogues, cards and settings, with a
manifest of their hashes; \`haulyard restore\` takes it. Without \`secrets=1\` it holds none: accounts, API keys, tokens,
headers and signed addresses are left out, and jobs that need them are restored as failed. Downloaded files are not in it.`;

export function serveBackup(app: App, { backup, clock }: Pick<ServerParts, "backup" | "clock">): void {
  let isBusy = false;
  app.route({
    method: "GET",
    url: "/backup",
    exposeHeadRoute: false,
    config: { sameOrigin: true, audited: true },
    schema: {
      tags: ["server"],
      operationId: "makeBackup",
      summary: "A backup of the server while it works",
      description: DESCRIPTION,
      produces: ["application/gzip"],
      querystring: BackupQuery,
      response: { 200: z.string().describe("The backup."), ...errors(400, 503) },
    },
    handler: async (request, reply) => {
      request.target = request.query.secrets === "1" ? "with secrets" : "without secrets";
      // Each takes twice the space of the database for a while.
      if (isBusy) throw new RequestError("unavailable", "A backup is being made already; wait for it.");
      isBusy = true;
      let made: MadeBackup;
      try {
        made = await backup(request.query.secrets === "1");
      } catch (error) {
        isBusy = false;
        throw error instanceof BackupError ? new RequestError("unavailable", error.message) : error;
      }
      const discard = (): void => {
        isBusy = false;
        made
          .discard()
          .catch((error: unknown) => request.log.warn({ err: error }, "a backup left files behind"));
      };
      // Whoever asked may have gone meanwhile.
      if (reply.raw.closed) discard();
      else reply.raw.once("close", discard);
      const day = new Date(clock.now()).toISOString().slice(0, 10);
      void reply
        .header("content-type", "application/gzip")
        .header("content-disposition", `attachment; filename="haulyard-${day}.tar.gz"`)
        .header("cache-control", "no-store");
      return reply.send(Readable.from(made.archive, { objectMode: false }));
    },
  });
}
