/** Hosts: what is kept of them, how they are reached, and what the rest of the program asks for. */
import type { Host, HostAddress, HostChoices, HostDraft, HostFindings, HostId } from "./host.ts";
import type { HostKeyQuestion } from "./job-state.ts";
import type { JobId, Place } from "./job.ts";
import type { Labels } from "./node-contract.ts";
import type { NoAnswer, Runs } from "./run-contract.ts";
import type { LaneLimit } from "./store-contract.ts";

export type HostInsertOutcome =
  | { kind: "inserted"; host: Host }
  /** A host with this identity is there already. */
  | { kind: "existing"; host: Host };

/** What changes of a host; what is not given stays. */
export type HostPatch = Partial<HostAddress & HostChoices>;

export type HostUpdateOutcome =
  | { kind: "updated"; host: Host }
  | { kind: "unknown" }
  /** The connection leads to a host that is kept already. */
  | { kind: "taken"; by: Host };

export type HostRemoveOutcome =
  | { kind: "removed"; host: Host }
  | { kind: "unknown" }
  /** Jobs of it that are not ended; nothing was removed. */
  | { kind: "has_jobs"; jobs: number };

/** What is found out about a host on the way: no change by a person. */
export interface HostNote {
  seenAt?: number;
  findings?: HostFindings;
  /** Null: it was answered, or there is nothing to ask any more. */
  question?: HostKeyQuestion | null;
}

/** Part of the store. */
export interface HostStore {
  /** `id` is given by whoever asked the host something before it was kept, else a new one is made. */
  insert(draft: HostDraft & { id?: HostId }, now: number): Promise<HostInsertOutcome>;
  get(id: HostId): Promise<Host | null>;
  findByIdentity(identity: string): Promise<Host | null>;
  /** By label, then address and port. */
  list(): Promise<Host[]>;
  /** Hosts with a number of jobs at a time of their own. Asked before every claim: cheap with many hosts. */
  jobLimits(): Promise<{ id: HostId; jobs: number }[]>;
  /** Hosts that ask for labels, and which. Asked every other second: cheap with many hosts. */
  needs(): Promise<ReadonlyMap<HostId, Labels>>;
  update(id: HostId, patch: HostPatch, now: number): Promise<HostUpdateOutcome>;
  note(id: HostId, note: HostNote, now: number): Promise<Host | null>;
  /** Refuses as long as a job of it has not ended. */
  remove(id: HostId): Promise<HostRemoveOutcome>;
  /**
   * A person's answer about its keys, or that there is nothing left to ask: every job that waits for it goes on or
   * fails, in one transaction with the question. Answers which jobs.
   */
  answer(id: HostId, accept: boolean, now: number): Promise<JobId[]>;
}

export type ConnectionRead =
  | {
      kind: "address";
      address: HostAddress;
      /** What was left out and why: a sentence each. */
      notes: readonly string[];
      /** Values of `-L`: remembered for people, not applied. */
      forwards: readonly string[];
      way: ConnectionWay;
    }
  /** `reason` goes on from "Not a connection string Haulyard takes: ". */
  | { kind: "refused"; reason: string };

/** What a connection string says besides where to. */
export interface ConnectionWay {
  /** Paths of private keys on this machine. */
  keyFiles: readonly string[];
  /** Machines in between, the nearest first: `user@host:port`. Null: as ssh's configuration says. */
  jumps: readonly string[] | null;
  addressFamily: "any" | "inet" | "inet6" | null;
  compression: boolean;
}

/** Which host, and the way to it. */
export type HostRef = Pick<Host, "id" | "connection">;

export type KeyAnswer =
  | { kind: "known"; host: string; port: number; fingerprints: readonly string[] }
  | NoAnswer;

export type KeyAccepted =
  | { kind: "accepted" }
  /** It has to be named and was not; is not of the keys that were shown; or the question is damaged. */
  | { kind: "refused"; why: "fingerprint_needed" | "fingerprint_wrong" | "damaged"; reason: string };

export interface ModelFile {
  /** Relative to the folder that was looked through, with forward slashes. */
  path: string;
  bytes: number;
}

export interface HostInventory {
  /** Absolute path of the folder that was looked through. */
  folder: string;
  files: readonly ModelFile[];
  /** More are there than are told. */
  more: boolean;
}

/** A file that was asked about. Null: it is not there. */
export interface FileThere {
  /** As it was asked. */
  path: string;
  bytes: number | null;
  /** Of what has come of it. */
  partBytes: number | null;
}

export type FilesAnswer =
  | {
      kind: "looked";
      /** In the order of the paths. */
      files: readonly FileThere[];
      /** On the disk of the first of them; null where that cannot be told. */
      freeBytes: number | null;
    }
  | NoAnswer;

export type RemoveAnswer = { kind: "removed"; removed: readonly string[] } | NoAnswer;

export type ScanAnswer = { kind: "scanned"; findings: HostFindings; inventory: HostInventory } | NoAnswer;

