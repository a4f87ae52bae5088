import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../job/clock.ts";
import { openSharing } from "../sharing/open-sharing.ts";
import type { OpenSharing } from "../sharing/open-sharing.ts";
import type { SharingMachine, SharingSettings } from "./check-sharing.ts";
import { checkMachines, checkOwnSharing } from "./check-sharing.ts";

const SETTINGS: SharingSettings = {
  node: "here",
  labels: { site: "ams" },
  databaseUrl: { kind: "postgres" },
  shareHost: "10.0.0.5",
  shareUrl: null,
};
const own = (more: Partial<SharingSettings>) =>
  checkOwnSharing({ ...SETTINGS, ...more }).map(({ state, message }) => `${state}: ${message}`);

let giver: OpenSharing;
let other: Server;
let otherUrl: string;
beforeEach(async () => {
  const sharing = { secret: async () => "5e".repeat(32), find: async () => null };
  giver = await openSharing(
    { host: "127.0.0.1", port: 0, url: null },
    { sharing, clock: systemClock, node: "a", log: { error: () => {} } },
  );
  other = createServer((_, response) => response.writeHead(200).end("hello"));
  await new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve));
  otherUrl = `http://127.0.0.1:${(other.address() as AddressInfo).port}`;
});
afterEach(async () => {
  await giver.close();
  other.closeAllConnections();
  other.close();
});

const machine = (name: string, site: string | null, shareAddress: string | null, isAway = false) =>
  ({ name, labels: site === null ? {} : { site }, shareAddress, isAway }) satisfies SharingMachine;
const found = async (...machines: SharingMachine[]) =>
  (await checkMachines(machines, SETTINGS, AbortSignal.timeout(60_000))).map(
    ({ name, state, message }) => `${state} ${name}: ${message}`,
  );

test("sharing that is set up by half is told, with what is missing; where it is not set up, nothing is", () => {
  expect(own({})).toEqual(["ok: This machine gives files to others of site ams"]);
  expect(own({ shareHost: "0.0.0.0", shareUrl: "http://here:8868" })).toHaveLength(1);
  expect(own({ shareHost: null })).toEqual([]);
  expect(own({ shareHost: null, shareUrl: "http://here:8868" })).toEqual([
    expect.stringMatching(/^hint: HAULYARD_SHARE_URL is set, but/),
  ]);
  expect(own({ shareHost: "0.0.0.0" })).toEqual([
    expect.stringMatching(/^problem: .* every address of this machine/),
  ]);
  expect(own({ databaseUrl: { kind: "sqlite" } })).toEqual([expect.stringMatching(/^hint: .* only one of/)]);
  expect(own({ labels: { disk: "nvme" } })).toEqual([expect.stringMatching(/^hint: .* no label 'site'/)]);
  expect(own({ shareHost: "127.0.0.1" })).toEqual([expect.stringMatching(/^hint: .* only programs of/)]);
});

test("machines that give files are asked whether they answer; one that nobody reaches is a problem of its own site", async () => {
  const closed = "http://127.0.0.1:1";
  expect(
    await found(
      machine("here", "ams", "http://127.0.0.1:1"),
      machine("a", "ams", giver.address),
      machine("b", "ams", closed),
      machine("c", "fra", closed),
      machine("d", "ams", otherUrl),
      machine("e", null, giver.address),
      machine("gone", "ams", closed, true),
    ),
  ).toEqual([
    "ok a: a gives files to others of site ams, and answers",
    `problem b: b gives files to others of site ams at ${closed}, which cannot be reached (ECONNREFUSED) from here`,
    `hint c: c gives files to others of site fra at ${closed}, which cannot be reached (ECONNREFUSED) from here`,
    `problem d: d gives files to others of site ams at ${otherUrl}, where something else answers (status 200) from here`,
    "hint e: e is told to give files to others, but has no label 'site': nobody asks it",
  ]);
});

test("a site where nobody gives is told only where sharing was begun with", async () => {
  const silent = [machine("b", "fra", null), machine("c", "fra", null), machine("d", "tyo", null)];
  expect(await found(...silent)).toEqual([]);
  expect(await found(machine("a", "ams", giver.address), ...silent)).toEqual([
    "ok a: a gives files to others of site ams, and answers",
    "hint fra: Site fra has 2 machines, and none of them gives files to others: each fetches for itself",
  ]);
});
