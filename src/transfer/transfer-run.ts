/** What every part of one run needs. */
import type { FileMap } from "../job/file-map.ts";
import type { Failure } from "../job/failure.ts";
import type { TransferStep } from "../job/job.ts";
import type { TransferOptions, TransferOutcome, TransferWatcher } from "../job/transfer-contract.ts";
import { basename } from "node:path";
import { stepAt } from "../job/mirrors.ts";
import { Addresses } from "./ask/addresses.ts";
import type { AskOutcome, FinalAnswer, Question } from "./ask/ask-origin.ts";
import { askOptions, askOrigin } from "./ask/ask-origin.ts";
import type { SendRequest } from "./ask/http-answer.ts";
import { limitRun } from "./limit/limit-run.ts";
import type { Share } from "./limit/rate-limit.ts";
import type { Machinery } from "./machinery.ts";
import { Reporter } from "./report-progress.ts";
import { HashSearch } from "./sidecar/hash-search.ts";
import type { FullSettings, RunPoint } from "./transfer-settings.ts";

/** Where an answer came from. */
export type DirectPlace = Pick<FinalAnswer, "url" | "carried" | "reach">;

export interface Run {
  step: TransferStep;
  settings: FullSettings;
  options: TransferOptions;
  /** Stopped by the caller, or the lock on the destination was lost. */
  signal: AbortSignal;
  /** The lock on the destination is somebody else's now: nothing may be written any more. */
  lost: AbortSignal;
  /**
   * Before what cannot be undone: is the destination still ours? Set once it is locked; rejects with FileRefused,
   * and `lost` aborts, if not.
   */
  confirm: () => Promise<void>;
  report: Reporter;
  machinery: Machinery;
  /** What all its connections together may take in. */
  bandwidth: Share;
  /** Which address is asked. */
  addresses: Addresses;
  ask(question: Question, signal: AbortSignal): Promise<AskOutcome>;
  /** Keeps what came of a question that was asked early: `ask` gives it to whoever asks the same next. */
  keepAhead(question: Question, outcome: AskOutcome): void;
  /** Nobody asks it any more. */
  leaveAhead(): void;
  /** Asks one of the addresses. */
  askAt(url: string, question: Question, signal: AbortSignal): Promise<AskOutcome>;
  /** Asks where an answer came from, with the headers that went along to there and no others. */
  askDirect(place: DirectPlace, question: Question, signal: AbortSignal): Promise<AskOutcome>;
  /** Looks for the hash of the file in lists beside it. */
  search: HashSearch;
  /** Tells the watcher what the file is, the first time it is called. */
  resolveOnce(path: string, size: number | null): Promise<Failure | null>;
  point(name: RunPoint): Promise<void>;
  /** Bytes still to be written, as far as is known; set by whoever fetches. */
  missing: () => number | null;
  /** Where its bytes are; set by whoever fetches. */
  map: () => FileMap | null;
}

/** Ends of a run before its file is in place. */
export type EarlyEnd = Exclude<TransferOutcome, { kind: "complete" }>;

export interface RunParts {
  step: TransferStep;
  settings: FullSettings;
  watcher: TransferWatcher;
  options: TransferOptions;
  send: SendRequest;
  machinery: Machinery;
  /** Aborts when the lock on the destination is lost. */
  lost: AbortSignal;
}

export function startRun({ step, settings, watcher, options, send, machinery, lost }: RunParts): Run {
  let resolved: Promise<Failure | null> | null = null;
  let path = step.name ?? step.url;
  const signal = AbortSignal.any([options.signal, lost]);
  const addresses = new Addresses(step);
  const askAt = (url: string, question: Question, stop: AbortSignal): Promise<AskOutcome> => {
    return askOrigin(stepAt(step, url), question, send, askOptions(settings), stop);
  };
  let ahead: { address: string; question: Question; outcome: AskOutcome } | null = null;
  const leaveAhead = (): void => {
    if (ahead?.outcome.kind === "answer") ahead.outcome.answer.body.discard();
    ahead = null;
  };
  const run: Run = {
    step,
    settings,
    options,
    signal,
    lost,
    confirm: async () => {},
    report: new Reporter(watcher),
    machinery,
    bandwidth: limitRun(options.limitBytesPerSecond, settings, step.url, signal, options.isBeyondLimit),
    addresses,
    ask: async (question, stop) => {
      const kept = ahead;
      if (kept === null || kept.address !== addresses.current || !sameQuestion(kept.question, question)) {
        leaveAhead();
        return askAt(addresses.current, question, stop);
      }
      ahead = null;
      return kept.outcome;
    },
    keepAhead: (question, outcome) => {
      ahead = { address: addresses.current, question, outcome };
    },
    leaveAhead,
    askAt,
    askDirect: ({ url, carried, reach }, question, stop) => {
      const place = { url: url.href, headers: carried, ...(reach === "anywhere" ? {} : { reach }) };
      return askOrigin(place, question, send, { ...askOptions(settings), tokens: [] }, stop);
    },
    search: new HashSearch({ step, settings, askAt, signal }),
    resolveOnce: (given, size) => {
      path = given;
      resolved ??= watcher.resolved({ path, name: basename(path), size });
      return resolved;
    },
    point: async (name) => settings.onPoint(name, path),
    missing: () => step.size,
    map: () => null,
  };
  watcher.mapped?.(() => run.map());
  return run;
}

function sameQuestion(one: Question, other: Question): boolean {
  const keys = ["start", "end", "ranged", "ifRange", "ifNoneMatch"] as const;
  return keys.every((key) => one[key] === other[key]);
}

/** As many connections as this run may have for its file. */
export function mostConnections({ options, settings }: Pick<Run, "options" | "settings">): number {
  return options.connections ?? settings.connections;
}
