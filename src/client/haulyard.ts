/** What programs of others import: `import { Haulyard } from "haulyard/client"`. Built by tools/build-client.ts. */
import type { Clock } from "../job/clock.ts";
import { systemClock } from "../job/clock.ts";
import type { JobMessage } from "../wire/job-message.ts";
import type { JobRequestMessage } from "../wire/requests.ts";
import { createClient } from "./create-client.ts";
import type { Added, Client, ClientOptions } from "./create-client.ts";
import { createLiveJobs } from "./create-live-jobs.ts";
import type { LiveJobsStore } from "./create-live-jobs.ts";
import type { PlacedEvent } from "./open-event-stream.ts";
import { pullEvents } from "./pull-events.ts";
import { waitForEnd } from "./wait-for-end.ts";

export { ApiError, needsToken, Unreachable } from "./api-error.ts";
export { hasEnded } from "./poll-jobs.ts";
export type { Added, Client, JobListAsk } from "./create-client.ts";
export type { LiveJobsStore, LiveView } from "./create-live-jobs.ts";
export type { PlacedEvent } from "./open-event-stream.ts";
export type { FailureMessage, JobMessage, Status } from "../wire/job-message.ts";
export type { ProgressMessage } from "../wire/progress-message.ts";
export type { NodeMessage } from "../wire/nodes.ts";
export type { HostMessage, HostRequest } from "../wire/hosts.ts";
export type { ImageMessage } from "../wire/images.ts";
export type { ModelListMessage } from "../wire/models.ts";
export type { PlanAnswer } from "../wire/plan.ts";
export type {
  AdjustRequest,
  JobActionsRequest,
  JobListMessage,
  JobRequestMessage,
} from "../wire/requests.ts";

/** Where a server is that nobody configured. */
const DEFAULT_URL = "http://127.0.0.1:8866";

export interface HaulyardOptions extends Omit<ClientOptions, "baseUrl"> {
  clock?: Clock;
}

/** Everything about a download but what it is of. */
export type AddOptions = Omit<JobRequestMessage, "source">;

/**
 * One server. Every call throws `ApiError` when the server refuses, `Unreachable` when none answers,
 * and the signal's reason when it was aborted. Nothing is kept open between calls.
 */
export class Haulyard implements Client {
  readonly baseUrl: string;
  readonly health: Client["health"];
  readonly ready: Client["ready"];
  readonly examine: Client["examine"];
  readonly jobs: Client["jobs"];
  readonly groups: Client["groups"];
  readonly limit: Client["limit"];
  readonly nodes: Client["nodes"];
  readonly settings: Client["settings"];
  readonly models: Client["models"];
  readonly hosts: Client["hosts"];
  readonly channels: Client["channels"];
  readonly cards: Client["cards"];
  readonly images: Client["images"];
  readonly files: Client["files"];
  readonly locks: Client["locks"];
  readonly backup: Client["backup"];
  readonly restores: Client["restores"];
  readonly access: Client["access"];
  readonly openEventStream: Client["openEventStream"];
  readonly #clock: Clock;

  /** `url` may have a path, where a proxy puts one before the server's own. */
  constructor(url: string = DEFAULT_URL, { clock = systemClock, ...options }: HaulyardOptions = {}) {
    const client = createClient({ baseUrl: url, ...options });
    this.#clock = clock;
    this.baseUrl = client.baseUrl;
    this.health = client.health;
    this.ready = client.ready;
    this.examine = client.examine;
    this.jobs = client.jobs;
    this.groups = client.groups;
    this.limit = client.limit;
    this.nodes = client.nodes;
    this.settings = client.settings;
    this.models = client.models;
    this.hosts = client.hosts;
    this.channels = client.channels;
    this.cards = client.cards;
    this.images = client.images;
    this.files = client.files;
    this.locks = client.locks;
    this.backup = client.backup;
    this.restores = client.restores;
    this.access = client.access;
    this.openEventStream = client.openEventStream;
  }

  /** Queues what `source` is: an address, `hf://org/repo`, `civitai://…`, a model of the catalogue, a list. */
  add(source: string, options: AddOptions = {}, signal?: AbortSignal): Promise<Added> {
    return this.jobs.create({ source, ...options }, signal);
  }

  /**
   * Whatever happens from now on, in order: first a snapshot of the jobs. Goes on where it was when the
   * connection breaks, and ends when the signal aborts. Events wait on the server until they are taken.
   */
  events(signal: AbortSignal = new AbortController().signal): AsyncGenerator<PlacedEvent, void, undefined> {
    return pullEvents(this, { clock: this.#clock, signal });
  }

  /** The job once it is complete, failed or cancelled. A job that is removed is one that is not found. */
  finished(id: string, signal?: AbortSignal): Promise<JobMessage> {
    return waitForEnd(this, id, { clock: this.#clock, signal });
  }

  /** The jobs as they are, for a page: fits React's `useSyncExternalStore`. */
  live(): LiveJobsStore {
    return createLiveJobs(this, { clock: this.#clock });
  }
}
