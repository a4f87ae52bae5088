/** An answer as the rest of the transfer sees it, whatever carried it. */
import type { Failure } from "../../job/failure.ts";
import type { AddressClass } from "../reach/address-class.ts";
import type { BodySink } from "../sinks/body-sink.ts";

/** Names in lower case. A field that came more than once has its values in an array. */
export type AnswerHeaders = Readonly<Record<string, string | readonly string[] | undefined>>;

/**
 * Takes bytes in, in order. They are only lent: copy what is kept. A promise means: wait before giving more.
 */
export type TakeBytes = (bytes: Uint8Array) => Promise<void> | undefined;

export type BodyEnd =
  /** The message is whole by its own framing. */
  | { kind: "ended" }
  /** It broke off. */
  | { kind: "broken"; failure: Failure }
  /** The signal given aborted. */
  | { kind: "aborted" };

/** The body of an answer. It goes one way, once. */
export interface BodySource {
  /**
   * Gives the whole body to the sink, straight into its memory. `refused`: the sink wanted no more. Never rejects;
   * afterwards nothing comes into memory that the sink has lent.
   */
  receive(sink: BodySink, signal: AbortSignal): Promise<BodyEnd | { kind: "refused" }>;
  /** Gives the whole body to `take`. Rejects only with what `take` rejects with. */
  deliver(take: TakeBytes, signal: AbortSignal): Promise<BodyEnd>;
  /** Leaves the body unread. */
  discard(): void;
}

export interface Answer {
  status: number;
  headers: AnswerHeaders;
  /** Bytes of the body, where the answer says so. */
  length: number | null;
  /** Only the end of the connection tells the end of the body (RFC 9112 §6.3, rule 8). */
  endsWithConnection: boolean;
  body: BodySource;
  /** Where the server is. Behind a proxy only its address can tell, or its name. */
  place: AddressClass;
}

export type SendOutcome =
  | { kind: "answer"; answer: Answer }
  /** `heard`: a part of an answer came before it failed. */
  | { kind: "failed"; failure: Failure; heard: boolean }
  | { kind: "aborted" };

/**
 * Where a request may go. `anywhere`: private networks, this machine among them, are open to those who were asked to go
 * there. `public`: a public server chose the address. `restricted`: whoever asked may reach public servers only, and
 * what the setting allows to everybody. `machine`: another machine of this queue, at the address it announced: wherever
 * that is, without a proxy and without redirects.
 */
export type Reach = "anywhere" | "public" | "restricted" | "machine";

/** One GET, no redirects followed. The signal reaches to the end of the body. */
export type SendRequest = (
  url: URL,
  headers: Readonly<Record<string, string>>,
  signal: AbortSignal,
  reach?: Reach,
) => Promise<SendOutcome>;

/** The value of a field that may occur once; null if it is not there or came twice with different values. */
export function headerOf(headers: AnswerHeaders, name: string): string | null {
  const value = headers[name];
  if (value === undefined || typeof value === "string") return value ?? null;
  return new Set(value).size === 1 ? (value[0] as string) : null;
}
