import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, expect, it } from "vitest";
import type { GroupDetailsMessage } from "../wire/groups.ts";
import { GroupAnswer, GroupListMessage } from "../wire/groups.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import { StoreOutage } from "./testing/store-outage.ts";
import type { TestServer } from "./testing/test-server.ts";

const TOKEN = "s3cret-t0ken-of-this-very-test-0001";
const ADMIN = { authorization: `Bearer ${TOKEN}` };
const ORIGIN = "http://127.0.0.1:1";
const outage = new StoreOutage();

let server: TestServer;
let operator: Record<string, string>;
beforeAll(async () => {
  server = await startServer({ localJobs: 0, storeOf: outage.storeOf, settings: { token: TOKEN } });
  const body = { name: "operator", role: "operate" };
  const made = await send(server.url, "/access/keys", { method: "POST", body, headers: ADMIN });
  operator = { "x-api-key": String(made.json?.["secret"]) };
});
afterAll(() => server[Symbol.asyncDispose]());

const ask = (method: string, path: string, body?: object, headers: Record<string, string> = ADMIN) =>
  send(server.url, path, { method, headers, ...(body === undefined ? {} : { body }) });
const group = async (body: object): Promise<GroupAnswer> =>
  GroupAnswer.parse((await ask("POST", "/groups", body)).json);
const download = async (source: string): Promise<string> =>
  String((await ask("POST", "/jobs", { source })).json?.["id"]);
const groupsNow = async (): Promise<string[]> =>
  GroupListMessage.parse((await ask("GET", "/groups")).json).groups.map(({ name }) => name);
const groupsOf = async (job: string): Promise<unknown> => (await ask("GET", `/jobs/${job}`)).json?.["groups"];
const remove = async (
  { group: { id } }: { group: Pick<GroupDetailsMessage, "id"> },
  more = "",
): Promise<void> => expect((await ask("DELETE", `/groups/${id}${more}`)).json).toEqual({ success: true });

it("a download that somebody asked for by itself outlives a group that wanted it, too", async () => {
  const before = await download(`${ORIGIN}/before.bin`);
  const [one, other] = [`${ORIGIN}/after.bin`, `${ORIGIN}/own.bin`];
  const added = await group({ sources: [`${ORIGIN}/before.bin`, one, other] });
  const [, after, own] = added.jobs;
  expect(await download(one)).toBe(after);
  await remove(added);
  for (const id of [before, after as string]) {
    expect((await ask("GET", `/jobs/${id}`)).json).toMatchObject({ status: "PENDING", groups: [] });
  }
  expect((await ask("GET", `/jobs/${own}`)).status).toBe(404);
});

it("a download that two groups want goes with the last of them; one that a group left behind stays", async () => {
  const sources = [`${ORIGIN}/both.bin`];
  const [first, second] = [await group({ sources }), await group({ sources })];
  const [job] = first.jobs;
  await remove(first);
  expect(await groupsOf(job as string)).toEqual([second.group.id]);
  await remove(second);
  expect((await ask("GET", `/jobs/${job}`)).status).toBe(404);

  const kept = await group({ sources });
  await group({ name: "also", sources });
  const also = await group({ sources });
  await remove(kept, "?jobs=keep");
  await remove(also);
  const [left] = kept.jobs;
  expect((await ask("GET", `/jobs/${left}`)).json).toMatchObject({ status: "PENDING" });
});

const named = async (name: string): Promise<Raw> => ask("GET", `/jobs?search=${name}`);

it("a group that asks for what its asker may not have is not there afterwards, nor is a part of it", async () => {
  const before = await groupsNow();
  await writeFile(join(server.cards, "c.md"), "# Download\n\n```bash\nmake-model --now\n```\n");
  const answer = await ask("POST", "/groups", { sources: [`${ORIGIN}/mine.bin`, "c.md"] }, operator);
  expect([answer.status, answer.json], answer.text).toMatchObject([403, { code: "not_allowed" }]);
  expect(await groupsNow()).toEqual(before);
  expect((await named("mine.bin")).json).toMatchObject({ jobs: [] });
});

it("a group that nothing could be put into is not there afterwards", async () => {
  const before = await groupsNow();
  outage.isAway = (verb) => verb === "insertAll";
  const answer = await ask("POST", "/groups", { name: "gone", sources: [`${ORIGIN}/never.bin`] });
  outage.isAway = () => false;
  expect(answer.status, answer.text).toBe(503);
  expect(await groupsNow()).toEqual(before);
});

it("a group that the store left half done says so, and which it is", async () => {
  let batches = 0;
  outage.isAway = (verb) => verb === "insertAll" && ++batches > 1;
  const source = Array.from({ length: 250 }, (_, n) => `${ORIGIN}/half-${n}.bin`).join("\n");
  const answer = await ask("POST", "/groups", { name: "half", sources: [source] });
  outage.isAway = () => false;
  expect([answer.status, answer.json], answer.text).toMatchObject([503, { code: "unavailable" }]);
  const listed = GroupListMessage.parse((await ask("GET", "/groups")).json).groups;
  const half = listed.find(({ name }) => name === "half");
  expect(half?.count).toBe(200);
  expect(answer.json?.["message"]).toContain(`200 of 250 downloads are queued, in the group ${half?.id}`);
});
