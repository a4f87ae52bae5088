/** Where a response's body ends: RFC 9112 §6.3, read strictly. */
import { fieldTokens } from "./fields.ts";
import type { Fields } from "./fields.ts";
import { fault } from "./protocol-fault.ts";
import type { FaultCode, ProtocolFault } from "./protocol-fault.ts";
import type { StatusLine } from "./status-line.ts";

export type Framing =
  /** No body, whatever the fields say. */
  | { kind: "none" }
  | { kind: "length"; bytes: number }
  | { kind: "chunked" }
  /** The body ends where the connection does: nobody can tell a whole one from a cut one. */
  | { kind: "close" };

export type RequestMethod = "GET" | "HEAD" | "CONNECT";

export type FramingOutcome = { kind: "framed"; framing: Framing } | { kind: "fault"; fault: ProtocolFault };

/** Digits only (RFC 9110 §8.6): no sign, no list, no white space inside. */
const DIGITS = /^[0-9]+$/;

/** Decides how the body of a response to `method` ends. Pure. */
export function frameBody(method: RequestMethod, line: StatusLine, fields: Fields): FramingOutcome {
  // §6.3 (2): to a successful CONNECT "a client MUST ignore any Content-Length or Transfer-Encoding".
  if (method === "CONNECT" && isSuccess(line.status)) return framed({ kind: "none" });
  const length = contentLength(fields);
  if (typeof length === "string") return faulty(length);
  // §6.3 (1): HEAD, 1xx, 204 and 304 end with the head, "regardless of the header fields present". A wrong
  // Content-Length is refused all the same: the size of the file is read from it.
  if (method === "HEAD" || line.status < 200 || line.status === 204 || line.status === 304)
    return framed({ kind: "none" });

  if (fields.has("transfer-encoding")) {
    // §6.1: an HTTP/1.0 message with Transfer-Encoding: "treat the message as if the framing is faulty,
    // even if a Content-Length is present".
    if (line.version === "1.0") return faulty("coding_in_http10");
    // §6.3 (3): both "ought to be handled as an error": request smuggling, response splitting.
    if (length !== null) return faulty("length_and_coding");
    // §6.3 (4) would read other codings to the close of the connection; we did not ask for any (no TE) and
    // could not decode them. §6.1: chunked is not applied more than once. One field, one word: a list, even one
    // of empty members beside it, is read differently by different readers.
    const [coding, ...others] = fields.get("transfer-encoding") ?? [];
    if (others.length > 0 || coding?.toLowerCase() !== "chunked") return faulty("unknown_transfer_coding");
    return framed({ kind: "chunked" });
  }
  // §6.3 (8): "a response message without a declared message body length".
  if (length === null) return framed({ kind: "close" });
  return framed({ kind: "length", bytes: length });
}

/** The announced length, null for none, or what is wrong with it. */
function contentLength(fields: Fields): number | null | FaultCode {
  const [length, ...more] = fields.get("content-length") ?? [];
  if (length === undefined) return null;
  // §6.3 (5) lets a list of equal values pass; two lengths mean two writers of one head: refused.
  if (more.length > 0 || length.includes(",")) return "repeated_content_length";
  const bytes = Number(length);
  return DIGITS.test(length) && Number.isSafeInteger(bytes) ? bytes : "bad_content_length";
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

/** RFC 9112 §9.3: whether the connection may carry another request after this response. */
export function isPersistent({ version }: StatusLine, fields: Fields, framing: Framing): boolean {
  if (framing.kind === "close") return false;
  const options = fieldTokens(fields, "connection");
  if (options.includes("close")) return false;
  return version === "1.1" || options.includes("keep-alive");
}

function framed(framing: Framing): FramingOutcome {
  return { kind: "framed", framing };
}

function faulty(code: FaultCode): FramingOutcome {
  return { kind: "fault", fault: fault(code) };
}
