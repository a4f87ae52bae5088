import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import { gitHash } from "../../../test/world/hub-answers.ts";
import type { HuggingFace, RepoSpec } from "../../../test/world/hugging-face.ts";
import { MAIN, startHuggingFace } from "../../../test/world/hugging-face.ts";
import type { JobRequest, PlanOutcome } from "../../job/catalog-contract.ts";
import type { JobDraft } from "../../job/job.ts";
import type { Linking } from "../../job/linking.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import { createPlanner, draftOf, refusalOf, stepOf } from "../testing/planner.ts";
import type { Planner } from "../testing/planner.ts";
import { blobNameOf, refuseInSnapshot } from "./cache-layout.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

interface World {
  hub: HuggingFace;
  cache: string;
  planner: Planner;
  ask(source: string, more?: Partial<JobRequest>): Promise<PlanOutcome>;
}

async function world(repos: Record<string, RepoSpec>): Promise<World> {
  const hub = await startHuggingFace();
  for (const [name, spec] of Object.entries(repos)) hub.put(name, spec);
  const web = createTransfer({
    clock: { now: () => Date.now(), sleep: async () => {} },
    userAgent: "haulyard/test",
  });
  open.push(hub, { [Symbol.asyncDispose]: () => web.close() });
  const planner = await createPlanner({}, { hub: hub.url, fetch: web.fetchDocument });
  const cache = join(planner.folder, "hub");
  return { hub, cache, planner, ask: (source, more) => planner.ask({ source, layout: "hf-cache", ...more }) };
}

function draftsOf(outcome: PlanOutcome): readonly JobDraft[] {
  if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
  return outcome.drafts;
}

function linkingOf({ steps: [step] }: JobDraft): Linking {
  if (step?.kind !== "transfer" || step.linking === undefined) throw new Error("no links");
  return step.linking;
}

const V1 = "b".repeat(40);
const GOOD: RepoSpec = {
  branches: { main: MAIN, v1: V1, "refs/pr/1": "c".repeat(40) },
  files: {
    ".gitattributes": { size: 30, lfs: false },
    "model.safetensors": { size: 5000 },
    "vae/deep/model.safetensors": { size: 3000, seed: 2 },
  },
};

describe("a file for Hugging Face's cache", () => {
  test("goes to its blob, and is linked to from the snapshot of the commit that its branch is at", async () => {
    const { hub, cache, ask } = await world({ "models/org/repo": GOOD });
    const path = "vae/deep/model.safetensors";
    const outcome = await ask(`hf://org/repo/${path}`);
    const hash = hub.hash("models/org/repo", path);
    const repo = join(cache, "models--org--repo");
    expect(draftOf(outcome)).toMatchObject({
      name: "model.safetensors",
      destination: join(repo, "blobs", hash),
      source: { kind: "huggingface", repo: "org/repo", revision: MAIN, filepath: path },
    });
    expect(stepOf(outcome)).toMatchObject({
      name: hash,
      folder: join(repo, "blobs"),
      checksum: { hex: hash },
    });
    const snapshot = join(repo, "snapshots", MAIN);
    expect(linkingOf(draftOf(outcome))).toEqual({
      links: [join(snapshot, path)],
      mark: { path: join(repo, "refs/main"), text: MAIN, folder: snapshot, needs: [path] },
    });
  });

  test.each([
    ["hf://org/repo@v1/model.safetensors", "models--org--repo", V1, "refs/v1"],
    ["hf://org/repo@refs/pr/1/model.safetensors", "models--org--repo", "c".repeat(40), "refs/refs/pr/1"],
    [`hf://org/repo@${V1}/model.safetensors`, "models--org--repo", V1, null],
    ["hf://datasets/org/data/model.safetensors", "datasets--org--data", MAIN, "refs/main"],
    ["hf://spaces/org/room/model.safetensors", "spaces--org--room", MAIN, "refs/main"],
    ["https://huggingface.co/gpt2/resolve/main/model.safetensors", "models--gpt2", MAIN, "refs/main"],
  ])("%s is in %s, at commit %s, with the mark %s", async (source, folder, commit, ref) => {
    const { cache, ask } = await world({
      "models/org/repo": GOOD,
      "datasets/org/data": { ...GOOD, branches: { main: MAIN } },
      "spaces/org/room": { ...GOOD, branches: { main: MAIN } },
      "models/gpt2": { ...GOOD, branches: { main: MAIN } },
    });
    const { links, mark } = linkingOf(draftOf(await ask(source)));
    expect(links).toEqual([join(cache, folder, "snapshots", commit, "model.safetensors")]);
    expect(mark?.path ?? null).toBe(ref === null ? null : join(cache, folder, ref));
    expect(mark?.text ?? commit).toBe(commit);
  });

  test("is refused where the server does not say what it has, and where it would have to go elsewhere", async () => {
    const { planner, ask } = await world({
      "models/org/repo": GOOD,
      "models/org/plain": { ...GOOD, isPlain: true },
    });
    const source = "hf://org/repo/model.safetensors";
    const said = async (...asked: Parameters<World["ask"]>) => refusalOf(planner, await ask(...asked));
    expect(await said(source, { path: "x/" })).toMatch(
      /^path: unsupported: path must not be given with layout/,
    );
    expect(await said("hf://org/plain/.gitattributes")).toMatch(
      /^layout: unsupported: layout needs the commit/,
    );
    expect(await said("https://example.org/x.bin")).toMatch(
      /^layout: unsupported: layout is for sources on Hug/,
    );
  });

  test.each(["../../x", "a/../../x"])("a branch called %s is no way out of the cache", async (revision) => {
    const branches = { [revision]: MAIN };
    const { planner, ask } = await world({ "models/org/repo": { ...GOOD, branches } });
    const outcome = await ask(`hf://org/repo@${encodeURIComponent(revision)}/model.safetensors`);
    expect(refusalOf(planner, outcome)).toMatch(/^source: path_refused: source: the revision must not leave/);
  });
});

