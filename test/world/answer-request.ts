/** One request to the misbehaving origin, answered as its script says. */
import type { IncomingMessage, ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import { bytesOf, piecesOf } from "./file-bytes.ts";
import type { Content } from "./file-bytes.ts";
import type { Answer, SeenRequest } from "./origin-script.ts";
import type { Headers, Outlet } from "./outlet.ts";
import { outletByHand, outletOf } from "./outlet.ts";

interface Asked {
  request: IncomingMessage;
  response: ServerResponse;
  content: Content;
  answer: Answer;
  seen: SeenRequest;
  /** From 1, of this file. */
  number: number;
  /** Its pace does not count any more. */
  hurries: () => boolean;
}

interface Exchange extends Asked {
  outlet: Outlet;
}

const DEFAULT_LAST_MODIFIED = "Mon, 01 Jan 2024 00:00:00 GMT";
const BOUNDARY = "a-boundary";

export async function answerRequest(asked: Asked): Promise<void> {
  const { request, response, answer } = asked;
  const exchange = { ...asked, outlet: outletFor(asked) };
  await itsTurn(response);
  if (answer.delayMs === "silent") return;
  if (answer.delayMs !== undefined) await sleep(answer.delayMs);
  if (answer.raw !== undefined) return sendRaw(exchange, answer.raw);

  if (answer.authorization !== undefined && request.headers.authorization !== answer.authorization) {
    return sendText(exchange, 401, "who are you?\n", { "WWW-Authenticate": "Bearer" });
  }
  if (request.method === "HEAD" && answer.headRefused === true) return sendText(exchange, 405, "no HEAD\n");
  if (answer.redirect !== undefined) {
    const location =
      answer.redirect === "loop"
        ? (request.url ?? "/")
        : answer.redirect.replace("{n}", String(asked.number));
    return sendText(exchange, answer.redirectStatus ?? 302, "over there\n", { Location: location });
  }
  if (answer.html !== undefined) {
    const page = `<!DOCTYPE html>\n<html><head><title>${answer.html}</title></head><body>Hello</body></html>\n`;
    return sendText(exchange, answer.status ?? 200, page, { "Content-Type": "text/html; charset=utf-8" });
  }
  if (answer.text !== undefined) return sendText(exchange, answer.status ?? 200, answer.text);
  if (answer.status !== undefined) return sendText(exchange, answer.status, `status ${answer.status}\n`);
  if (answer.gzip === true) return sendCoded(exchange, "gzip");
  return answer.br === true ? sendCoded(exchange, "br") : sendFile(exchange);
}

function outletFor({ request, response, answer, seen }: Asked): Outlet {
  if (answer.byHand === undefined) return outletOf(response, request.socket);
  return outletByHand(request.socket, answer.byHand, () => {
    seen.end = "done";
  });
}

async function sendCoded(exchange: Exchange, coding: "gzip" | "br"): Promise<void> {
  const bytes = bytesOf(exchange.content);
  const quick = { params: { [constants.BROTLI_PARAM_QUALITY]: 1 } };
  const coded = coding === "gzip" ? gzipSync(bytes, { level: 1 }) : brotliCompressSync(bytes, quick);
  const headers = { ...common(exchange), "Content-Encoding": coding, "Content-Length": coded.length };
  exchange.seen.status = 200;
  await exchange.outlet.head(200, headers);
  await sendBody(exchange, [coded]);
}

/** A request may arrive while the answer before it is just leaving: only then the connection is its own. */
function itsTurn(response: ServerResponse): Promise<void> {
  if (response.socket !== null || response.destroyed) return Promise.resolve();
  return new Promise((resolve) => response.once("socket", () => resolve()).once("close", resolve));
}

function sendRaw({ response, seen }: Exchange, raw: string): void {
  seen.status = Number(/^HTTP\/\d\.\d (\d{3})/.exec(raw)?.[1] ?? 0);
  response.socket?.end(Buffer.from(raw, "latin1"));
  seen.end = "cut";
}

async function sendText(exchange: Exchange, status: number, text: string, more: Headers = {}): Promise<void> {
  const body = Buffer.from(text);
  const headers = { "Content-Type": "text/plain", "Content-Length": body.length, ...more };
  exchange.seen.status = status;
  await exchange.outlet.head(
    status,
    strip({ ...headers, ...retryAfter(exchange.answer), ...extra(exchange.answer) }),
  );
  await sendBody(exchange, [body]);
}

async function sendFile(exchange: Exchange): Promise<void> {
  const { response, content, answer, seen } = exchange;
  const range = rangeOf(exchange);
  if (range === "unsatisfiable") {
    return sendText(exchange, 416, "no such range\n", { "Content-Range": `bytes */${content.size}` });
  }
  const { start, end } = range ?? { start: 0, end: content.size };
  const headers: Headers = { ...common(exchange), "Content-Length": end - start };
  if (range !== null) {
    if (answer.partial !== "no_content_range") headers["Content-Range"] = contentRange(exchange, start, end);
    if (answer.partial === "multipart") {
      headers["Content-Type"] = `multipart/byteranges; boundary=${BOUNDARY}`;
      delete headers["Content-Range"];
    }
  }
  const longer = range !== null && answer.partial === "overlong" ? 1000 : 0;
  frame(response, longer > 0 ? { ...answer, length: "chunked" } : answer, headers);
  seen.status = range === null ? 200 : 206;
  await exchange.outlet.head(seen.status, strip({ ...headers, ...extra(answer) }));
  const back = answer.partial === "wrong_start" ? 1000 : (answer.shiftBytes ?? 0);
  const shift = range === null ? 0 : Math.min(start, back);
  const source = answer.wrongBytes === true ? { ...content, seed: content.seed + 7919 } : content;
  await sendBody(
    exchange,
    piecesOf({ ...source, size: source.size + longer }, start - shift, end - shift + longer),
  );
}

/** How the end of the body is told: HTTP/1.1's three ways, and lies about the first. */
function frame(response: ServerResponse, { length = "announced" }: Answer, headers: Headers): void {
  if (length === "chunked") delete headers["Content-Length"];
  else if (length === "close") {
    delete headers["Content-Length"];
    response.shouldKeepAlive = false;
    response.useChunkedEncodingByDefault = false;
  } else if (typeof length === "number")
    headers["Content-Length"] = Number(headers["Content-Length"]) + length;
}

function common({ answer, content }: Exchange): Headers {
  const headers: Headers = { "Content-Type": answer.contentType ?? "application/octet-stream" };
  const ranges = answer.ranges ?? "on";
  if (ranges !== "off") headers["Accept-Ranges"] = "bytes";
  const etag = etagOf(answer, content);
  if (etag !== null) headers["ETag"] = etag;
  const lastModified = lastModifiedOf(answer);
  if (lastModified !== null) headers["Last-Modified"] = lastModified;
  if (answer.disposition !== undefined) headers["Content-Disposition"] = answer.disposition;
  return { ...headers, ...retryAfter(answer) };
}

function etagOf({ etag = "strong" }: Answer, { seed, size }: Content): string | null {
  if (etag === "none") return null;
  if (etag === "strong") return `"${seed}-${size}"`;
  if (etag === "weak") return `W/"${seed}-${size}"`;
  return etag;
}

function lastModifiedOf({ lastModified = DEFAULT_LAST_MODIFIED }: Answer): string | null {
  return lastModified === "now" ? new Date().toUTCString() : lastModified;
}

/** A null takes the header away, see `strip`. */
function extra({ headers = {} }: Answer): Record<string, string | null> {
  return headers;
}

function strip(headers: Record<string, string | number | null>): Headers {
  return Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== null)) as Headers;
}

