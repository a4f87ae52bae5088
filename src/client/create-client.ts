/** Typed calls to the server, one per route. Answers are checked against the wire schemas. */
import { z } from "zod";
import { DoctorAnswer } from "../wire/doctor.ts";
import { HealthMessage } from "../wire/health.ts";
import { LimitMessage } from "../wire/limits.ts";
import type { LimitRequest } from "../wire/limits.ts";
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
import { JobsMessage, PlanAnswer } from "../wire/plan.ts";
import {
  HistoryMessage,
  JobActionsAnswer,
  JobListMessage,
  LogMessage,
  MapMessage,
} from "../wire/requests.ts";
import type {
  AdjustRequest,
  JobActionsRequest,
  JobListQuery,
  JobRequestMessage,
  MoveRequest,
} from "../wire/requests.ts";
import type { AccessCalls } from "./access-calls.ts";
import { accessCalls } from "./access-calls.ts";
import type { FileCalls } from "./file-calls.ts";
import { groupCalls } from "./group-calls.ts";
import type { GroupCalls } from "./group-calls.ts";
import { fileCalls } from "./file-calls.ts";
import { backupCall } from "./backup-call.ts";
import type { BackupCall } from "./backup-call.ts";
import { restoreCalls } from "./restore-calls.ts";
import type { RestoreCalls } from "./restore-calls.ts";
import { cardCalls } from "./card-calls.ts";
import type { CardCalls } from "./card-calls.ts";
import { imageCalls } from "./image-calls.ts";
import type { ImageCalls } from "./image-calls.ts";
import { lockCalls } from "./lock-calls.ts";
import type { LockCalls } from "./lock-calls.ts";
import { channelCalls } from "./channel-calls.ts";
import type { ChannelCalls } from "./channel-calls.ts";
import { hostCalls } from "./host-calls.ts";
import type { HostCalls } from "./host-calls.ts";
import { openEventStream } from "./open-event-stream.ts";
import type { EventBatch, EventStreamRequest } from "./open-event-stream.ts";
import { nodeCalls } from "./node-calls.ts";
import type { NodeCalls } from "./node-calls.ts";
import { settingCalls } from "./settings-calls.ts";
import type { SettingCalls } from "./settings-calls.ts";
import { sendRequest } from "./send-request.ts";
import type { Call, Connection } from "./send-request.ts";

export interface ClientOptions extends Pick<Connection, "baseUrl"> {
  token?: Connection["token"];
  fetch?: Connection["fetch"];
}

/** A server that is well answers at once; who asks for the health of it wants to know soon. */
const READY_TIMEOUT_MS = 5_000;

const Success = z.object({ success: z.literal(true) });

/** What `GET /jobs` may be asked; statuses as a list. */
export type JobListAsk = Partial<JobListQuery>;

/** Steps a person can ask of one job by its own route. */
export type JobVerb = "pause" | "resume" | "now" | "cancel" | "retry";

type JobCall = (id: string, signal?: AbortSignal) => Promise<JobMessage>;
type EditCall<B> = (body: B, signal?: AbortSignal) => Promise<CatalogueEditAnswer>;

export type Added =
  /** `created` is false when a job for this file exists already, or the file is there and whole. */
  { kind: "one"; created: boolean; job: JobMessage } | ({ kind: "many" } & JobsMessage);

const AddedMessage = z.union([JobsMessage, JobMessage]);

