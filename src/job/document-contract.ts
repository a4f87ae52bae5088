/** Small documents of the web: what an API answers, a list of files, the headers of a file. */
import type { Failure } from "./failure.ts";
import type { TransferStep } from "./job.ts";

export interface DocumentRequest {
  /** http:// or https://. A token that is set for its origin goes along, and nowhere else. */
  url: string;
  /** More headers, names in lower case. They may hold secrets; none follows a redirect to another origin. */
  headers?: Readonly<Record<string, string>>;
  /** Longest body that is taken; a longer one is a failure. 0: only status and headers are wanted. */
  maxBytes: number;
  /** `within_origin`: one that leads to another origin is the answer, with its `location`. `follow` if left out. */
  redirects?: "follow" | "within_origin";
  /** As of a step: neither the address nor a redirect may lead into a private network. */
  reach?: NonNullable<TransferStep["reach"]>;
  /**
   * An answer that is no older (milliseconds) is given again without asking. An older one is asked about under its
   * validator (RFC 9110 §13.1.2). If left out, or 0 without a validator, the server is asked.
   */
  freshMs?: number;
}

export interface DocumentAnswer {
  /** RFC 9110 §15; of the last answer. */
  status: number;
  /** Names in lower case; a field that came more than once is joined with `, ` (RFC 9110 §5.3). */
  headers: Readonly<Record<string, string>>;
  /** Where it came from: without user and fragment. It may hold secrets. */
  url: string;
  /** Where the server is: `private` is this machine, or a network around it. */
  place: "public" | "private";
  /** The body; empty where only the headers were wanted. Of an error at most its first 64 KiB. */
  bytes: Uint8Array;
  /** What a status means that is neither 2xx nor a redirect that was asked for, in words; else null. */
  failure: Failure | null;
}

export type DocumentOutcome =
  | { kind: "answer"; answer: DocumentAnswer }
  /** No answer came, or none that is whole; it was tried again where that may help. */
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

/**
 * Asks with GET, within a time limit, through the proxies and with the certificates of the settings. Troubles that
 * pass by themselves are tried again a few times; a server that asks for a longer wait is an answer with a failure
 * that says until when. Never rejects but for bugs.
 */
export type FetchDocument = (request: DocumentRequest, signal: AbortSignal) => Promise<DocumentOutcome>;
