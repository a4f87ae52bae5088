/** How a file of the misbehaving origin behaves. All of it is JSON, so that an origin can live in another process. */

/** One way to answer. Fields combine where that makes sense; the file's own `answer` is the default. */
export interface Answer {
  /** A status instead of the file. With `html` or `text` as its body, else a short line. */
  status?: number;
  /** Extra or overriding response headers; null takes one away. */
  headers?: Record<string, string | null>;
  /** Seconds, or `date:N` for an HTTP-date N seconds from now. */
  retryAfter?: number | `date:${number}`;
  /**
   * Location of a redirect; relative and absolute ones are sent as they are. `loop` is the request itself; `{n}`
   * becomes the number of the request: a link signed anew each time.
   */
  redirect?: string;
  redirectStatus?: 301 | 302 | 303 | 307 | 308;
  /** A page of this title instead of the file. */
  html?: string;
  /** This text instead of the file. */
  text?: string;
  /** These bytes go to the socket as they are (latin1), then the connection is closed. */
  raw?: string;

  /** `off`: no Accept-Ranges, always 200. `ignored`: Accept-Ranges, but 200 all the same. */
  ranges?: "on" | "off" | "ignored";
  /** `ignored`: 206 whatever the validator. `strict`: as RFC 9110 §13.1.5 says. */
  ifRange?: "strict" | "ignored";
  /** What is wrong with a 206. */
  partial?:
    | "right"
    | "wrong_start"
    | "wrong_total"
    | "unknown_total"
    | "no_content_range"
    | "multipart"
    | "wrong_unit"
    /** In chunks, with 1000 bytes more than Content-Range says. */
    | "overlong";
  /** Longest 206 in bytes: the server gives less than asked for. */
  capBytes?: number;
  /** `chunked`, `close` (end of connection is the end), or a lie: announced minus real bytes. */
  length?: "announced" | "chunked" | "close" | number;
  etag?: "strong" | "weak" | "none" | `"${string}"`;
  /** HTTP-date or null; `now` is the time of the answer. */
  lastModified?: string | null;
  contentType?: string;
  disposition?: string;
  /** The body is gzip, with the header that says so. */
  gzip?: boolean;
  /** The body is Brotli, with the header that says so. */
  br?: boolean;
  /** Bytes of another seed under the right headers. */
  wrongBytes?: boolean;
  /** Under the right headers of a part, bytes that begin so much earlier. */
  shiftBytes?: number;

  /** After so many body bytes, `cut` happens. */
  cutAfter?: number;
  /** `fin`: connection closed. `rst`: reset. `stall`: silence, connection open. */
  cut?: "fin" | "rst" | "stall";
  /** Body bytes per second. */
  bytesPerSecond?: number;
  /** Wait before the status line. `silent`: for ever. */
  delayMs?: number | "silent";
  /** The request has to carry this Authorization header, else 401. */
  authorization?: string;
  /** HEAD is answered with 405. */
  headRefused?: boolean;
  /** More requests than this under way for the file are answered with the status. */
  atOnce?: { most: number; status: number; retryAfter?: number };
  /** As a store that signs links: each query (`?sig=…`) opens the file so often, then it is 403; none at all, too. */
  signed?: { uses: number };
  /** Instead of Node's server the answer is written by hand. */
  byHand?: ByHand;
}

/** What Node's server would not do. */
export interface ByHand {
  /** RFC 9112 appendix A: no chunks, and the end of the connection ends the body. */
  version?: "1.0";
  /** Statuses of interim responses before the answer (RFC 9110 §15.2). */
  interim?: readonly number[];
  /** So many more fields of 1 KiB; `endless`: until the client leaves. */
  bomb?: number | "endless";
  /** The head leaves a byte at a time, so far apart. Milliseconds. */
  dripMs?: number;
}

export interface When {
  method?: "GET" | "HEAD";
  /** The request has (true) or lacks (false) a Range. */
  ranged?: boolean;
  /** The range starts at this offset or later: a resume. */
  startAtLeast?: number;
}

/** Another answer for some requests. The first rule that fits and is not used up counts. */
export interface Rule extends Answer {
  when?: When;
  /** Fits so many requests, then no more. */
  times?: number;
  /** Lets so many fitting requests pass first. */
  skip?: number;
}

export interface FileSpec extends Answer {
  /** Bytes. */
  size: number;
  /** Other seed, other bytes. Default 1. */
  seed?: number;
  /** `none`: the first bytes are noise like the rest, whatever the name says. */
  head?: "by_name" | "none";
  rules?: Rule[];
  /** The object changes: after so many requests were answered, or so long after the file was put. */
  then?: { afterRequests?: number; afterMs?: number; file: FileSpec };
}

/** What the origin saw and did, one entry per request, in order of arrival. */
export interface SeenRequest {
  at: number;
  /** The client's port: which connection it came over. */
  port: number;
  method: string;
  /** Path with query. */
  path: string;
  headers: Record<string, string>;
  range: string | null;
  /** 0 until answered. */
  status: number;
  /** Body bytes handed to the socket. */
  bytesSent: number;
  /** How it ended; `open` until then. `client_left`: the other side closed first. */
  end: "open" | "done" | "cut" | "client_left";
}