export interface JobCalls extends Record<JobVerb, JobCall> {
  list(ask?: JobListAsk, signal?: AbortSignal): Promise<JobListMessage>;
  get: JobCall;
  /** Oldest first. */
  history(id: string, signal?: AbortSignal): Promise<HistoryMessage["history"]>;
  /** What the job's commands wrote, from a place on; below 0: so many bytes before the end. */
  log(id: string, offset: number, signal?: AbortSignal): Promise<LogMessage>;
  /** Which bytes are here, and which connection fetches which. */
  map(id: string, signal?: AbortSignal): Promise<MapMessage>;
  create(request: JobRequestMessage, signal?: AbortSignal): Promise<Added>;
  /** What adding these would come to; changes nothing. */
  plan(requests: readonly JobRequestMessage[], signal?: AbortSignal): Promise<PlanAnswer>;
  actions(request: JobActionsRequest, signal?: AbortSignal): Promise<JobActionsAnswer>;
  /** Another priority (higher goes first; −1000 to 1000), or another place among those that wait. */
  move(id: string, where: MoveRequest, signal?: AbortSignal): Promise<JobMessage>;
  /** Changes what is given; a running job feels it within a second. */
  adjust(id: string, request: AdjustRequest, signal?: AbortSignal): Promise<JobMessage>;
  /** Stops the job first if it is not ended, and deletes its partial file. */
  remove(id: string, signal?: AbortSignal): Promise<void>;
}

export interface ModelCalls {
  /** The catalogue with the state of every file. */
  list(signal?: AbortSignal): Promise<ModelListMessage>;
  download(request: z.input<typeof DownloadRequest>, signal?: AbortSignal): Promise<DownloadAnswer>;
  /** Old system B's view of the downloads, keyed by absolute destination. */
  status(signal?: AbortSignal): Promise<z.output<typeof StatusAnswer>>;
  clearCompleted(signal?: AbortSignal): Promise<ClearCompletedAnswer>;
  add: EditCall<z.input<typeof AddModelRequest>>;
  edit: EditCall<z.input<typeof EditModelRequest>>;
  remove: EditCall<z.input<typeof DeleteModelRequest>>;
  /** Reads the catalogue file anew. */
  reload(signal?: AbortSignal): Promise<CatalogueEditAnswer>;
}

/** The limit for all downloads of the server together. */
export interface LimitCalls {
  get(signal?: AbortSignal): Promise<LimitMessage>;
  /** Null: back to the setting. */
  change(limitRate: LimitRequest["limit_rate"], signal?: AbortSignal): Promise<LimitMessage>;
}

export interface Client {
  readonly baseUrl: string;
  health(signal?: AbortSignal): Promise<HealthMessage>;
  /** Throws where it cannot take requests, or has not answered within 5 seconds. */
  ready(signal?: AbortSignal): Promise<void>;
  /** Looks at everything around the server that can be wrong; may take seconds. */
  examine(signal?: AbortSignal): Promise<DoctorAnswer>;
  readonly jobs: JobCalls;
  readonly groups: GroupCalls;
  readonly limit: LimitCalls;
  /** The machines that share the queue. */
  readonly nodes: NodeCalls;
  readonly settings: SettingCalls;
  readonly models: ModelCalls;
  readonly hosts: HostCalls;
  readonly channels: ChannelCalls;
  readonly cards: CardCalls;
  readonly images: ImageCalls;
  readonly files: FileCalls;
  readonly locks: LockCalls;
  /** A tar.gz of everything the server knows. */
  readonly backup: BackupCall;
  /** Backups that are put in place at the next start. */
  readonly restores: RestoreCalls;
  readonly access: AccessCalls;
  /** One connection to `GET /events`; `followEvents` keeps one open. */
  openEventStream(request: EventStreamRequest): AsyncGenerator<EventBatch, void, undefined>;
}

/**
 * Makes the calls for one server. Each throws `ApiError` when the server refuses, `Unreachable`
 * when none answers, and the signal's reason when it was aborted.
 */
