import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it } from "vitest";
import { systemClock } from "../../job/clock.ts";
import { failure } from "../../job/failure.ts";
import type { FailureCode } from "../../job/failure.ts";
import type { Job, TransferStep } from "../../job/job.ts";
import type { Giver, SharedWay } from "../../job/sharing/sharing-contract.ts";
import type { TransferOutcome } from "../../job/transfer-contract.ts";
import { draft } from "../../store/suite/under-test.ts";
import { fetchShared } from "./fetch-shared.ts";

const [STEP] = draft(1).steps as [TransferStep];
const SHA = "ab".repeat(32);
const COMPLETE: TransferOutcome = {
  kind: "complete",
  path: "/models/file-1.bin",
  size: 1001,
  checksumState: { kind: "unverified", reason: "" },
  alreadyThere: false,
};

function giver(node: string, more: Partial<Giver> = {}): Giver {
  return {
    job: `job-${node}`,
    node,
    address: `http://${node}:1/`,
    file: { sha256: SHA, stamp: { inode: "1", size: 1001, mtimeNs: "1" } },
    name: "its-name.bin",
    checksumState: null,
    ...more,
  };
}

const failed = (code: FailureCode): TransferOutcome => ({
  kind: "failed",
  failure: failure(code, code),
  bytesCame: false,
});

/**
 * @param last what is said once those that have it have failed
 * @param later who has it by then
 */
async function run(
  givers: readonly Giver[],
  last: SharedWay,
  outcomes: readonly TransferOutcome[],
  step = STEP,
  later: readonly Giver[] = [],
) {
  const steps: TransferStep[] = [];
  const sharing = {
    wayOf: async (_: string, gaveUpOn: readonly string[]): Promise<SharedWay> => {
      const having = gaveUpOn.length === 0 ? givers : later;
      const left = having.filter(({ job }) => !gaveUpOn.includes(job));
      return left.length === 0 ? last : { kind: "givers", site: "ams", givers: left };
    },
  };
  const end = await fetchShared(
    { ...draft(1), id: "own", sequence: 0 } as unknown as Job,
    { step, index: 0 },
    { store: { sharing } as never, clock: systemClock, sign: async (job) => `signed ${job}` },
    async (given) => {
      steps.push(given);
      return outcomes[steps.length - 1] ?? COMPLETE;
    },
  );
  return { end, steps };
}

it("a copy is asked of the other machine alone, signed, and held to the hash of what that one has", async () => {
  const secret = { ...STEP, headers: { cookie: "mine" }, mirrors: ["https://mirror.example/"], size: null };
  const { end, steps } = await run([giver("a")], { kind: "origin" }, [], secret);
  expect(end).toEqual({ kind: "ended", outcome: COMPLETE, from: "a" });
  expect(steps).toMatchObject([
    {
      url: "http://a:1/shared/job-a/0",
      mirrors: [],
      headers: { authorization: "signed job-a" },
      size: 1001,
      name: "file-1.bin",
      reach: "machine",
      checksum: {
        hex: SHA,
        origin: "the machine a, which fetched it for site ams: nobody published one",
      },
    },
  ]);
  expect(steps[0]?.headers).toEqual({ authorization: "signed job-a" });
});

it("a hash that was given, or published to the other machine, is called what it is", async () => {
  const given = { algorithm: "sha512", hex: "cd".repeat(64), origin: "request" } as const;
  const asked = await run([giver("a")], { kind: "origin" }, [], { ...STEP, checksum: given, name: null });
  expect(asked.steps).toMatchObject([{ checksum: given, name: "its-name.bin" }]);
  const state = { kind: "verified", algorithm: "sha256", hex: SHA, origin: "X-Linked-Etag" } as const;
  const found = await run([giver("a", { checksumState: state })], { kind: "origin" }, []);
  expect(found.steps[0]?.checksum?.origin).toBe("X-Linked-Etag, by way of the machine a");
});

it("the next machine is asked where one fails, three at most, and then the origin as it was asked for", async () => {
  const givers = ["a", "b", "c", "d"].map((name) => giver(name));
  const bad = [failed("connection_failed"), failed("checksum_mismatch"), failed("not_found")];
  const { end, steps } = await run(givers, { kind: "origin" }, bad);
  expect(steps.map(({ url }) => url)).toEqual([
    "http://a:1/shared/job-a/0",
    "http://b:1/shared/job-b/0",
    "http://c:1/shared/job-c/0",
    STEP.url,
  ]);
  const checksum = { algorithm: "sha256", hex: SHA } as const;
  expect(steps[3]).toEqual({ ...STEP, checksum: expect.objectContaining(checksum) });
  expect(end).toEqual({ kind: "ended", outcome: COMPLETE, from: null });
});

it("a machine that has it by the time others are given up is asked before the origin is", async () => {
  const bad = [failed("stalled")];
  const { end, steps } = await run([giver("a")], { kind: "origin" }, bad, STEP, [giver("b")]);
  expect(steps.map(({ url }) => url)).toEqual(["http://a:1/shared/job-a/0", "http://b:1/shared/job-b/0"]);
  expect(end).toEqual({ kind: "ended", outcome: COMPLETE, from: "b" });
});

it("who gives up on the others waits where another one does what is left, and does not ask the origin", async () => {
  const { end, steps } = await run([giver("a")], { kind: "wait", node: "b" }, [failed("stalled")]);
  expect(end).toEqual({ kind: "wait" });
  expect(steps).toHaveLength(1);
});

it("what is wrong with this machine is no reason to ask another one", async () => {
  const { end, steps } = await run([giver("a"), giver("b")], { kind: "origin" }, [failed("disk_failed")]);
  expect(end).toMatchObject({ kind: "ended", outcome: { failure: { code: "disk_failed" } } });
  expect(steps).toHaveLength(1);
});

it("another machine is reached without a proxy and past the rule about private networks, and leads nowhere else", async () => {
  const { createTransfer } = await import("../../transfer/create-transfer.ts");
  const folder = await mkdtemp(join(tmpdir(), "haulyard-machine-"));
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(request.url ?? "");
    if (request.url === "/leads") response.writeHead(302, { location: "/there" }).end();
    else response.end("there");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  const transfer = createTransfer({
    restrictAll: true,
    proxy: { http: "http://127.0.0.1:1", https: null, no: null },
  });
  const ask = (path: string, reach: NonNullable<TransferStep["reach"]>) =>
    transfer.look(
      { ...STEP, url: `http://127.0.0.1:${port}${path}`, folder, reach, size: null },
      AbortSignal.timeout(60_000),
    );
  try {
    expect(await ask("/there", "machine")).toMatchObject({ kind: "seen", size: 5 });
    expect(await ask("/leads", "machine")).toMatchObject({ kind: "failed" });
    expect(asked).toEqual(["/there", "/leads"]);
    expect(await ask("/there", "restricted")).toMatchObject({ failure: { code: "place_refused" } });
    expect(asked).toHaveLength(2);
  } finally {
    await transfer.close();
    server.close();
    await rm(folder, { recursive: true });
  }
});
