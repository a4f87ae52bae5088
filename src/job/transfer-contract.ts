/** What the engine asks of a transfer. */
import type { Failure } from "./failure.ts";
import type { FileMap } from "./file-map.ts";
import type { Checksum, ChecksumState, TransferStep } from "./job.ts";
import type { FileStamp } from "./file-stamp.ts";
import type { ProgressReport } from "./progress.ts";
import type { ReuseMode, ReuseWay } from "./reuse.ts";

/** What is known of the file once the server has answered, before its first byte is written. */
export interface Resolved {
  /** Absolute final path. */
  path: string;
  name: string;
  size: number | null;
}

export interface TransferWatcher {
  /**
   * Called once per run, as soon as the final path is known and before anything is there to be locked or
   * written. A failure given back ends the run.
   */
  named?(path: string): Failure | null;
  /** Called once per run, before anything is written. A failure given back stops the transfer. */
  resolved(facts: Resolved): Promise<Failure | null>;
  /** Called once per run, with what tells at any time where its bytes are. */
  mapped?(read: () => FileMap | null): void;
  /** Called often (every buffer); has to be cheap. The object is reused: copy what you keep. */
  progress(report: Readonly<ProgressReport>): void;
}

/** A file of this machine that has the bytes, as far as is known. */
export interface Donor {
  path: string;
  /** As it was when its bytes were known. */
  stamp: FileStamp;
  /** They were read under exactly this stamp. */
  isSure: boolean;
}

/** Which files have the bytes; may read some to find out. Empty where none has. */
export type FindDonors = (
  wanted: { checksum: Checksum; size: number | null; path: string },
  signal: AbortSignal,
) => Promise<readonly Donor[]>;

export interface TransferOptions {
  /** Bytes that are on this machine already are taken from there. */
  reuse?: { mode: ReuseMode; find: FindDonors };
  /** Stops the transfer; the partial is kept, synced. */
  signal: AbortSignal;
  /** Bytes on the file system of `folder` that are promised to others already. */
  reservedBytes: (folder: string) => Promise<number>;
  /** Bytes per second for this run alone at present, or null for no limit. Asked again and again: it may change. */
  limitBytesPerSecond: () => number | null;
  /** Whether the limit for all does not count for this run at present. Asked again and again; none: it always counts. */
  isBeyondLimit?: () => boolean;
  /** Connections at most, 1 to 64; null: as many as help and the origin allows. */
  connections: number | null;
}

export type TransferOutcome =
  | {
      kind: "complete";
      path: string;
      size: number;
      checksumState: ChecksumState;
      alreadyThere: boolean;
      /** The bytes were on this machine: where, and how they were taken. */
      takenFrom?: { path: string; way: ReuseWay };
    }
  | { kind: "failed"; failure: Failure; bytesCame: boolean }
  /** The disk is full: how much is missing. The partial is kept. */
  | { kind: "no_space"; message: string; neededBytes: number }
  | { kind: "stopped" };

/** One run of one transfer step. Never rejects but for bugs. */
export type RunTransfer = (
  step: TransferStep,
  watcher: TransferWatcher,
  options: TransferOptions,
) => Promise<TransferOutcome>;

/** What lies at a destination, told without changing anything. */
export type Existing =
  | { kind: "absent" }
  /** Unfinished bytes of ours beside it. */
  | { kind: "partial"; bytes: number }
  /** Whole: its size or hash is the one the entry or the server gives. */
  | { kind: "whole"; bytes: number }
  /** There, but not the file asked for, or nobody can tell; `reason` says which. */
  | { kind: "different"; bytes: number; reason: string };

/** Compares what is at the step's destination with the step, asking the server for the size if need be. */
export type InspectExisting = (step: TransferStep, signal: AbortSignal) => Promise<Existing>;

/** What the server says of a step's file. */
export type Sight =
  | { kind: "seen"; name: string; size: number | null; checksum: Checksum | null }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/** Asks the server of a step for the facts of its file, once. Changes nothing. */
export type LookAtFile = (step: TransferStep, signal: AbortSignal) => Promise<Sight>;

/** Where the unfinished bytes beside a final path are; null where there are none, or they are somebody else's. */
export type ReadPartialMap = (path: string) => Promise<FileMap | null>;

/** Deletes the unfinished bytes (partial and ledger) beside a final path; never the file itself. */
export type DiscardPartial = (path: string) => Promise<void>;
