/** What running commands needs of the rest. */
import type { RetryTable } from "../../job/retries.ts";
import type { Clock } from "../../job/clock.ts";
import type { Host } from "../../job/host.ts";
import type { Hosts } from "../../job/host-contract.ts";
import type { FetchDocument } from "../../job/document-contract.ts";
import type { CommandStep, Job, TransferStep } from "../../job/job.ts";
import type { OutputTools } from "../../job/output-contract.ts";
import type { ProgressReport } from "../../job/progress.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { EngineLog } from "../engine-log.ts";
import type { JobLogs } from "./job-log.ts";

/** What the server's settings give to tools. */
export interface Credentials {
  hfToken: string | null;
  hfEndpoint: string;
  civitaiApiKey: string | null;
  civitaiEndpoint: string;
}

export interface CommandParts {
  store: JobStore;
  hosts: Pick<Hosts, "get" | "runsAt" | "lookAt" | "removeAt">;
  output: OutputTools;
  logs: JobLogs;
  clock: Clock;
  log: EngineLog;
  /** Of the store: the runs of several servers on one instance do not mix. Lower-case letters and digits. */
  storeId: string;
  /** As they are at each look. */
  credentials: Credentials;
  /** Asks for where an address leads that needs a secret. */
  fetch: FetchDocument;
  /** Why a command may not run here, or null: the policy may be another one than when it was planned. */
  refuse: (step: CommandStep) => string | null;
  /** Put before PATH where commands run; `~/` is the home there. */
  pathFolders: readonly string[];
  /** How long a place may be out of reach before its job fails. */
  unreachableMs: () => number;
  /** Without a word or a byte for this long a command is said to be silent, or has stalled. */
  stallMs: () => number;
  /** 0 to 1; spreads retries. */
  random: () => number;
  /** Command jobs at a time on each instance that says nothing else. */
  perHost: () => number;
  /** Bytes per second for all downloads from the server of an address, or null for no limit. */
  originRate: (url: string) => number | null;
  /** How often what failed is tried again, where it is set. */
  retries: () => RetryTable;
}

/** One run of one command of a job. */
export interface CommandRun {
  job: Job;
  step: CommandStep;
  /** What it was made of, where that is no command: a file that is fetched there. */
  transfer: TransferStep | null;
  /** Which of the job's steps it is. */
  index: number;
  /** See `runOf`. */
  run: number;
  host: Host | null;
  /** Aborts when the run is to end, for whatever reason. */
  signal: AbortSignal;
  /** Aborts when the job is not ours any more, or we go: then what runs on the place is left alone. */
  leave: AbortSignal;
  report: (report: Readonly<ProgressReport>) => void;
  /** Writes what was reported last into the store. False: the job is not ours any more. */
  save: () => Promise<boolean>;
}
