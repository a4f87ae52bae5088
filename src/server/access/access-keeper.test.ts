import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { FastifyRequest } from "fastify";
import { afterAll, beforeAll, expect, it } from "vitest";
import { systemClock } from "../../job/clock.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";
import { RequestError } from "../request-error.ts";
import { AccessKeeper } from "./access-keeper.ts";

let folder: string;
let store: JobStore;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-keeper-"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
});
afterAll(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

/** What is read of a request. */
function request(secret: string): FastifyRequest {
  const asked = {
    headers: { authorization: `Bearer ${secret}` },
    raw: { socket: { remoteAddress: "192.0.2.1" } },
  };
  return asked as unknown as FastifyRequest;
}

it("thousands of guesses of a token that come at once are as few as if they came one after the other", async () => {
  const settings = {
    token: "of-this-node",
    trustedProxies: [],
    proxyUserHeader: null,
    proxyRole: "none" as const,
  };
  const clock = { ...systemClock, now: () => 1_000 };
  const keeper = new AccessKeeper({ access: store.access, nodes: store.nodes, clock, settings });
  const own = keeper.identify(request("of-this-node"));
  const asked = Array.from({ length: 3_000 }, (_, n) => keeper.identify(request(`guess-${n}`)));
  const ends = await Promise.allSettled(asked);
  const looked = ends.filter((end) => end.status === "fulfilled");
  expect(looked.map(({ value }) => value.role)).toEqual(looked.map(() => null));
  // One of the twenty is the right one, which is not known to be that yet.
  expect(looked).toHaveLength(19);
  expect(ends.every((end) => end.status === "fulfilled" || end.reason instanceof RequestError)).toBe(true);
  expect(await own).toMatchObject({ who: "token", role: "admin" });
  expect(await keeper.identify(request("of-this-node"))).toMatchObject({ who: "token" });
});
