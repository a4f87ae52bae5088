import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { failure } from "../job/failure.ts";
import { EventReader } from "./testing/read-events.ts";
import { send } from "./testing/send.ts";
import { soon } from "./testing/soon.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

const DASHBOARD = join(import.meta.dirname, "../../deploy/grafana-haulyard.json");

let server: TestServer;

beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server[Symbol.asyncDispose]());

/** The value of one line, by name and labels as they are written; 0 where there is none. */
async function valueOf(line: string): Promise<number> {
  const lines = (await text()).split("\n");
  return Number(lines.find((one) => one.startsWith(`${line} `))?.slice(line.length + 1) ?? 0);
}

async function text(): Promise<string> {
  return (await send(server.url, "/metrics")).text;
}

const add = async (name: string): Promise<string> => {
  const body = { source: `http://127.0.0.1:1/${name}?token=PLANTED`, path: name };
  const { status, json } = await send(server.url, "/jobs", { method: "POST", body });
  expect(status).toBe(201);
  return String(json?.["id"]);
};

test("what downloads fetch, how long they waited and how they ended is counted", async () => {
  await add("one.bin");
  const run = await server.transfers.begun(0);
  run.move(0, { stage: "connecting" });
  run.move(1000, { stage: "downloading", connections: 3 });
  run.move(5000, { stage: "downloading", connections: 3 });
  await soon(() => valueOf("haulyard_download_connections")).toBe(3);
  expect(await valueOf('haulyard_jobs{state="RUNNING"}')).toBe(1);
  // They begin anew: what comes again was fetched, too.
  run.move(700, { stage: "downloading", connections: 3, restarts: 1 });
  run.complete();
  await soon(() => valueOf('haulyard_jobs_ended_total{state="COMPLETE"}')).toBe(1);
  expect(await valueOf('haulyard_fetched_bytes_total{by="transfer"}')).toBe(5700);
  expect(await valueOf("haulyard_queue_wait_seconds_count")).toBe(1);
  expect(await valueOf('haulyard_jobs{state="RUNNING"}')).toBe(0);
  expect(await valueOf("haulyard_download_connections")).toBe(0);
});

test("bytes that a download goes on from are not counted as fetched", async () => {
  const before = await valueOf('haulyard_fetched_bytes_total{by="transfer"}');
  await add("resumed.bin");
  const run = await server.transfers.begun(1);
  run.move(4000, { stage: "connecting" });
  run.move(4500, { stage: "downloading" });
  run.complete();
  await soon(() => valueOf('haulyard_jobs_ended_total{state="COMPLETE"}')).toBe(2);
  expect(await valueOf('haulyard_fetched_bytes_total{by="transfer"}')).toBe(before + 500);
});

test("a run that fails is counted by its code", async () => {
  await add("two.bin");
  const why = failure("not_found", "There is no such file.");
  (await server.transfers.begun(2)).finish({ kind: "failed", failure: why, bytesCame: false });
  await soon(() => valueOf('haulyard_failures_total{code="not_found",retried="false"}')).toBe(1);
  expect(await valueOf('haulyard_jobs_ended_total{state="FAILED"}')).toBe(1);
});

test("open event streams are counted until they end", async () => {
  const reader = await EventReader.open(server.url);
  await soon(() => valueOf("haulyard_event_streams")).toBe(1);
  reader.close();
  await soon(() => valueOf("haulyard_event_streams")).toBe(0);
});

test("the lines of the log about a job carry its id, and why it failed", async () => {
  const id = await add("logged.bin");
  const why = failure("forbidden", "No.");
  (await server.transfers.begun(3)).finish({ kind: "failed", failure: why, bytesCame: false });
  const lines = (): unknown[] => server.log.filter(({ jobId }) => jobId === id);
  await soon(lines).toEqual([
    expect.objectContaining({ msg: "taken up" }),
    expect.objectContaining({ msg: "run ended", event: "failed", code: "forbidden" }),
  ]);
});

test("routes, not addresses, are told of; nothing of a job is in it", async () => {
  const id = await add("secret-name.bin");
  await send(server.url, `/jobs/${id}`);
  await soon(text).toContain('route="/jobs/:id"');
  const all = await text();
  for (const told of [id, "secret-name", "PLANTED", "127.0.0.1"]) expect(all).not.toContain(told);
  // The store's verbs, nested ones included.
  expect(all).toMatch(/haulyard_store_seconds_count\{verb="claim",outcome="done"\} [1-9]/);
  expect(all).toContain('verb="hosts.');
});

test("with a token set, Prometheus has to show it", async () => {
  await using closed = await startServer({ settings: { token: "abc-token" } });
  expect((await send(closed.url, "/metrics")).status).toBe(401);
  const answer = await send(closed.url, "/metrics", { headers: { authorization: "Bearer abc-token" } });
  expect(answer.status).toBe(200);
  expect(answer.headers["content-type"]).toMatch(/^text\/plain; version=0\.0\.4/);
});

test("every metric the Grafana dashboard asks for exists", async () => {
  const dashboard = JSON.parse(await readFile(DASHBOARD, "utf8")) as {
    panels: { title: string; targets: { expr: string }[] }[];
  };
  const there = new Set([...(await text()).matchAll(/^# TYPE (\S+) (\S+)$/gm)].flatMap(namesOf));
  const asked = dashboard.panels.flatMap(({ targets }) =>
    targets.flatMap(({ expr }) => expr.match(/\b(?:haulyard|nodejs|process)_\w+/g) ?? []),
  );
  expect(asked.length).toBeGreaterThan(20);
  expect(asked.filter((name) => !there.has(name))).toEqual([]);
  // And every one of ours is on it.
  const ours = [...there].filter((name) => name.startsWith("haulyard_") && name !== "haulyard_info");
  const shown = new Set(asked);
  expect(ours.filter((name) => !/_(?:sum|count)$/.test(name) && !shown.has(name))).toEqual([]);
});

function namesOf([, name = "", type]: RegExpExecArray): string[] {
  return type === "histogram" ? ["_bucket", "_sum", "_count"].map((end) => `${name}${end}`) : [name];
}
