import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { addTallies, emptyTally, etaOfTally, kindOf, percentOfTally } from "../job/group.ts";
import type { Tally } from "../job/group.ts";
import { GroupAnswer, GroupDetailsMessage, GroupListMessage } from "../wire/groups.ts";
import { JobListMessage } from "../wire/requests.ts";
import { findPlaces } from "./groups/find-places.ts";
import { EventReader } from "./testing/read-events.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

let server: TestServer;
let events: EventReader;
beforeAll(async () => {
  server = await startServer({ localJobs: 1 });
  events = await EventReader.open(server.url);
});
afterAll(() => server[Symbol.asyncDispose]());

const ORIGIN = "http://127.0.0.1:1";
const ask = (method: string, path: string, body?: object): Promise<Raw> =>
  send(server.url, path, { method, ...(body === undefined ? {} : { body }) });
const add = async (body: object): Promise<GroupAnswer> =>
  GroupAnswer.parse((await ask("POST", "/groups", body)).json);
const look = async (id: string): Promise<GroupDetailsMessage> =>
  GroupDetailsMessage.parse((await ask("GET", `/groups/${id}`)).json);

describe("a group", () => {
  it("takes a set to places in one go, with one progress, and what is queued already is a member, too", async () => {
    const first = await ask("POST", "/groups", {
      sources: [`${ORIGIN}/a.bin`, { source: `${ORIGIN}/b.bin`, size: 500 }],
    });
    expect(first.status).toBe(201);
    const { group, jobs, created, skipped } = GroupAnswer.parse(first.json);
    expect(first.headers["location"]).toBe(`groups/${group.id}`);
    expect(group).toMatchObject({ name: "a.bin and 1 more", count: 2, to: [server.engine.node], unknown: 1 });
    expect([jobs.length, created.length, skipped]).toEqual([2, 2, []]);
    expect(group.by_source.map(({ source, count }) => [source, count])).toEqual([
      ["a.bin", 1],
      ["b.bin", 1],
    ]);

    const again = await add({ name: "again", sources: [`${ORIGIN}/b.bin`] });
    expect(again).toMatchObject({ jobs: [jobs[1]], created: [], group: { name: "again", count: 1 } });
    const listed = JobListMessage.parse((await ask("GET", `/jobs?group=${again.group.id}`)).json);
    expect(listed.jobs).toMatchObject([{ id: jobs[1], groups: [group.id, again.group.id] }]);
    await events.until("both were told", () =>
      events.of("groups").some(({ data }) => JSON.stringify(data).includes(again.group.id)),
    );
  });

  it("moves as its jobs move, in the event stream, and is complete when they are", async () => {
    const { group } = await add({
      name: "moving",
      sources: [{ source: `${ORIGIN}/moving.bin`, priority: 100 }],
    });
    await ask("POST", "/jobs/actions", { action: "pause", filter: { search: "a.bin" } });
    const index = server.transfers.runs.findLastIndex(({ step }) => step.name === "moving.bin");
    const run = index >= 0 ? server.transfers.runs[index] : await movingRun();
    await run!.watcher.resolved({ path: `${run!.step.folder}/moving.bin`, name: "moving.bin", size: 1000 });
    run!.move(250);
    const told = (percent: number) => (): boolean =>
      events
        .of("groups")
        .some(({ data }) =>
          (data["groups"] as { id: string; percent: number }[]).some(
            (each) => each.id === group.id && each.percent === percent,
          ),
        );
    await events.until("a quarter is told", told(25));
    run!.complete();
    await events.until("the end is told", told(100));
    expect(await look(group.id)).toMatchObject({
      status: "COMPLETE",
      percent: 100,
      eta_seconds: null,
      places: 1,
      places_done: 1,
    });
  });

  it("is paused, resumed, cancelled and retried as one", async () => {
    const { group, jobs } = await add({ sources: [`${ORIGIN}/c.bin`, `${ORIGIN}/d.bin`] });
    const act = async (action: string): Promise<unknown[]> => {
      const answer = await ask("POST", `/groups/${group.id}/actions`, { action });
      expect(answer.status, answer.text).toBe(200);
      return (answer.json as { changed: string[] }).changed.toSorted();
    };
    const settled = async (status: string): Promise<void> => {
      await expect.poll(async () => (await look(group.id)).status, { timeout: 120_000 }).toBe(status);
    };
    expect(await act("pause")).toEqual(jobs.toSorted());
    await settled("PAUSED");
    expect(await act("pause")).toEqual([]);
    expect(await act("cancel")).toEqual(jobs.toSorted());
    await settled("CANCELLED");
    expect(await look(group.id)).toMatchObject({ percent: null, count: 2 });
    expect(await act("retry")).toEqual(jobs.toSorted());
    expect(await act("cancel")).toEqual(jobs.toSorted());
  });

  it("narrows what an action is for", async () => {
    const { group, jobs } = await add({ sources: [`${ORIGIN}/narrow-1.bin`, `${ORIGIN}/narrow-2.bin`] });
    const other = await add({ sources: [`${ORIGIN}/narrow-3.bin`] });
    const filter = { group: group.id.toUpperCase(), search: "narrow" };
    const answer = await ask("POST", "/jobs/actions", { action: "cancel", filter });
    expect((answer.json as { changed: string[] }).changed.toSorted()).toEqual(jobs.toSorted());
    expect((await look(other.group.id)).counts.CANCELLED).toBe(0);
    const wrong = await ask("POST", "/jobs/actions", { action: "cancel", filter: { group: "x" } });
    expect(wrong.status).toBe(400);
  });

  it("goes with its jobs, except those that another group wants; or alone, if that is asked for", async () => {
    const one = await add({ sources: [`${ORIGIN}/e.bin`, `${ORIGIN}/f.bin`] });
    const two = await add({ sources: [`${ORIGIN}/f.bin`] });
    const [e, f] = one.jobs;
    expect((await ask("DELETE", `/groups/${one.group.id}`)).json).toEqual({ success: true });
    expect((await ask("GET", `/jobs/${e}`)).status).toBe(404);
    expect((await ask("GET", `/jobs/${f}`)).json).toMatchObject({ groups: [two.group.id] });
    expect((await ask("DELETE", `/groups/${two.group.id}?jobs=keep`)).json).toEqual({ success: true });
    expect((await ask("GET", `/jobs/${f}`)).json).toMatchObject({ groups: [] });
    expect((await ask("DELETE", `/groups/${two.group.id}`)).status).toBe(404);
    await events.until("the end of both is told", () => {
      const gone = new Set(events.of("groups").flatMap(({ data }) => data["removed"] as string[]));
      return gone.has(one.group.id) && gone.has(two.group.id);
    });
  });

  it("names what cannot be had and takes the rest; a place nobody knows stops all of it", async () => {
    const some = await add({ name: "some", sources: [`${ORIGIN}/g.bin`, "no/such/model?token=secret"] });
    expect(some).toMatchObject({ jobs: [{}], skipped: [{ to: null, what: null }] });
    expect(JSON.stringify(some)).not.toContain("secret");
    const before = GroupListMessage.parse((await ask("GET", "/groups")).json).groups.length;
    for (const [body, field] of [
      [{ sources: [`${ORIGIN}/h.bin`], to: [server.engine.node, "nowhere"] }, "to"],
      [{ sources: [`${ORIGIN}/h.bin`], to: ["label:site=mars"] }, "to"],
      [{ sources: ["no/such/model"] }, "source"],
      [{ sources: [] }, "sources"],
      [{ sources: [{ source: `${ORIGIN}/h.bin`, to: "x" }] }, undefined],
      [{ sources: [{ source: `${ORIGIN}/h.bin`, after: "3fa85f64-5717-4562-b3fc-2c963f66afa6" }] }, "after"],
    ] as const) {
      const answer = await ask("POST", "/groups", body);
      expect([400, 404, 422], answer.text).toContain(answer.status);
      if (field !== undefined) expect(answer.json).toMatchObject({ field });
    }
    expect(GroupListMessage.parse((await ask("GET", "/groups")).json).groups).toHaveLength(before);
    expect((await ask("GET", "/jobs?search=h.bin")).json).toMatchObject({ jobs: [] });
  });

  it("is listed page by page, and outlives the forgetting of what it completed", async () => {
    const all = GroupListMessage.parse((await ask("GET", "/groups")).json).groups.map(({ id }) => id);
    const first = GroupListMessage.parse((await ask("GET", "/groups?limit=1")).json);
    const second = GroupListMessage.parse((await ask("GET", `/groups?limit=1&cursor=${first.next}`)).json);
    expect([...first.groups, ...second.groups].map(({ id }) => id)).toEqual(all.slice(0, 2));
    expect((await ask("GET", "/groups?cursor=x")).status).toBe(400);
  });
});