function retryAfter({ retryAfter: after }: Answer): Headers {
  if (after === undefined) return {};
  if (typeof after === "number") return { "Retry-After": after };
  const seconds = Number(after.slice("date:".length));
  return { "Retry-After": new Date(Date.now() + seconds * 1000).toUTCString() };
}

/** RFC 9110 §14.2 for a single range; null: the whole file is sent. */
function rangeOf(exchange: Exchange): { start: number; end: number } | "unsatisfiable" | null {
  const { request, answer, content } = exchange;
  const match = /^bytes=(\d+)-(\d*)$/.exec(request.headers.range ?? "");
  if (match === null || (answer.ranges ?? "on") !== "on" || !ifRangeHolds(exchange)) return null;
  const start = Number(match[1]);
  if (start >= content.size) return "unsatisfiable";
  const last = match[2] === "" ? content.size - 1 : Math.min(Number(match[2]), content.size - 1);
  const end = Math.min(last + 1, start + (answer.capBytes ?? Infinity));
  return end <= start ? null : { start, end };
}

/** RFC 9110 §13.1.5. */
function ifRangeHolds({ request, answer, content }: Exchange): boolean {
  const given = request.headers["if-range"];
  if (typeof given !== "string" || answer.ifRange === "ignored") return true;
  if (given.startsWith("W/")) return false;
  return given === etagOf(answer, content) || given === lastModifiedOf(answer);
}

