/** How a response can break HTTP. Whoever meets a fault names it; the tables here say the rest. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";

const CLAUSES = {
  not_http: "the answer is not HTTP/1.0 or HTTP/1.1",
  bad_status_line: "the status line is malformed",
  line_too_long: "a line of the answer is too long",
  head_too_large: "the head of the answer is too large",
  too_many_fields: "the answer has too many header fields",
  too_many_interim: "interim answers (1xx) do not end",
  unasked_upgrade: "the server switches to a protocol that was not asked for",
  folded_field: "a header field is folded over several lines",
  space_before_colon: "there is white space between a header's name and its colon",
  bad_field_name: "a header field has no valid name",
  bad_field_value: "a header field holds control characters",
  bad_content_length: "Content-Length is not a number of bytes",
  repeated_content_length: "there is more than one Content-Length",
  length_and_coding: "there are both Content-Length and Transfer-Encoding",
  coding_in_http10: "an HTTP/1.0 answer has Transfer-Encoding",
  unknown_transfer_coding: "the transfer coding is not 'chunked' alone",
  bad_line_end: "a line of the chunked body does not end in CR LF",
  bad_chunk_size: "a chunk size is malformed",
  chunk_too_large: "a chunk is larger than any file",
  bad_chunk_extension: "a chunk extension is malformed",
  chunk_extensions_too_large: "chunk extensions outweigh the body",
  bad_chunk_end: "a chunk is longer than its size says",
  trailer_too_large: "the trailer section is too large",
  bytes_after_end: "there are bytes after the end of the answer",
  closed_before_head: "the connection was closed before an answer came",
  closed_in_head: "the connection was closed in the middle of the answer's head",
  closed_in_body: "the connection was closed before the end of the body",
} as const satisfies Record<string, string>;

export type FaultCode = keyof typeof CLAUSES;

/** What is wrong with a response; it cannot be read any further and its connection must be closed. */
export interface ProtocolFault {
  code: FaultCode;
  /** Bytes that were announced and did not come; null where no length was announced or the head is at fault. */
  missingBytes: number | null;
}

export function fault(code: FaultCode, missingBytes: number | null = null): ProtocolFault {
  return { code, missingBytes };
}

/** What is wrong, as a clause: `the status line is malformed`. */
export function clauseOfFault({ code }: ProtocolFault): string {
  return CLAUSES[code];
}

/** The failure of a download that met this fault. `host` is for the sentence. */
export function failureOfFault({ code, missingBytes }: ProtocolFault, host: string): Failure {
  const sentence = `${host}: ${CLAUSES[code]}`;
  switch (code) {
    case "closed_before_head":
    case "closed_in_head":
      return failure("connection_lost", `${sentence}.`);
    case "closed_in_body":
      return failure(
        "truncated",
        missingBytes === null ? `${sentence}.` : `${sentence}: ${missingBytes} bytes are missing.`,
      );
    default:
      return failure("bad_response", `${sentence}.`);
  }
}
