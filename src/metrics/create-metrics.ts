/** What a server tells Prometheus of itself. What is measured is wrapped; it knows nothing of it. */
import { collectDefaultMetrics, Registry } from "prom-client";
import type { Metrics } from "../job/metrics-contract.ts";
import type { JobCounts, JobStore } from "../job/store-contract.ts";
import type { RunTransfer } from "../job/transfer-contract.ts";
import { createInstruments } from "./instruments.ts";
import { timeCalls } from "./time-calls.ts";
import { RunBook, watchJobs, watchTransfer } from "./watch-jobs.ts";

export interface OpenMetrics extends Metrics {
  /** The store, with its times taken and what is told to it counted. */
  watchStore(store: JobStore): JobStore;
  watchTransfer(run: RunTransfer): RunTransfer;
  /** A connection to an instance stands; `again`: the one before was lost. */
  linkUp(again: boolean): void;
  close(): void;
}

export function createMetrics({ version }: { version: string }): OpenMetrics {
  const register = new Registry();
  // Event-loop lag, memory, handles, garbage collection, CPU.
  collectDefaultMetrics({ register });
  const book = new RunBook();
  /** None as long as there is no store. */
  let counts = async (): Promise<Partial<JobCounts>> => ({});
  const instruments = createInstruments(register, version, {
    counts: () => counts(),
    speed: () => book.speed(),
    connections: () => book.connections(),
  });
  return {
    contentType: register.contentType,
    text: () => register.metrics(),
    answered: ({ method, route, status, seconds }) =>
      instruments.answerSeconds.observe({ method, route: route ?? "none", status }, seconds),
    streamOpened: () => {
      instruments.streams.inc();
      return () => instruments.streams.dec();
    },
    watchStore: (store) => {
      const timed = timeCalls(store, (verb, seconds, failed) =>
        instruments.storeSeconds.observe({ verb, outcome: failed ? "failed" : "done" }, seconds),
      );
      counts = () => timed.counts();
      return watchJobs(timed, book, instruments);
    },
    watchTransfer: (run) => watchTransfer(run, instruments),
    linkUp: (again) => {
      instruments.links.inc();
      if (again) instruments.reconnects.inc();
    },
    close: () => register.clear(),
  };
}
