/** What a transfer may be told, and every limit it keeps. */
import type { LookupFunction } from "node:net";
import type { Clock } from "../job/clock.ts";
import { systemClock } from "../job/clock.ts";
import { SPACE_MARGIN_BYTES } from "../job/space-policy.ts";
import { DocumentCache } from "./document/document-cache.ts";
import { MOST_PER_ORIGIN, OriginBudget } from "./crew/origin-budget.ts";
import { OriginLimits } from "./limit/origin-limits.ts";
import { RateLimit } from "./limit/rate-limit.ts";
import type { DirectIo } from "./disk/direct-io.ts";
import type { SlotPoolSize } from "./disk/slot-pool.ts";
import { SidecarStore } from "./sidecar/sidecar-store.ts";

const KiB = 1024;
const MiB = 1024 * KiB;

/** Each limit with its unit in the name. Tests make them small; people never see them. */
export interface TransferLimits {
  /** TCP and TLS together. Longer, and a mirror that is up would have been tried. */
  connectTimeoutMs: number;
  /** From request to status line: some stores fetch from tape or build the file first. */
  headersTimeoutMs: number;
  /** Silence inside a body after which the connection is given up. */
  stallMs: number;
  /** Half of what the contract allows to be lost to kill -9 (5 s): the sync itself takes time, too. */
  flushEveryMs: number;
  /** Half of what the contract allows to be lost (64 MiB), for the same reason. */
  flushEveryBytes: number;
  /** Written but not yet in the ledger: beyond it, connections wait for the sync. */
  unclaimedBytes: number;
  /** Requests in a row that brought not one new byte, before the run fails and the engine's back-off takes over. */
  failuresInARow: number;
  /** Fresh starts in one run: an object that changes faster than it can be fetched never ends. */
  restarts: number;
  /** RFC 9110 §15.4 leaves the number open; browsers take 20, curl 50, no real download needs 10. */
  redirects: number;
  /** Left free on the disk for everybody else. */
  spaceMarginBytes: number;
  /** How much of the stored end is fetched again and compared where no validator vouches for it (CONTRACT §7.1). */
  overlapBytes: number;
  /** Longest Retry-After that is waited for inside a run; longer ones give the place to another job. */
  longestWaitMs: number;
  /** The file is there: how long to wait for the list that knows its hash. Without it, it is unverified. */
  sidecarWaitMs: number;
  /** A document, all tries together: somebody waits for what it says, and gives up after a minute. */
  documentMs: number;
  /** Longest wait that a server may ask for before a document is asked for again. */
  documentPauseMs: number;
  /** Largest file that is checked in memory before it goes to the disk (`small/fetch-small.ts`); 0 for none. */
  smallBytes: number;
  /** The memory that bodies go through. */
  slots: SlotPoolSize;
  /** How often the lock on a destination shows that its owner lives. */
  heartbeatMs: number;
  /** A lock of another machine without a heartbeat for so long has lost its owner. */
  lockStaleMs: number;
}

export const DEFAULT_LIMITS: TransferLimits = {
  connectTimeoutMs: 30_000,
  headersTimeoutMs: 60_000,
  stallMs: 30_000,
  flushEveryMs: 2_500,
  flushEveryBytes: 32 * MiB,
  // With what is on its way to the disk no more than the contract allows to be lost.
  unclaimedBytes: 48 * MiB,
  failuresInARow: 5,
  restarts: 5,
  redirects: 10,
  spaceMarginBytes: SPACE_MARGIN_BYTES,
  overlapBytes: MiB,
  longestWaitMs: 60_000,
  sidecarWaitMs: 15_000,
  documentMs: 30_000,
  documentPauseMs: 5_000,
  smallBytes: 2 * MiB,
  // A slot is one read from a socket, one write to the disk, one piece for the hash; each of 64 connections holds
  // one. A large one, 1 MiB, takes a third less processor time past the page cache. In all 48 MiB: more connections
  // than that take turns. What was never needed is never touched, so one connection takes a few MiB.
  slots: { slots: 192, slotBytes: 256 * KiB, large: 4 },
  heartbeatMs: 10_000,
  lockStaleMs: 90_000,
};

