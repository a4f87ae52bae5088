import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { JobDraft, TransferStep } from "../../job/job.ts";
import { createPlanner, draftOf, refusalOf, stepOf } from "../testing/planner.ts";
import { entry, oneSet } from "../testing/world.ts";

const SHA = "ab".repeat(32);

function stepsOf(drafts: readonly JobDraft[]): TransferStep[] {
  return drafts.flatMap(({ steps }) => steps).filter((step) => step.kind === "transfer");
}

describe("a list", () => {
  test("is a job for each line that can be done, and says of the others why not", async () => {
    const planner = await createPlanner(oneSet({ m: entry() }));
    const source = `https://a.example/1.bin
  dir=unet
  out=other.bin
  checksum=md5=${"0".repeat(32)}
  header=X-A: own
s/m
ftp://me:hunter2@a.example/x
https://a.example/2.bin\thttps://b.example/2.bin
  checksum=sha-256=${SHA}
https://a.example/3.bin
  out=../../etc/passwd
curl -X POST https://a.example/4`;
    const outcome = await planner.ask({ source, headers: { "x-a": "all", "X-B": "all" }, priority: 7 });
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    const files = join(planner.downloadsDir, "files");
    expect(outcome.title).toBe("A list of 6");
    expect(outcome.drafts.map(({ destination }) => destination)).toEqual([
      join(files, "unet/other.bin"),
      join(planner.modelsDir, "vae/x.safetensors"),
      join(files, "2.bin"),
    ]);
    expect(outcome.drafts.every(({ priority }) => priority === 7)).toBe(true);
    expect(stepsOf(outcome.drafts)).toMatchObject([
      { checksum: { algorithm: "md5", origin: "the list" }, headers: { "X-A": "own", "X-B": "all" } },
      { headers: { "x-a": "all", "X-B": "all" } },
      { mirrors: ["https://b.example/2.bin"], checksum: { algorithm: "sha256", hex: SHA } },
    ]);
    expect(outcome.skipped).toEqual([
      {
        what: "line 7",
        reason: expect.stringMatching(/^addresses of this kind are not supported: "ftp:\/\/\*\*\*@/),
      },
      { what: "line 10", reason: expect.stringContaining("path must stay inside the downloads folder") },
      { what: "line 12", reason: expect.stringMatching(/^-X POST is no GET/) },
    ]);
    expect(JSON.stringify(outcome)).not.toContain("hunter2");
  });

  test("goes below the folder of the request", async () => {
    const planner = await createPlanner();
    const outcome = await planner.ask({ source: "https://a/1.bin\nhttps://a/2.bin\n  dir=x\n", path: "set" });
    if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
    const files = join(planner.downloadsDir, "files");
    expect(outcome.drafts.map(({ destination }) => destination)).toEqual([
      join(files, "set/1.bin"),
      join(files, "set/x/2.bin"),
    ]);
  });

  test("of two addresses on one line is two jobs", async () => {
    const planner = await createPlanner();
    for (const source of ["https://a/1.bin https://a/2.bin", "https://a/1.bin,https://a/2.bin"]) {
      const outcome = await planner.ask({ source });
      if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
      expect(stepsOf(outcome.drafts).map(({ url }) => url)).toEqual(["https://a/1.bin", "https://a/2.bin"]);
    }
  });

  test.each(['"https://a/1.bin"', "<https://a/1.bin>", "[x](https://a/1.bin)", "wget -c https://a/1.bin"])(
    "of %s is one job",
    async (source) => {
      const planner = await createPlanner();
      expect(stepOf(await planner.ask({ source, sha256: SHA }))).toMatchObject({ url: "https://a/1.bin" });
    },
  );

  test("of one curl command is one job, like its address", async () => {
    const planner = await createPlanner();
    const outcome = await planner.ask({
      source: "curl 'https://a.example/1.bin' -H 'Authorization: Bearer x' -o y.bin",
      sha256: SHA,
    });
    expect(draftOf(outcome).destination).toBe(join(planner.downloadsDir, "files/y.bin"));
    expect(stepOf(outcome)).toMatchObject({ headers: { Authorization: "Bearer x" }, checksum: { hex: SHA } });
  });

  test.each([
    ["# nothing\n\n", {}, "source: unsupported: source: the list holds no address"],
    ["curl -d x https://a/1", {}, "source: unsupported: source: line 1: -d sends something"],
    ["https://a/1\nhttps://a/2", { sha256: SHA }, "sha256: unsupported: sha256 is for one file"],
    ["https://a/1\nhttps://a/2", { include: ["*"] }, "include: unsupported"],
    ["https://a/1\n".repeat(10_001), {}, "source: a list may have 10000 lines, this one has 10001"],
    [
      "nothing\nnothing",
      {},
      'source: not_found: source: the catalogues of models and images have no "nothing"',
    ],
  ])("%.40j with %j is refused", async (source, more, expected) => {
    const planner = await createPlanner();
    expect(refusalOf(planner, await planner.ask({ source, ...more }))).toContain(expected);
  });
});
