/** Every metric of our own. Names are promises; labels take few values, and none that came from outside. */
import { Counter, Gauge, Histogram } from "prom-client";
import type { Registry } from "prom-client";
import type { JobCounts } from "../job/store-contract.ts";
import { STATUS_OF } from "../job/job-state.ts";
import type { JobStateKind } from "../job/job-state.ts";

/** Seconds: from a job that is taken up at once to one that waits for a weekend. */
const WAIT_BUCKETS = [0.1, 1, 5, 15, 60, 300, 900, 3600, 14_400, 86_400, 259_200];
/** Seconds: SQLite answers in tenths of milliseconds; a synced write to a slow disk takes a second. */
const STORE_BUCKETS = [0.0001, 0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5];
/** Seconds: an answer from memory, and one that asks a service on the way. */
const ANSWER_BUCKETS = [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 15, 60];

export interface Instruments {
  bytes: Counter<"by">;
  ends: Counter<"state">;
  failures: Counter<"code" | "retried">;
  links: Counter;
  reconnects: Counter;
  queueWait: Histogram;
  storeSeconds: Histogram<"verb" | "outcome">;
  answerSeconds: Histogram<"method" | "route" | "status">;
  streams: Gauge;
}

/** What is looked at when it is asked for. */
export interface Looks {
  counts: () => Promise<Partial<JobCounts>>;
  /** Of the runs of this process. */
  speed: () => number;
  connections: () => number;
}

export function createInstruments(register: Registry, version: string, looks: Looks): Instruments {
  const registers = [register];
  for (const gauge of gaugesOf(version, looks)) register.registerMetric(gauge);
  return { ...countersOf(registers), ...histogramsOf(registers), streams: streamsOf(registers) };
}

function gaugesOf(version: string, looks: Looks): Gauge[] {
  const registers: Registry[] = [];
  const info = new Gauge({
    name: "haulyard_info",
    help: "Always 1; the version is in the label.",
    labelNames: ["version"],
    registers,
  });
  info.set({ version }, 1);
  const jobs = new Gauge({
    name: "haulyard_jobs",
    help: "Jobs by state.",
    labelNames: ["state"],
    registers,
    async collect() {
      for (const [kind, count] of Object.entries(await looks.counts()))
        this.set({ state: STATUS_OF[kind as JobStateKind] }, count);
    },
  });
  const speed = new Gauge({
    name: "haulyard_download_bytes_per_second",
    help: "Present speed of all runs together.",
    registers,
    collect() {
      this.set(looks.speed());
    },
  });
  const connections = new Gauge({
    name: "haulyard_download_connections",
    help: "Connections that bring bytes to this machine at present.",
    registers,
    collect() {
      this.set(looks.connections());
    },
  });
  return [info, jobs, speed, connections];
}

function countersOf(
  registers: Registry[],
): Pick<Instruments, "bytes" | "ends" | "failures" | "links" | "reconnects"> {
  return {
    bytes: new Counter({
      name: "haulyard_fetched_bytes_total",
      help: "Bytes that came over the network; by our own transfers, or by commands as they tell it.",
      labelNames: ["by"],
      registers,
    }),
    ends: new Counter({
      name: "haulyard_jobs_ended_total",
      help: "Jobs that ended, by how.",
      labelNames: ["state"],
      registers,
    }),
    failures: new Counter({
      name: "haulyard_failures_total",
      help: "Runs that failed, by failure code; retried says whether the job is tried again by itself.",
      labelNames: ["code", "retried"],
      registers,
    }),
    links: new Counter({
      name: "haulyard_ssh_connections_total",
      help: "Connections to instances that were made.",
      registers,
    }),
    reconnects: new Counter({
      name: "haulyard_ssh_reconnects_total",
      help: "Connections to instances that were made again after one was lost.",
      registers,
    }),
  };
}

function histogramsOf(
  registers: Registry[],
): Pick<Instruments, "queueWait" | "storeSeconds" | "answerSeconds"> {
  return {
    queueWait: new Histogram({
      name: "haulyard_queue_wait_seconds",
      help: "Time from the arrival of a job to its first run.",
      buckets: WAIT_BUCKETS,
      registers,
    }),
    storeSeconds: new Histogram({
      name: "haulyard_store_seconds",
      help: "Time the store took to answer, its waiting for other writers included.",
      labelNames: ["verb", "outcome"],
      buckets: STORE_BUCKETS,
      registers,
    }),
    answerSeconds: new Histogram({
      name: "haulyard_http_request_seconds",
      help: "Time to answer a request, by route.",
      labelNames: ["method", "route", "status"],
      buckets: ANSWER_BUCKETS,
      registers,
    }),
  };
}

function streamsOf(registers: Registry[]): Gauge {
  return new Gauge({
    name: "haulyard_event_streams",
    help: "Pages and programs that follow the events at present.",
    registers,
  });
}
