import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../engine/engine-contract.ts";
import { failure } from "../../job/failure.ts";
import type { JobDraft } from "../../job/job.ts";
import { startServer } from "../testing/start-server.ts";
import type { TestServer } from "../testing/test-server.ts";
import { StatusBook } from "./status-book.ts";

let server: TestServer;
beforeEach(async () => {
  server = await startServer({ localJobs: 0 });
});
afterEach(() => server[Symbol.asyncDispose]());

function draft(name: string, more: Partial<JobDraft> = {}): JobDraft {
  const url = `http://127.0.0.1:1/${name}`;
  const step = {
    kind: "transfer",
    url,
    mirrors: [],
    folder: "/m",
    name,
    size: null,
    checksum: null,
  } as const;
  return {
    source: { kind: "url", url },
    place: { kind: "node", name: "here" },
    steps: [{ ...step, headers: {}, ifExists: "refuse" }],
    name,
    destination: `/m/${name}`,
    priority: 0,
    limitBytesPerSecond: null,
    after: null,
    ...more,
  };
}

/** An engine whose full reads of the list are counted. */
function counted(engine: Engine): { engine: Engine; reads: () => number } {
  let reads = 0;
  const list: Engine["list"] = (query) => {
    if (query.kinds === undefined) reads += 1;
    return engine.list(query);
  };
  return { engine: { ...engine, list }, reads: () => reads };
}

describe("the book of downloads", () => {
  it("knows what has just been written, with and without the feed", async () => {
    const book = new StatusBook(server.engine);
    const stop = new AbortController();
    const following = book.follow(stop.signal);
    for (let index = 0; index < 20; index += 1) {
      await server.engine.submit(draft(`${index}`));
      expect(Object.keys(await book.collect())).toHaveLength(index + 1);
    }
    stop.abort();
    await following;
    await server.engine.submit(draft("after"));
    expect(Object.keys(await book.collect())).toContain("/m/after");
  });

  it("reads the store once, not for every change", async () => {
    const { engine, reads } = counted(server.engine);
    const book = new StatusBook(engine);
    const stop = new AbortController();
    const following = book.follow(stop.signal);
    await book.collect();
    const before = reads();
    for (let index = 0; index < 50; index += 1) {
      await server.engine.submit(draft(`${index}`));
      await book.collect();
    }
    expect(reads() - before).toBeLessThan(5);
    stop.abort();
    await following;
  });

  it("shows the job that has not ended, else the one that ended last", async () => {
    const book = new StatusBook(server.engine);
    const first = await server.engine.submit(draft("a"));
    await server.engine.act(first.job.id, "cancel");
    const second = await server.engine.recordFailed(draft("a"), failure("gone", "Gone."));
    expect(await book.collect()).toMatchObject({ "/m/a": { job_id: second.job.id } });
    await server.engine.act(first.job.id, "retry");
    expect(await book.collect()).toMatchObject({ "/m/a": { job_id: first.job.id, status: "starting" } });
    await server.engine.act(first.job.id, "remove");
    expect(await book.collect()).toMatchObject({ "/m/a": { job_id: second.job.id, status: "error" } });
  });

  it("leaves out what has no destination or is at another machine", async () => {
    await server.engine.submit(draft("unknown", { destination: null }));
    await server.engine.submit(draft("elsewhere", { place: { kind: "node", name: "there" } }));
    await server.engine.submit(draft("remote", { place: { kind: "ssh", hostId: "here" } }));
    expect(await new StatusBook(server.engine).collect()).toEqual({});
  });

  it("takes any path for a key", async () => {
    await server.engine.submit(draft("x", { destination: "__proto__" }));
    const status = await new StatusBook(server.engine).collect();
    expect(Object.keys(status)).toEqual(["__proto__"]);
    expect(JSON.parse(JSON.stringify(status))).toHaveProperty("__proto__");
  });
});