/** Proxies by the scheme of the URL asked for; as `HTTP_PROXY`, `HTTPS_PROXY` and `NO_PROXY` give them. */
export interface ProxySettings {
  http: string | null;
  https: string | null;
  /** Hosts that are reached directly: `host`, `.domain`, `host:port`, `*`, comma-separated. */
  no: string | null;
}

/** A token that opens the files of one origin (scheme, host and port); it goes nowhere else. */
export interface OriginToken {
  /** Any address of the origin. */
  url: string;
  token: string;
}

/** Moments of a run, in order; an observer sees each, and the run waits for it. */
export type RunPoint =
  | "locked"
  | "answered"
  | "began"
  | "flushed"
  | "fetched"
  | "verifying"
  | "verified"
  | "synced"
  | "linked"
  | "placed";

export interface TransferSettings {
  clock?: Clock;
  /** Product token (RFC 9110 §10.1.5). */
  userAgent?: string;
  proxy?: ProxySettings;
  /** PEM certificates trusted beside the built-in ones. */
  extraCertificates?: readonly string[];
  /** Sent as `Authorization: Bearer` to their origins, where a download says nothing else. Asked for each request. */
  tokens?: () => readonly OriginToken[];
  /** Public servers may lead into private networks, too (redirects, addresses of a Metalink). */
  allowPrivateRedirects?: boolean;
  /** Private networks and hosts that even those may have files fetched from who are restricted to public ones. */
  allowedPlaces?: readonly string[];
  /** Everybody is restricted so, not only those whose steps say it. */
  restrictAll?: boolean;
  /** How names are looked up; the system's way if it is left out. */
  lookup?: LookupFunction;
  /** Bytes per second for all transfers together, at present; 0 for none, null for no limit. Asked again and again. */
  bytesPerSecond?: () => number | null;
  /** The same for those from the server of an address. */
  originRate?: (url: string) => number | null;
  /** Whether large files are written past the page cache. */
  directIo?: DirectIo;
  /** For one file at most, where a run says nothing else; 1 to 64. */
  connections?: number;
  limits?: Partial<TransferLimits>;
  /** 0 to 1, for the jitter of pauses. */
  random?: () => number;
  /** Told of each moment of each run; the run goes on when the promise resolves. */
  onPoint?: (point: RunPoint, path: string) => void | Promise<void>;
}

export interface FullSettings {
  clock: Clock;
  userAgent: string;
  proxy: ProxySettings;
  extraCertificates: readonly string[];
  tokens: () => readonly OriginToken[];
  allowPrivateRedirects: boolean;
  allowedPlaces: readonly string[];
  restrictAll: boolean;
  lookup?: LookupFunction;
  /** Shared by all runs. */
  sharedLimit: RateLimit;
  /** Shared by all runs. */
  originLimits: OriginLimits;
  /** Shared by all runs. */
  sidecars: SidecarStore;
  /** Shared by all who ask for documents. */
  documents: DocumentCache;
  /** Shared by all runs. */
  budget: OriginBudget;
  directIo: DirectIo;
  connections: number;
  limits: TransferLimits;
  random: () => number;
  onPoint: (point: RunPoint, path: string) => void | Promise<void>;
}

export function completeSettings({ bytesPerSecond, originRate, ...given }: TransferSettings): FullSettings {
  const clock = given.clock ?? systemClock;
  return {
    clock,
    userAgent: "haulyard",
    proxy: { http: null, https: null, no: null },
    extraCertificates: [],
    tokens: () => [],
    allowPrivateRedirects: false,
    allowedPlaces: [],
    restrictAll: false,
    sharedLimit: new RateLimit(bytesPerSecond ?? (() => null), clock),
    originLimits: new OriginLimits(originRate ?? (() => null), clock),
    sidecars: new SidecarStore(clock),
    documents: new DocumentCache(clock),
    budget: new OriginBudget(() => systemClock.now()),
    directIo: "auto",
    connections: MOST_PER_ORIGIN,
    random: Math.random,
    onPoint: () => {},
    ...given,
    limits: { ...DEFAULT_LIMITS, ...given.limits },
  };
}