/** How hosts are reached: the shell's side. None of the promises rejects but for bugs. */
export interface Instances {
  /** Pure. */
  readConnection(text: string): ConnectionRead;
  /** A later paste for the same host: what it says counts, what it leaves out stays. Pure. */
  mergeConnections(kept: string, given: string): HostAddress;
  runsOn(host: HostRef): Runs;
  /** Those of this machine. */
  runsHere(): Runs;
  /** Whether scripts can be run there, and how long an answer takes. */
  test(host: HostRef, signal: AbortSignal): Promise<TestAnswer>;
  scan(host: HostRef, uiHome: string, signal: AbortSignal): Promise<ScanAnswer>;
  /** @param paths absolute */
  lookAt(host: HostRef, paths: readonly string[], signal: AbortSignal): Promise<FilesAnswer>;
  /** Removes files below a folder; what a link leads out of it to stays. */
  removeAt(
    host: HostRef,
    folder: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<RemoveAnswer>;
  /** Looks which keys it offers now. */
  askHostKey(host: HostRef, signal: AbortSignal): Promise<KeyAnswer>;
  /** Trusts exactly the keys of the question; a changed one only by its fingerprint. */
  acceptHostKey(question: HostKeyQuestion, fingerprint: string | null): Promise<KeyAccepted>;
  /** Closes the connection to a host that is not needed any more. */
  leave(id: HostId): Promise<void>;
  /** And forgets its keys. */
  forget(id: HostId): Promise<void>;
}

/** A request that cannot be done: `field` is what the person gave wrong. */
export interface HostRefusal {
  kind: "refused";
  field: string;
  /** A sentence. */
  reason: string;
}

export type EnsureOutcome =
  | { kind: "host"; host: Host; created: boolean; notes: readonly string[] }
  | HostRefusal;

/** What a person changes of a host. */
export interface HostChange extends Partial<HostChoices> {
  /** A connection string: the way there is another one, the host the same. */
  connection?: string;
}

export type ChangeOutcome =
  | { kind: "changed"; host: Host; notes: readonly string[] }
  | { kind: "unknown" }
  | { kind: "taken"; by: Host }
  | HostRefusal;

export type TestAnswer = { kind: "reached"; latencyMs: number } | NoAnswer;

/** Of a connection string that need not belong to a host that is kept. */
export type AskedConnection =
  | { kind: "host"; host: Host; answer: Exclude<KeyAnswer, { kind: "failed" | "stopped" }> }
  | Extract<NoAnswer, { kind: "failed" | "stopped" }>
  | HostRefusal;

export type KeyOutcome =
  /** `jobs`: those that waited for it. */
  | { kind: "answered"; jobs: readonly JobId[] }
  | { kind: "unknown" }
  /** Nothing was shown that could be accepted. */
  | { kind: "nothing_asked" }
  | { kind: "refused"; why: "fingerprint_needed" | "fingerprint_wrong" | "damaged"; reason: string };

/** What the engine, the catalogue and the routes ask of hosts. */
export interface Hosts {
  get(id: HostId): Promise<Host | null>;
  list(): Promise<Host[]>;
  /** The host of a connection string; kept from now on if it was not. */
  ensure(connection: string, choices?: Partial<HostChoices>): Promise<EnsureOutcome>;
  /** By id, label, instance id, address, or connection string; several where the word does not tell them apart. */
  find(word: string): Promise<Host[]>;
  /** What a connection string says, and which host that is kept it leads to. Asks nobody. */
  explain(connection: string): Promise<ConnectionRead & { host: Host | null }>;
  /** The host of a connection string, if it is kept. */
  at(connection: string): Promise<{ kind: "host"; host: Host } | { kind: "unknown" } | HostRefusal>;
  change(id: HostId, change: HostChange): Promise<ChangeOutcome>;
  /** And forgets its keys. Not as long as a job of it has not ended. */
  remove(id: HostId): Promise<HostRemoveOutcome>;
  /** `$UI_HOME` of a host: its own, or the setting's. */
  uiHomeOf(host: Host): string;

  /** Where commands of a place run. Null: that host is not kept (any more). */
  runsAt(place: Place): Promise<Runs | null>;
  /** Hosts that take another number of jobs at a time than the setting says. */
  laneLimits(): Promise<LaneLimit[]>;

  /** Whether commands can be run there. Of a host that is kept it keeps what it shows, as `askHostKey` does. */
  test(connection: string, signal: AbortSignal): Promise<TestAnswer | HostRefusal>;
  /** What is installed there; tools and space are kept with the host. */
  scan(id: HostId, signal: AbortSignal): Promise<ScanAnswer | { kind: "unknown" }>;
  /** Which of some files are there: quick, and nothing is kept. */
  lookAt(
    id: HostId,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<FilesAnswer | { kind: "unknown" }>;
  /** Removes files below a folder; what a link leads out of it to stays. */
  removeAt(
    id: HostId,
    folder: string,
    paths: readonly string[],
    signal: AbortSignal,
  ): Promise<RemoveAnswer | { kind: "unknown" }>;

  /** Looks which keys it offers. What is shown is kept: that is what can be accepted. */
  askHostKey(id: HostId, signal: AbortSignal): Promise<KeyAnswer | { kind: "unknown" }>;
  /** The same for a connection string; the host is kept from now on if it shows keys. */
  askConnection(connection: string, signal: AbortSignal): Promise<AskedConnection>;
  /** Trusts what was shown last; every job that waits for it goes on. */
  accept(id: HostId, fingerprint: string | null): Promise<KeyOutcome>;
  /** Every job that waits for it fails, saying so. */
  reject(id: HostId): Promise<KeyOutcome>;
}
