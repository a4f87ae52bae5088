/** Old system B: start a model's download, see all of them, clear the ended ones (CONTRACT §5 B). */
import { ENDED_KINDS } from "../../job/job-state.ts";
import type { Model } from "../../job/catalog-contract.ts";
import type { Job, TransferStep } from "../../job/job.ts";
import { ClearCompletedAnswer, DownloadAnswer, DownloadRequest, StatusAnswer } from "../../wire/models.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { FORM_TYPES } from "../read-bodies.ts";
import { RequestError } from "../request-error.ts";
import { compatErrors } from "../routes/describe.ts";
import { planModel } from "./plan-model.ts";
import type { PlannedModel } from "./plan-model.ts";
import { orBroken, readableCatalogue } from "./read-catalogue.ts";
import type { StatusBook } from "./status-book.ts";

const tags = ["old model downloader"];
const config = { compat: true };

type Engine = ServerParts["engine"];
type Parts = Pick<ServerParts, "engine" | "catalog" | "plan">;

export function serveModelDownloads(app: App, parts: Parts, book: StatusBook): void {
  serveStarting(app, parts);
  serveStatus(app, parts, book);
}

function serveStarting(app: App, { engine, catalog, plan }: Parts): void {
  app.route({
    method: "POST",
    url: "/download",
    config,
    schema: {
      tags,
      operationId: "downloadModel",
      summary: "Download a model of the catalogue",
      description: "A paused download goes on, a failed one is tried again.",
      consumes: ["application/json", ...FORM_TYPES],
      body: DownloadRequest,
      response: {
        200: DownloadAnswer.describe("It was started, or the file is there and whole."),
        ...compatErrors(400, 404, 409, 413, 415, 422),
      },
    },
    handler: async (request) => {
      const model = await findModel(catalog, request.body.model_set, request.body.model_id);
      const planned = await planModel(model, plan);
      if (planned.kind === "refused")
        throw new RequestError(planned.failure.code, planned.failure.message, "model_id");
      const { status, job } = await startDownload(planned, engine);
      return { status, destination: model.destination, job_id: job.id };
    },
  });
}

function serveStatus(app: App, { engine }: Pick<Parts, "engine">, book: StatusBook): void {
  app.route({
    method: "GET",
    url: "/status",
    config,
    schema: {
      tags,
      operationId: "getModelStatus",
      summary: "All downloads of this machine, keyed by absolute destination",
      response: {
        200: StatusAnswer.describe("Times in epoch seconds, speed in bytes/s, eta in seconds."),
        ...compatErrors(),
      },
    },
    handler: async () => book.collect(),
  });

  app.route({
    method: "POST",
    url: "/clear_completed",
    config,
    schema: {
      tags,
      operationId: "clearCompleted",
      summary: "Forget the downloads of this machine that are completed or failed",
      response: {
        200: ClearCompletedAnswer.describe("How many entries of the status are gone."),
        ...compatErrors(415),
      },
    },
    handler: async () => {
      const removed = await engine.clear(
        ENDED_KINDS,
        ({ place, destination }) =>
          place.kind === "node" && place.name === engine.node && destination !== null,
      );
      return {
        status: "cleared" as const,
        removed_count: new Set(removed.map((job) => job.destination)).size,
      };
    },
  });
}

async function findModel(catalog: Parts["catalog"], setId: string, modelId: string): Promise<Model> {
  const found = await orBroken(catalog.find(setId, modelId));
  if (found === null) {
    const { raw } = await readableCatalogue(catalog);
    // The old system took an unknown set for a malformed request, an unknown model for a missing one.
    if (!Object.hasOwn(raw, setId))
      throw new RequestError(
        "bad_request",
        "Invalid request: model_set is not a set of the catalogue.",
        "model_set",
      );
    throw new RequestError("not_found", "Model not found: model_id is not in this set.", "model_id");
  }
  if ("reason" in found)
    throw new RequestError(
      "bad_request",
      `model_id names an entry that cannot be used: ${found.reason}.`,
      "model_id",
    );
  return found;
}

type Planned = Extract<PlannedModel, { kind: "planned" }>;
type Started = { status: "started" | "already_exists"; job: Job };

async function startDownload({ draft, step }: Planned, engine: Engine): Promise<Started> {
  const known = draft.destination === null ? null : await engine.findByDestination(draft.destination);
  if (known !== null) {
    const job = await goOn(known, step, engine);
    if (job !== null) return { status: "started", job };
  }
  const { kind, job } = await engine.submit(draft);
  switch (kind) {
    case "created":
      return { status: "started", job };
    case "already_there":
      return { status: "already_exists", job };
    case "existing":
      throw inProgress();
    default:
      throw kind satisfies never;
  }
}

/** Lets the job of this destination go on, if it can; null if a new one has to do it. */
async function goOn(job: Job, wanted: TransferStep, engine: Engine): Promise<Job | null> {
  switch (job.state.kind) {
    case "complete":
      // The file may be gone since: that is for a new job to find out.
      return null;
    case "failed":
    case "cancelled": {
      // The entry may have been corrected since: the old job would go on with what was wrong.
      if (!fetchesSame(job, wanted)) return null;
      const outcome = await engine.act(job.id, "retry");
      return outcome.kind === "done" ? outcome.job : null;
    }
    case "pending":
    case "running":
    case "paused":
    case "blocked": {
      const outcome = await engine.act(job.id, "resume");
      if (outcome.kind === "done") return outcome.job;
      if (outcome.kind === "unknown") return null;
      throw inProgress();
    }
    default:
      throw job.state satisfies never;
  }
}

function fetchesSame({ steps }: Job, wanted: TransferStep): boolean {
  const [step] = steps;
  return (
    step?.kind === "transfer" &&
    steps.length === 1 &&
    step.url === wanted.url &&
    step.size === wanted.size &&
    step.checksum?.hex === wanted.checksum?.hex
  );
}

/** These exact words are what the old clients look for. */
function inProgress(): RequestError {
  return new RequestError("conflict", "Download already in progress");
}