async function movingRun(): Promise<TestServer["transfers"]["runs"][number]> {
  for (let index = 0; ; index += 1) {
    const run = await server.transfers.begun(index);
    if (run.step.name === "moving.bin") return run;
  }
}

describe("the places of a group", () => {
  const machines = {
    nodes: [
      { name: "gpu-1", labels: { site: "ams", fast: "yes" } },
      { name: "gpu-2", labels: { site: "ams" } },
      { name: "gpu-3", labels: { site: "fra" } },
    ],
    hosts: [
      { id: "h1", tags: ["site=ams"] },
      { id: "h2", tags: ["cheap"] },
    ],
  };
  it.each([
    [
      ["gpu-1", "gpu-1", "other"],
      ["gpu-1", "other"],
    ],
    [["all"], ["gpu-1", "gpu-2", "gpu-3", "h1", "h2"]],
    [["label:site=ams"], ["gpu-1", "gpu-2", "h1"]],
    [["label:fast"], ["gpu-1"]],
    [
      ["label:cheap", "gpu-3"],
      ["h2", "gpu-3"],
    ],
    [["label:constructor"], null],
    [["label:site=mars"], null],
  ])("of %j are %j", (words, places) => {
    expect(findPlaces(words, machines)).toMatchObject(
      places === null ? { kind: "refused" } : { kind: "found", places },
    );
  });
});

