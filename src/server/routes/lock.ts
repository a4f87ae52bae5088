/** Lock files: what is here written down, and a place made to match one. */
import { LockMessage, LockQuery, SyncAnswer, SyncRequest } from "../../wire/lock.ts";
import { toPlaceMessage } from "../../wire/job-message.ts";
import type { App } from "../app.ts";
import { wantAdmin } from "../guard-requests.ts";
import type { ServerParts } from "../parts.ts";
import { MAX_SOURCE_BYTES } from "../read-bodies.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { exportLock } from "../sync/export-lock.ts";
import { syncPlace } from "../sync/sync-place.ts";
import { errors } from "./describe.ts";
import { refusalError } from "./refusals.ts";

type Parts = Pick<ServerParts, "engine" | "files" | "hosts" | "locks" | "catalog">;

const tags = ["locks"];
/** Faults that are told one by one; of many the first are enough. */
const MAX_TOLD = 20;

export function serveLocks(app: App, parts: Parts): void {
  serveExport(app, parts);
  serveSync(app, parts);
}

function serveExport(app: App, parts: Parts): void {
  app.route({
    method: "GET",
    url: "/lock",
    schema: {
      tags,
      operationId: "getLock",
      summary: "What is here, as a lock file",
      description:
        "Every file of the folders of models and images with its hash, and where it is to be had if that is known. " +
        "`POST /sync` makes a place match it.",
      querystring: LockQuery,
      response: { 200: LockMessage.describe("The text of the lock file."), ...errors(400) },
    },
    handler: async ({ query }) => {
      const { root, all } = query;
      const roots = root === undefined ? (["models", "images"] as const) : [root];
      const wanted = all === "1" ? ([...roots, "files"] as const) : roots;
      const files = await exportLock(wanted, parts);
      return {
        lock: parts.locks.write(files),
        count: files.length,
        unknown: files.filter(({ url }) => url === null).length,
        unhashed: files.filter(({ sha256 }) => sha256 === null).length,
      };
    },
  });
}

function serveSync(app: App, parts: Parts): void {
  app.route({
    method: "POST",
    url: "/sync",
    bodyLimit: MAX_SOURCE_BYTES,
    schema: {
      tags,
      operationId: "sync",
      summary: "Make a place match a lock file",
      description:
        "Files that are there stay, the same bytes elsewhere on the place are linked or copied, the rest is queued. " +
        "Asked again, it says how far that is; `matches` once all is there. Other files are listed, and removed only " +
        "with `delete`, after that.",
      body: SyncRequest,
      response: {
        200: SyncAnswer.describe("How each file stands."),
        ...errors(400, 409, 413, 415, 503),
      },
    },
    handler: async (request, reply) => {
      const { body } = request;
      if (body.delete === true) wantAdmin(request, "Removing files that are not of the lock");
      const reading = parts.locks.read(body.lock);
      if (reading.kind === "unreadable") throw unusable(reading.line, reading.reason);
      const { entries, faults } = reading;
      const [fault] = faults;
      if (fault !== undefined && body.skip_bad !== true)
        throw unusable(
          null,
          `${faults
            .slice(0, MAX_TOLD)
            .map(({ line, what, reason }) => `line ${line} (${what}): ${reason}`)
            .join("; ")}${faults.length > MAX_TOLD ? `; and ${faults.length - MAX_TOLD} more` : ""}`,
        );
      const plan = await parts.locks.plan(entries, body.to ?? null);
      if (plan.kind === "refused") throw refusalError(plan);
      const outcome = await syncPlace(plan, parts, {
        dryRun: body.dry_run ?? false,
        remove: body.delete ?? false,
        signal: requestSignal(request, reply),
      });
      if (outcome.kind === "unreached")
        throw new RequestError(
          "unreachable",
          `The instance could not be looked at: ${outcome.message}`,
          "to",
        );
      return { place: toPlaceMessage(plan.place), ...outcome.answer, bad: [...faults] };
    },
  });
}

function unusable(line: number | null, reason: string): RequestError {
  const where = line === null ? "" : `, line ${line}`;
  return new RequestError("bad_request", `lock${where}: ${reason}`, "lock");
}
