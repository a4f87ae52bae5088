import { fault } from "./protocol-fault.ts";
import type { ProtocolFault } from "./protocol-fault.ts";

export type HttpVersion = "1.0" | "1.1";

export interface StatusLine {
  version: HttpVersion;
  /** 100 to 999. */
  status: number;
  reason: string;
}

/** What every status line we read begins with: other protocols are known by their first bytes. */
export const STATUS_LINE_PREFIX = "HTTP/1.";

/**
 * RFC 9112 §4: status-line = HTTP-version SP status-code SP [ reason-phrase ]
 *
 * The second SP is asked of servers even without a reason phrase; many leave it away, and nothing depends on it.
 */
const STATUS_LINE = /^HTTP\/1\.([01]) ([1-9][0-9]{2})(?: ([\t\u0020-\u007e\u0080-\u00ff]*))?$/;

export function parseStatusLine(line: string): StatusLine | ProtocolFault {
  const match = STATUS_LINE.exec(line);
  if (match === null) return fault("bad_status_line");
  return { version: match[1] === "0" ? "1.0" : "1.1", status: Number(match[2]), reason: match[3] ?? "" };
}
