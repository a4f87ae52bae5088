import { afterEach, describe, expect, it } from "vitest";
import { startOrigin } from "../../test/world/origin.ts";
import { isBetween, untilMeasured } from "../../test/world/until-measured.ts";
import { systemClock } from "../job/clock.ts";
import { SCHEDULE_FORM } from "../job/limit/rate-schedule.ts";
import { JobMessage } from "../wire/job-message.ts";
import { LimitMessage } from "../wire/limits.ts";
import { HistoryMessage, JobActionsAnswer } from "../wire/requests.ts";
import { EventReader } from "./testing/read-events.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { soon } from "./testing/soon.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/test-server.ts";

const KiB = 1024;
const MiB = KiB ** 2;
const MB = 1_000_000;

const ending: (() => PromiseLike<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(options: TestOptions = {}): Promise<TestServer> {
  const server = await startServer({ localJobs: 0, ...options });
  ending.push(() => server[Symbol.asyncDispose]());
  return server;
}

const add = async ({ url }: TestServer, source: string, more: object = {}): Promise<JobMessage> =>
  JobMessage.parse((await send(url, "/jobs", { method: "POST", body: { source, ...more } })).json);

const adjust = ({ url }: TestServer, id: string, body: object): Promise<Raw> =>
  send(url, `/jobs/${id}`, { method: "PATCH", body });

const getLimit = async ({ url }: TestServer): Promise<LimitMessage> =>
  LimitMessage.parse((await send(url, "/limit-rate")).json);

async function putLimit({ url }: TestServer, limit_rate: unknown): Promise<LimitMessage> {
  return LimitMessage.parse((await send(url, "/limit-rate", { method: "PUT", body: { limit_rate } })).json);
}

const SOURCE = "http://127.0.0.1:1/a.bin";

describe("the limit of one job", () => {
  it.each([
    ["5M", 5 * MiB],
    [" 1.5 MiB/s ", 1.5 * MiB],
    ["20MB/s", 20 * MB],
    [4096, 4096],
    ["1k", KiB],
    ["10GB", 10_000 * MB],
    ["none", null],
    [null, null],
  ])("may be given as %j, when it is added and later", async (given, bytesPerSecond) => {
    const server = await start();
    expect(await add(server, SOURCE, { limit_rate: given })).toMatchObject({ limit_rate: bytesPerSecond });
    const other = await add(server, `${SOURCE}.2`, { limit_rate: 2 * MiB });
    const answer = await adjust(server, other.id, { limit_rate: given });
    expect(answer.status).toBe(200);
    expect(JobMessage.parse(answer.json)).toMatchObject({ limit_rate: bytesPerSecond, priority: 0 });
  });

  it("and its priority are changed together or each alone, told to followers, and in the history", async () => {
    const server = await start();
    const { id } = await add(server, SOURCE);
    const reader = await EventReader.open(server.url);
    ending.push(() => reader.close());
    await adjust(server, id, { limit_rate: "5M", priority: 9 });
    await reader.until("the change", () => reader.events.length > 0);
    expect(reader.events[0]).toMatchObject({
      type: "job",
      data: { id, limit_rate: 5 * MiB, priority: 9, status: "PENDING" },
    });
    await adjust(server, id, { priority: -3 });
    expect((await adjust(server, id, { limit_rate: null })).json).toMatchObject({
      limit_rate: null,
      priority: -3,
    });
    const { history } = HistoryMessage.parse((await send(server.url, `/jobs/${id}/history`)).json);
    expect(history.map(({ to, reason }) => [to, reason])).toEqual([
      ["PENDING", "added"],
      ["PENDING", "limited to 5 MiB/s by a person"],
      ["PENDING", "limit lifted by a person"],
    ]);
  });

  it("is refused for a job that is complete, and for one nobody knows", async () => {
    const server = await start();
    server.transfers.there.set(`${server.downloads}/files/a.bin`, { kind: "whole", bytes: 42 });
    const { id, status } = await add(server, SOURCE, { path: "a.bin" });
    expect(status).toBe("COMPLETE");
    const answer = await adjust(server, id, { limit_rate: "5M" });
    expect(answer.status).toBe(409);
    expect(answer.json).toMatchObject({ code: "conflict", message: "The job is complete." });
    const unknown = await adjust(server, "00000000-0000-4000-8000-000000000000", { limit_rate: "5M" });
    expect(unknown.status).toBe(404);
  });

  it("may be changed after it failed, for when it is tried again; and outlives a restart", async () => {
    const server = await start();
    const { id } = await add(server, SOURCE);
    await send(server.url, `/jobs/${id}/cancel`, { method: "POST" });
    expect((await adjust(server, id, { limit_rate: "5M" })).status).toBe(200);
    await server.stop();
    const again = await start({ folder: server.folder });
    expect((await send(again.url, `/jobs/${id}`)).json).toMatchObject({ limit_rate: 5 * MiB });
  });

  it("says what it wants where it is not understood", async () => {
    const server = await start();
    const { id } = await add(server, SOURCE);
    const message = async (limit_rate: unknown): Promise<unknown> =>
      (await adjust(server, id, { limit_rate })).json?.["message"];
    expect(await message("fast")).toBe(
      "limit_rate must be a number with K, M, G, T or KiB, MiB… (of 1024), or kB, MB… (of 1000), " +
        "at least 1024 per second, text of 4 characters came.",
    );
    expect(await message(12)).toBe("limit_rate must be at least 1024, 12 came.");
    expect(await message(true)).toContain("at least 1024 per second, true came.");
  });
});

describe("the limit for all", () => {
  it("is what the setting says, and none without one", async () => {
    expect(await getLimit(await start())).toEqual({
      limit_rate: "none",
      source: "setting",
      setting: "none",
      changed_at: null,
      now: { bytes_per_second: null, window: null, until: null },
    });
    const limited = await start({ limitRate: "00:00-24:00=5M, 20M" });
    expect(await getLimit(limited)).toEqual({
      limit_rate: "00:00-24:00=5MiB, 20MiB",
      source: "setting",
      setting: "00:00-24:00=5MiB, 20MiB",
      changed_at: null,
      now: { bytes_per_second: 5 * MiB, window: "00:00-24:00=5MiB", until: null },
    });
  });

  it("is put in place of the setting, in its words, and given up again; a restart changes nothing", async () => {
    const server = await start({ limitRate: "5M" });
    const before = new Date().toISOString();
    const changed = await putLimit(server, "Mon-Fri 08:00-18:00 5M, off 23:00-06:00");
    expect(changed).toMatchObject({
      limit_rate: "mon-fri 08:00-18:00=5MiB, 23:00-06:00=off",
      source: "person",
      setting: "5MiB",
      now: { until: expect.any(String) },
    });
    expect(changed.changed_at && changed.changed_at >= before).toBe(true);
    expect(await getLimit(server)).toEqual(changed);
    await server.stop();
    const again = await start({ folder: server.folder, limitRate: "7M" });
    expect(await getLimit(again)).toEqual({ ...changed, setting: "7MiB" });
    expect(await putLimit(again, null)).toMatchObject({
      limit_rate: "7MiB",
      source: "setting",
      changed_at: null,
      now: { bytes_per_second: 7 * MiB },
    });
    expect(await putLimit(again, 20 * MB)).toMatchObject({ limit_rate: "20MB", source: "person" });
    expect(await putLimit(again, "none")).toMatchObject({ now: { bytes_per_second: null } });
    expect(await putLimit(again, "off")).toMatchObject({ limit_rate: "off", now: { bytes_per_second: 0 } });
  });

  it("is refused with the words of the setting", async () => {
    const server = await start();
    const answer = await send(server.url, "/limit-rate", { method: "PUT", body: { limit_rate: "fast" } });
    expect(answer.json).toMatchObject({
      field: "limit_rate",
      message: `limit_rate must be ${SCHEDULE_FORM}, text of 4 characters came.`,
    });
    expect(await getLimit(server)).toMatchObject({ source: "setting" });
  });

  it("is told at the beginning of every event stream, and whenever it changes", async () => {
    const server = await start({ limitRate: "5M" });
    const reader = await EventReader.open(server.url, "/events?snapshot=1");
    ending.push(() => reader.close());
    await reader.until("the limit", () => reader.limits.length === 1);
    const changed = await putLimit(server, "20M");
    await reader.until("the change", () => reader.limits.length === 2);
    expect(reader.limits.map(({ data }) => data["limit_rate"])).toEqual(["5MiB", "20MiB"]);
    expect(reader.limits[1]).toEqual({ id: null, type: "limit", data: changed });
    const later = await EventReader.open(server.url, "/events", { "last-event-id": "0" });
    ending.push(() => later.close());
    await later.until("the limit", () => later.limits.length === 1);
    expect(later.limits[0]?.data).toEqual(changed);
  });
});

describe("downloads that run", () => {
  /** Bytes per second of each job over a second, by what is stored of them. */
  async function speeds(server: TestServer, ids: readonly string[]): Promise<number[]> {
    const bytes = (): Promise<number[]> =>
      Promise.all(
        ids.map(
          async (id) => JobMessage.parse((await send(server.url, `/jobs/${id}`)).json).progress.bytes_done,
        ),
      );
    const before = await bytes();
    const began = Date.now();
    await systemClock.sleep(1_500);
    const after = await bytes();
    return after.map((each, index) => ((each - (before[index] ?? 0)) * 1000) / (Date.now() - began));
  }

  it("feel the limits of their own and the one for all while they run, and stop and go on with off", async () => {
    const origin = await startOrigin({ "/a.bin": { size: 300 * MB }, "/b.bin": { size: 300 * MB } });
    ending.push(() => origin[Symbol.asyncDispose]());
    const server = await start({ real: true, localJobs: 2, limitRate: "4MB" });
    const a = await add(server, `${origin.url}/a.bin`);
    const b = await add(server, `${origin.url}/b.bin`, { limit_rate: "500kB" });
    const ids = [a.id, b.id];
    const status = async (id: string): Promise<unknown> =>
      (await send(server.url, `/jobs/${id}`)).json?.["status"];
    await soon(async () => Promise.all(ids.map(status))).toEqual(["RUNNING", "RUNNING"]);
    await untilMeasured(
      "one to have its own limit, the other the rest",
      () => speeds(server, ids),
      ([first = 0, second = 0]) => first > 2 * MB && first + second < 6 * MB && second < 1.2 * MB,
    );
    await adjust(server, a.id, { limit_rate: "300kB" });
    await putLimit(server, "none");
    await untilMeasured(
      "the first to be slow, and to move",
      () => speeds(server, ids),
      ([third = 0]) => isBetween(0, third, MB),
    );
    await putLimit(server, "off");
    await soon(async () => Promise.all(ids.map(status))).toEqual(["PAUSED", "PAUSED"]);
    expect((await send(server.url, `/jobs/${a.id}`)).json).toMatchObject({
      paused: { why: "window", note: "Downloads are switched off." },
    });
    await putLimit(server, null);
    await soon(async () => Promise.all(ids.map(status))).toEqual(["RUNNING", "RUNNING"]);
  });
});

describe("a job that waits for its hour", () => {
  const SWITCHED_OFF = { why: "window", until: null, job: null };

  it("says so, and is let run all the same, until it is paused", async () => {
    const server = await start({ limitRate: "off" });
    const { id } = await add(server, SOURCE);
    const get = async (): Promise<JobMessage> =>
      JobMessage.parse((await send(server.url, `/jobs/${id}`)).json);
    const act = async (verb: string): Promise<JobMessage> =>
      JobMessage.parse((await send(server.url, `/jobs/${id}/${verb}`, { method: "POST" })).json);
    expect(await get()).toMatchObject({ status: "PENDING", waiting: SWITCHED_OFF, run_now: false });
    expect(await act("now")).toMatchObject({
      waiting: { why: "turn", until: null, job: null },
      run_now: true,
    });
    const history = HistoryMessage.parse((await send(server.url, `/jobs/${id}/history`)).json).history;
    expect(history.at(-1)?.reason).toBe("let run now, whatever the hour, by a person");
    expect(await act("pause")).toMatchObject({ waiting: { why: "person" }, run_now: false });
    expect(await act("resume")).toMatchObject({ waiting: SWITCHED_OFF, run_now: false });
  });

  it("is one of many that are let run with one word", async () => {
    const server = await start({ limitRate: "off" });
    const ids = [(await add(server, SOURCE)).id, (await add(server, `${SOURCE}.2`)).id];
    const body = { action: "now", filter: { status: ["PENDING"] } };
    const answer = await send(server.url, "/jobs/actions", { method: "POST", body });
    const { changed, refused } = JobActionsAnswer.parse(answer.json);
    expect(refused).toEqual([]);
    expect(changed.toSorted()).toEqual(ids.toSorted());
  });

  it("waits for the end of another first, whatever the hour, and says for which", async () => {
    const server = await start({ limitRate: "off" });
    const first = await add(server, SOURCE);
    const second = await add(server, `${SOURCE}.2`, { after: first.id });
    expect(second.waiting).toEqual({ why: "after", until: null, job: first.id });
    await send(server.url, `/jobs/${first.id}/cancel`, { method: "POST" });
    const { json } = await send(server.url, `/jobs/${second.id}`);
    expect(json).toMatchObject({ after: first.id, waiting: SWITCHED_OFF });
  });
});
