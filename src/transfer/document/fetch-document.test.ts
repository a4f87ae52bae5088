import { afterEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import type { Origin } from "../../../test/world/origin.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import type { DocumentAnswer, DocumentRequest, FetchDocument } from "../../job/document-contract.ts";
import type { Failure } from "../../job/failure.ts";
import { createTransfer } from "../create-transfer.ts";
import type { TransferSettings } from "../transfer-settings.ts";

const NEVER = new AbortController().signal;
const open: { close(): Promise<void> }[] = [];

afterEach(async () => {
  for (const each of open.splice(0)) await each.close();
});

async function world(files: Parameters<typeof startOrigin>[0] = {}): Promise<Origin> {
  const origin = await startOrigin(files);
  open.push(origin);
  return origin;
}

function fetcher(settings: TransferSettings = {}): FetchDocument {
  // Tries follow each other at once; how long is waited is the retry policy's.
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const transfer = createTransfer({ clock, ...settings });
  open.push(transfer);
  return transfer.fetchDocument;
}

async function ask(request: DocumentRequest, settings: TransferSettings = {}): Promise<DocumentAnswer> {
  const outcome = await fetcher(settings)(request, NEVER);
  if (outcome.kind !== "answer") throw new Error(JSON.stringify(outcome));
  return outcome.answer;
}

async function refusal(request: DocumentRequest, settings: TransferSettings = {}): Promise<Failure> {
  const outcome = await fetcher(settings)(request, NEVER);
  if (outcome.kind !== "failed") throw new Error(JSON.stringify(outcome));
  return outcome.failure;
}

const textOf = ({ bytes }: DocumentAnswer): string => Buffer.from(bytes).toString();
const MAX = { maxBytes: 1000 };

describe("an answer", () => {
  test("is the whole body with status, headers and where it came from", async () => {
    const { url } = await world({
      "/a": { size: 0, redirect: "/b" },
      "/b": { size: 0, text: '{"ok":true}' },
    });
    const answer = await ask({ url: `${url}/a`, ...MAX });
    expect(answer).toMatchObject({ status: 200, url: `${url}/b`, failure: null, place: "private" });
    expect(answer.headers["content-type"]).toBe("text/plain");
    expect(textOf(answer)).toBe('{"ok":true}');
  });

  test("is no longer than was asked for, whether its length is announced or not", async () => {
    const { url } = await world({
      "/announced": { size: 1001 },
      "/chunked": { size: 1001, length: "chunked" },
      "/just": { size: 1000, length: "chunked" },
    });
    expect((await ask({ url: `${url}/just`, ...MAX })).bytes).toHaveLength(1000);
    for (const path of ["/announced", "/chunked"]) {
      expect(await refusal({ url: url + path, ...MAX })).toMatchObject({
        code: "wrong_content",
        message: expect.stringContaining("more than 1000 bytes"),
      });
    }
  });

  test("of a server that never stops is cut off, not read to its end", async () => {
    const origin = await world({ "/x": { size: 100_000_000, length: "chunked" } });
    expect(await refusal({ url: `${origin.url}/x`, ...MAX })).toMatchObject({ code: "wrong_content" });
    expect(origin.bytesSent("/x")).toBeLessThan(50_000_000);
  });

  test("compressed without being asked for is refused, not taken for text", async () => {
    const { url } = await world({ "/x": { size: 10, gzip: true } });
    expect(await refusal({ url: `${url}/x`, ...MAX })).toMatchObject({ code: "encoded_content" });
  });

  test("that is an error brings its headers and what its body says", async () => {
    const { url } = await world({ "/x": { size: 0, status: 403, text: '{"deadline":"2030"}' } });
    const answer = await ask({ url: `${url}/x`, ...MAX });
    expect(answer).toMatchObject({ status: 403, failure: { code: "forbidden" } });
    expect(textOf(answer)).toBe('{"deadline":"2030"}');
  });

  test("of which only the headers are wanted leaves the body where it is", async () => {
    const origin = await world({ "/x": { size: 5_000_000, etag: '"e"' } });
    const answer = await ask({ url: `${origin.url}/x`, maxBytes: 0 });
    expect(answer).toMatchObject({ status: 206, failure: null, headers: { etag: '"e"' } });
    expect(answer.bytes).toHaveLength(0);
    expect(origin.requests[0]).toMatchObject({ method: "GET", range: "bytes=0-0" });
  });
});

describe("redirects", () => {
  test("to another origin are the answer where they are asked for; those within it are followed", async () => {
    const other = await world({ "/b": { size: 10 } });
    const origin = await world({
      "/old": { size: 0, redirect: "/new", redirectStatus: 307 },
      "/new": { size: 0, redirect: `${other.url}/b` },
    });
    const answer = await ask({ url: `${origin.url}/old`, maxBytes: 0, redirects: "within_origin" });
    expect(answer).toMatchObject({ status: 302, failure: null, url: `${origin.url}/new` });
    expect(answer.headers["location"]).toBe(`${other.url}/b`);
    expect(other.requests).toEqual([]);
  });

  test("take no token and no header to another origin", async () => {
    const other = await world({ "/b": { size: 0, text: "x" } });
    const origin = await world({ "/a": { size: 0, redirect: `${other.url}/b` } });
    const tokens = [{ url: origin.url, token: "s3cret" }];
    await ask({ url: `${origin.url}/a`, headers: { "x-key": "k3y" }, ...MAX }, { tokens: () => tokens });
    expect(origin.requests[0]?.headers).toMatchObject({ authorization: "Bearer s3cret", "x-key": "k3y" });
    expect(JSON.stringify(other.requests)).not.toMatch(/s3cret|k3y/);
  });

  test("in circles are a failure", async () => {
    const { url } = await world({ "/x": { size: 0, redirect: "loop" } });
    expect(await refusal({ url: `${url}/x`, ...MAX })).toMatchObject({ code: "redirect_loop" });
  });
});

describe("trouble", () => {
  test("that passes is tried again", async () => {
    const origin = await world({ "/x": { size: 0, text: "x", rules: [{ status: 503, times: 2 }] } });
    expect(await ask({ url: `${origin.url}/x`, ...MAX })).toMatchObject({ status: 200 });
    expect(origin.requests).toHaveLength(3);
  });

  test("that stays is told after three tries", async () => {
    const origin = await world({ "/x": { size: 0, status: 503 } });
    expect(await ask({ url: `${origin.url}/x`, ...MAX })).toMatchObject({
      failure: { code: "server_error" },
    });
    expect(origin.requests).toHaveLength(3);
  });

  test("a server that asks for a minute of patience is not waited for: the failure says until when", async () => {
    const origin = await world({ "/x": { size: 0, status: 429, headers: { RateLimit: '"api";r=0;t=55' } } });
    const { failure } = await ask({ url: `${origin.url}/x`, ...MAX });
    expect(failure).toMatchObject({ code: "rate_limited", retryable: true });
    expect(failure?.retryAt).toBeGreaterThan(Date.now());
    expect(origin.requests).toHaveLength(1);
  });

  test("a server that stays silent is given up", async () => {
    const { url } = await world({ "/x": { size: 0, delayMs: "silent" } });
    const why = await refusal({ url: `${url}/x`, ...MAX }, { limits: { documentMs: 50 } });
    expect(why).toMatchObject({ code: "timed_out" });
  });

  test("whoever has gone is told nothing", async () => {
    const { url } = await world({ "/x": { size: 0, delayMs: "silent" } });
    const gone = new AbortController();
    const asking = fetcher()({ url: `${url}/x`, ...MAX }, gone.signal);
    gone.abort();
    expect(await asking).toEqual({ kind: "aborted" });
  });
});

describe("asked for again", () => {
  test("within its time it is given without asking; later it is asked about under its validator", async () => {
    const clock = new FakeClock();
    const unchanged = { skip: 1, status: 304 };
    const origin = await world({ "/x": { size: 10, etag: '"e"', rules: [unchanged] } });
    const fetch = fetcher({ clock });
    const request = { url: `${origin.url}/x`, ...MAX, freshMs: 60_000 };
    const first = await fetch(request, NEVER);
    expect(await fetch(request, NEVER)).toEqual(first);
    expect(origin.requests).toHaveLength(1);
    await clock.advance(60_000);
    expect(await fetch(request, NEVER)).toEqual(first);
    expect(origin.requests[1]?.headers["if-none-match"]).toBe('"e"');
    expect(await fetch(request, NEVER)).toEqual(first);
    expect(origin.requests).toHaveLength(2);
  });

  test("with other headers it is another question, and what failed is asked again", async () => {
    const origin = await world({
      "/x": { size: 0, text: "x" },
      "/gone": { size: 0, text: "x", rules: [{ status: 404, times: 1 }] },
    });
    const fetch = fetcher();
    const request = { url: `${origin.url}/x`, ...MAX, freshMs: 60_000 };
    await fetch(request, NEVER);
    await fetch({ ...request, headers: { authorization: "Bearer other" } }, NEVER);
    expect(origin.requests).toHaveLength(2);
    const gone = { ...request, url: `${origin.url}/gone` };
    expect(await fetch(gone, NEVER)).toMatchObject({ answer: { status: 404 } });
    expect(await fetch(gone, NEVER)).toMatchObject({ answer: { status: 200 } });
  });
});