describe("the progress of a group", () => {
  const tally = (more: Partial<Tally> & { of?: Partial<Tally["counts"]> }): Tally => {
    const { of = {}, ...rest } = more;
    return { ...emptyTally(), ...rest, counts: { ...emptyTally().counts, ...of } };
  };

  it("goes by bytes where all sizes are known, else by jobs, and is 100 only when nothing is missing", () => {
    expect(percentOfTally(tally({ of: { running: 2 }, bytesDone: 999, bytesTotal: 1000, shares: 1.2 }))).toBe(
      99,
    );
    expect(percentOfTally(tally({ of: { running: 2 }, bytesDone: 1000, bytesTotal: 1000, shares: 2 }))).toBe(
      99,
    );
    expect(
      percentOfTally(tally({ of: { running: 1, complete: 1 }, unknown: 1, bytesTotal: 9, shares: 1 })),
    ).toBe(50);
    expect(percentOfTally(tally({ of: { complete: 3, cancelled: 1 } }))).toBe(100);
    expect(percentOfTally(tally({ of: { complete: 3, failed: 1 }, bytesTotal: 4, bytesDone: 3 }))).toBe(75);
    expect(percentOfTally(tally({ of: { cancelled: 1 } }))).toBeNull();
  });

  it("has one word for all of it, and says when it is done only where that can be told", () => {
    expect(kindOf(tally({ of: { complete: 3, running: 1, failed: 1 } }))).toBe("running");
    expect(kindOf(tally({ of: { complete: 3, failed: 1 } }))).toBe("failed");
    expect(kindOf(tally({ of: { complete: 3, cancelled: 1 } }))).toBe("complete");
    expect(etaOfTally(tally({ bytesDone: 50, bytesTotal: 100, bytesPerSecond: 25 }))).toBe(2);
    expect(etaOfTally(tally({ bytesTotal: 100, bytesPerSecond: 25, unknown: 1 }))).toBeNull();
    expect(etaOfTally(tally({ bytesTotal: 100 }))).toBeNull();
    expect(addTallies(tally({ of: { running: 1 }, bytesDone: 1 }), tally({ of: { running: 2 } }))).toEqual(
      tally({ of: { running: 3 }, bytesDone: 1 }),
    );
  });
});