export function createClient(options: ClientOptions): Client {
  const connection: Connection = {
    baseUrl: options.baseUrl,
    token: options.token ?? null,
    // Not `fetch` itself: browsers want it called as a function of the window.
    fetch: options.fetch ?? ((input, init) => fetch(input, init)),
  };
  return {
    baseUrl: connection.baseUrl,
    health: (signal) => get(connection, "/health", HealthMessage, signal),
    ready: async (signal) => {
      const timeoutMs = READY_TIMEOUT_MS;
      await sendRequest(connection, { method: "GET", path: "/ready", answer: Success, signal, timeoutMs });
    },
    examine: (signal) => get(connection, "/doctor", DoctorAnswer, signal),
    jobs: jobCalls(connection),
    groups: groupCalls(connection),
    limit: limitCalls(connection),
    nodes: nodeCalls(connection),
    settings: settingCalls(connection),
    models: modelCalls(connection),
    hosts: hostCalls(connection),
    channels: channelCalls(connection),
    cards: cardCalls(connection),
    images: imageCalls(connection),
    files: fileCalls(connection),
    locks: lockCalls(connection),
    backup: backupCall(connection),
    restores: restoreCalls(connection),
    access: accessCalls(connection),
    openEventStream: (request) => openEventStream(connection, request),
  };
}

function jobCalls(connection: Connection): JobCalls {
  const pathOf = (id: string, rest = ""): string => `/jobs/${encodeURIComponent(id)}${rest}`;
  const act =
    (verb: JobVerb): JobCall =>
    (id, signal) =>
      post(connection, pathOf(id, `/${verb}`), undefined, JobMessage, signal);
  return {
    list: (ask = {}, signal) =>
      get(connection, "/jobs", JobListMessage, signal, { ...ask, status: ask.status?.join(",") }),
    get: (id, signal) => get(connection, pathOf(id), JobMessage, signal),
    history: async (id, signal) =>
      (await get(connection, pathOf(id, "/history"), HistoryMessage, signal)).history,
    log: (id, offset, signal) => get(connection, pathOf(id, "/log"), LogMessage, signal, { offset }),
    map: (id, signal) => get(connection, pathOf(id, "/map"), MapMessage, signal),
    create: async (request, signal) => {
      const call = { method: "POST", path: "/jobs", body: request, answer: AddedMessage, signal } as const;
      const { status, data } = await sendRequest(connection, call);
      return "jobs" in data ? { kind: "many", ...data } : { kind: "one", created: status === 201, job: data };
    },
    plan: (jobs, signal) => post(connection, "/plan", { jobs }, PlanAnswer, signal),
    actions: (request, signal) => post(connection, "/jobs/actions", request, JobActionsAnswer, signal),
    pause: act("pause"),
    resume: act("resume"),
    now: act("now"),
    cancel: act("cancel"),
    retry: act("retry"),
    move: (id, where, signal) => post(connection, pathOf(id, "/move"), where, JobMessage, signal),
    adjust: async (id, body, signal) => {
      const call = { method: "PATCH", path: pathOf(id), body, answer: JobMessage, signal } as const;
      return (await sendRequest(connection, call)).data;
    },
    remove: async (id, signal) => {
      await sendRequest(connection, { method: "DELETE", path: pathOf(id), answer: Success, signal });
    },
  };
}

function limitCalls(connection: Connection): LimitCalls {
  const path = "/limit-rate";
  return {
    get: (signal) => get(connection, path, LimitMessage, signal),
    change: async (limit_rate, signal) => {
      const call = { method: "PUT", path, body: { limit_rate }, answer: LimitMessage, signal } as const;
      return (await sendRequest(connection, call)).data;
    },
  };
}

function modelCalls(connection: Connection): ModelCalls {
  const edit =
    (path: string): EditCall<unknown> =>
    (body, signal) =>
      post(connection, path, body, CatalogueEditAnswer, signal);
  return {
    list: (signal) => get(connection, "/models", ModelListMessage, signal),
    download: (request, signal) => post(connection, "/download", request, DownloadAnswer, signal),
    status: (signal) => get(connection, "/status", StatusAnswer, signal),
    clearCompleted: (signal) => post(connection, "/clear_completed", {}, ClearCompletedAnswer, signal),
    add: edit("/add_model"),
    edit: edit("/edit_model"),
    remove: edit("/delete_model"),
    reload: (signal) => edit("/reload_config")({}, signal),
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
