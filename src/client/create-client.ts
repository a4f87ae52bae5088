/** Typed calls to the server, one per route. Answers are checked against the wire schemas. */
import { z } from "zod";
import { HealthMessage } from "../wire/health.ts";
import { JobMessage } from "../wire/job-message.ts";
import {
  CatalogueEditAnswer,
  ClearCompletedAnswer,
  DownloadAnswer,
  ModelListMessage,
  StatusAnswer,
} from "../wire/models.ts";
import type {
  AddModelRequest,
  DeleteModelRequest,
  DownloadRequest,
  EditModelRequest,
} from "../wire/models.ts";
import { HistoryMessage, JobActionsAnswer, JobListMessage } from "../wire/requests.ts";
import type { JobActionsRequest, JobListQuery, JobRequestMessage } from "../wire/requests.ts";
import { openEventStream } from "./open-event-stream.ts";
import type { EventStreamRequest } from "./open-event-stream.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

export interface ClientOptions extends Pick<Connection, "baseUrl"> {
  token?: Connection["token"];
  fetch?: Connection["fetch"];
}

/** What `GET /jobs` may be asked; statuses as a list. */
export type JobListAsk = Partial<JobListQuery>;

/** Steps a person can ask of one job by its own route. */
export type JobVerb = "pause" | "resume" | "cancel" | "retry";

export type Client = ReturnType<typeof createClient>;

/**
 * Makes the calls for one server. Each throws `ApiError` when the server refuses, `Unreachable`
 * when none answers, and the signal's reason when it was aborted.
 */
export function createClient(options: ClientOptions) {
  const connection: Connection = {
    baseUrl: options.baseUrl,
    token: options.token ?? null,
    // Not `fetch` itself: browsers want it called as a function of the window.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
  return {
    baseUrl: connection.baseUrl,
    health: (signal?: AbortSignal) => get(connection, "/health", HealthMessage, signal),
    jobs: jobCalls(connection),
    models: modelCalls(connection),
    /** One connection to `GET /events`; `followEvents` keeps one open. */
    openEventStream: (request: EventStreamRequest) => openEventStream(connection, request),
  };
}

function jobCalls(connection: Connection) {
  const act = (verb: JobVerb | "move") => (id: string, body?: unknown, signal?: AbortSignal) =>
    post(connection, `/jobs/${encodeURIComponent(id)}/${verb}`, body, JobMessage, signal);
  const plain = (verb: JobVerb) => (id: string, signal?: AbortSignal) => act(verb)(id, undefined, signal);
  const actions = (request: JobActionsRequest, signal?: AbortSignal) =>
    post(connection, "/jobs/actions", request, JobActionsAnswer, signal);
  return {
    list: (ask: JobListAsk = {}, signal?: AbortSignal) =>
      get(connection, "/jobs", JobListMessage, signal, { ...ask, status: ask.status?.join(",") }),
    get: (id: string, signal?: AbortSignal) =>
      get(connection, `/jobs/${encodeURIComponent(id)}`, JobMessage, signal),
    history: async (id: string, signal?: AbortSignal) =>
      (await get(connection, `/jobs/${encodeURIComponent(id)}/history`, HistoryMessage, signal)).history,
    /** `created` is false when a job for this file exists already, or the file is there and whole. */
    create: async (request: JobRequestMessage, signal?: AbortSignal) => {
      const call = { method: "POST", path: "/jobs", body: request, answer: JobMessage, signal } as const;
      const { status, data } = await sendRequest(connection, call);
      return { created: status === 201, job: data };
    },
    actions,
    pause: plain("pause"),
    resume: plain("resume"),
    cancel: plain("cancel"),
    retry: plain("retry"),
    /** Higher goes first; −1000 to 1000. */
    move: (id: string, priority: number, signal?: AbortSignal) => act("move")(id, { priority }, signal),
    /** Stops the job first if it is not ended, and deletes its partial file. */
    remove: (id: string, signal?: AbortSignal) => actions({ action: "remove", ids: [id] }, signal),
  };
}

function modelCalls(connection: Connection) {
  const edit =
    <B>(path: string) =>
    (body: B, signal?: AbortSignal) =>
      post(connection, path, body, CatalogueEditAnswer, signal);
  return {
    /** The catalogue with the state of every file. */
    list: (signal?: AbortSignal) => get(connection, "/models", ModelListMessage, signal),
    download: (request: z.input<typeof DownloadRequest>, signal?: AbortSignal) =>
      post(connection, "/download", request, DownloadAnswer, signal),
    /** Old system B's view of the downloads, keyed by absolute destination. */
    status: (signal?: AbortSignal) => get(connection, "/status", StatusAnswer, signal),
    clearCompleted: (signal?: AbortSignal) =>
      post(connection, "/clear_completed", {}, ClearCompletedAnswer, signal),
    add: edit<z.input<typeof AddModelRequest>>("/add_model"),
    edit: edit<z.input<typeof EditModelRequest>>("/edit_model"),
    remove: edit<z.input<typeof DeleteModelRequest>>("/delete_model"),
    reload: (signal?: AbortSignal) => post(connection, "/reload_config", {}, CatalogueEditAnswer, signal),
  };
}

async function get<S extends z.ZodType>(
  connection: Connection,
  path: string,
  answer: S,
  signal?: AbortSignal,
  query: NonNullable<Call<S>["query"]> = {},
): Promise<z.output<S>> {
  return (await sendRequest(connection, { method: "GET", path, answer, query, signal })).data;
}

async function post<S extends z.ZodType>(
  connection: Connection,
  path: string,
  body: unknown,
  answer: S,
  signal?: AbortSignal,
): Promise<z.output<S>> {
  return (await sendRequest(connection, { method: "POST", path, body, answer, signal })).data;
}