function contentRange({ answer, content }: Exchange, start: number, end: number): string {
  switch (answer.partial ?? "right") {
    case "wrong_start":
      return `bytes ${start - Math.min(start, 1000)}-${end - 1 - Math.min(start, 1000)}/${content.size}`;
    case "wrong_total":
      return `bytes ${start}-${end - 1}/${content.size + 1}`;
    case "unknown_total":
      return `bytes ${start}-${end - 1}/*`;
    case "wrong_unit":
      return `pages ${start}-${end - 1}/${content.size}`;
    default:
      return `bytes ${start}-${end - 1}/${content.size}`;
  }
}

async function sendBody(exchange: Exchange, pieces: Iterable<Uint8Array>): Promise<void> {
  const { request, outlet, answer, seen, hurries } = exchange;
  if (request.method === "HEAD") return outlet.end();
  const began = Date.now();
  const cutAfter = answer.cutAfter ?? Infinity;
  for (const piece of pieces) {
    for (const bytes of slices(piece, answer.bytesPerSecond)) {
      const room = Math.min(bytes.length, cutAfter - seen.bytesSent);
      if (room > 0) {
        seen.bytesSent += room;
        if (!outlet.write(bytes.subarray(0, room))) await outlet.drained();
      }
      if (outlet.gone) return;
      if (seen.bytesSent >= cutAfter) return cut(exchange);
      if (answer.bytesPerSecond !== undefined && !hurries()) {
        await sleep(Math.max(0, began + (seen.bytesSent / answer.bytesPerSecond) * 1000 - Date.now()));
      }
    }
  }
  if (cutAfter === seen.bytesSent) return cut(exchange);
  outlet.end();
}

/** A throttled body is sent in small pieces, 25 a second: its pace is even, and costs no more than it has to. */
function* slices(piece: Uint8Array, bytesPerSecond: number | undefined): Generator<Uint8Array> {
  const length = bytesPerSecond === undefined ? 256 * 1024 : Math.max(1, Math.ceil(bytesPerSecond / 25));
  for (let at = 0; at < piece.length; at += length) yield piece.subarray(at, at + length);
}

async function cut({ request, outlet, answer, seen }: Exchange): Promise<void> {
  seen.end = "cut";
  const how = answer.cut ?? "fin";
  if (how === "stall") return;
  // What was written has to leave before the connection is closed or reset.
  await outlet.flushed();
  if (how === "rst") {
    await sleep(20);
    request.socket.resetAndDestroy();
  } else request.socket.destroySoon();
}