describe("a repo for Hugging Face's cache", () => {
  test("is a job for each blob; each knows all names that have to be there before the branch is", async () => {
    const files = { ...GOOD.files, "copy/model.safetensors": { size: 5000 } };
    const { hub, cache, ask } = await world({ "models/org/repo": { ...GOOD, files } });
    const drafts = draftsOf(await ask("hf://org/repo"));
    const snapshot = join(cache, "models--org--repo/snapshots", MAIN);
    const git = gitHash(hub.text(".gitattributes", { size: 30 }));
    expect(drafts.map(({ name, destination }) => [name, destination?.split("/").at(-1)])).toEqual([
      [".gitattributes", git],
      ["model.safetensors", hub.hash("models/org/repo", "model.safetensors")],
      ["model.safetensors", hub.hash("models/org/repo", "vae/deep/model.safetensors")],
    ]);
    const [, twice] = drafts;
    expect(linkingOf(twice as JobDraft).links).toEqual([
      join(snapshot, "model.safetensors"),
      join(snapshot, "copy/model.safetensors"),
    ]);
    for (const draft of drafts)
      expect(linkingOf(draft).mark?.needs.toSorted()).toEqual(Object.keys(files).toSorted());
  });

  test("leaves out, by name, what would leave its folder or has no hash for a name, and needs it not", async () => {
    const oid = "d".repeat(40);
    const entries = [
      { type: "file", path: "good.bin", size: 5, oid },
      { type: "file", path: "../../../evil", size: 5, oid },
      { type: "file", path: "/etc/evil", size: 5, oid },
      { type: "file", path: "a/./b", size: 5, oid },
      { type: "file", path: "bad.bin", size: 5, oid: "../../evil" },
      { type: "file", path: "large.bin", size: 5, oid, lfs: { oid: `${"e".repeat(63)}/`, size: 5 } },
    ];
    const tree = (): { body: string } => ({ body: JSON.stringify(entries) });
    const { ask } = await world({ "models/org/repo": { ...GOOD, tree } });
    const outcome = await ask("hf://org/repo");
    expect(draftsOf(outcome)).toHaveLength(1);
    expect(linkingOf(draftsOf(outcome)[0] as JobDraft).mark?.needs).toEqual(["good.bin"]);
    expect(outcome).toMatchObject({ skipped: { length: 5 } });
  });

  test("of too many files is asked for in parts", async () => {
    const entries = Array.from({ length: 1001 }, (_, index) => ({
      type: "file",
      path: `${index}.bin`,
      size: 1,
      oid: index.toString(16).padStart(40, "0"),
    }));
    const { planner, ask } = await world({
      "models/org/repo": { ...GOOD, tree: () => ({ body: JSON.stringify(entries) }) },
    });
    expect(refusalOf(planner, await ask("hf://org/repo"))).toMatch(
      /^layout: unsupported: layout is for 1000 files/,
    );
    const some = draftsOf(await ask("hf://org/repo", { include: ["1*.bin"] }));
    expect(some).toHaveLength(entries.filter(({ path }) => path.startsWith("1")).length);
  });
});

describe("names in the cache", () => {
  test.each([
    [`"${"a".repeat(40)}"`, "a".repeat(40)],
    [`W/"${"b".repeat(64)}"`, "b".repeat(64)],
    ["f".repeat(64), "f".repeat(64)],
    [`"${"A".repeat(40)}"`, null],
    ['"../../etc/passwd"', null],
    ['"d41d8cd98f-5"', null],
    ["", null],
  ])("the tag %s is the blob %s", (tag, name) => expect(blobNameOf(tag)).toBe(name));

  test.each(["..", "a/../b", ".", "a//b", "/a", "...", "a/.../b", "a\\..\\..\\b", "a\u0000b", ""])(
    "%j is no name in a snapshot",
    (path) => expect(refuseInSnapshot(path)).toEqual(expect.any(String)),
  );
  test.each([".gitattributes", ".git/x", "a/..b", "a b/c.bin"])("%j is one", (path) =>
    expect(refuseInSnapshot(path)).toBeNull(),
  );
});
