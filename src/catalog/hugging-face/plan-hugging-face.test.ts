import { mkdir, symlink } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, test } from "vitest";
import type { HuggingFace, RepoSpec } from "../../../test/world/hugging-face.ts";
import { MAIN, startHuggingFace } from "../../../test/world/hugging-face.ts";
import type { JobRequest, PlanOutcome } from "../../job/catalog-contract.ts";
import { createTransfer } from "../../transfer/create-transfer.ts";
import type { Planner } from "../testing/planner.ts";
import { createPlanner, draftOf, refusalOf, stepOf } from "../testing/planner.ts";

const open: AsyncDisposable[] = [];
afterEach(async () => {
  for (const each of open.splice(0)) await each[Symbol.asyncDispose]();
});

interface World {
  hub: HuggingFace;
  planner: Planner;
  ask(source: string, more?: Partial<JobRequest>): Promise<PlanOutcome>;
}

async function world(repos: Record<string, RepoSpec> = {}, token: string | null = null): Promise<World> {
  const hub = await startHuggingFace();
  for (const [name, spec] of Object.entries(repos)) hub.put(name, spec);
  const clock = { now: () => Date.now(), sleep: async () => {} };
  const tokens = token === null ? [] : [{ url: hub.url, token }];
  const web = createTransfer({ clock, tokens: () => tokens, userAgent: "haulyard/test" });
  open.push(hub, { [Symbol.asyncDispose]: () => web.close() });
  const planner = await createPlanner(
    {},
    { hub: hub.url, hasToken: token !== null, fetch: web.fetchDocument },
  );
  return { hub, planner, ask: (source, more = {}) => planner.ask({ source, ...more }) };
}

function manyOf(outcome: PlanOutcome): Extract<PlanOutcome, { kind: "many" }> {
  if (outcome.kind !== "many") throw new Error(JSON.stringify(outcome));
  return outcome;
}

function pathsOf(outcome: PlanOutcome, planner: Planner): string[] {
  return manyOf(outcome).drafts.map(
    ({ destination }) => destination?.replace(`${planner.downloadsDir}/files/`, "") ?? "",
  );
}

const GOOD: RepoSpec = {
  branches: { main: MAIN, v1: "b".repeat(40) },
  files: {
    "README.md": { size: 20, lfs: false },
    "model.safetensors": { size: 5000 },
    "vae/model.safetensors": { size: 3000, seed: 2 },
  },
};

describe("a file", () => {
  test("is pinned to the commit it is at now, with the size and hash that Hugging Face has", async () => {
    const { hub, planner, ask } = await world({ "models/org/repo": GOOD });
    const outcome = await ask("hf://org/repo/vae/model.safetensors");
    const folder = join(planner.downloadsDir, "files/org/repo/vae");
    expect(draftOf(outcome)).toMatchObject({
      source: { kind: "huggingface", repo: "org/repo", revision: MAIN, filepath: "vae/model.safetensors" },
      name: "model.safetensors",
      destination: join(folder, "model.safetensors"),
    });
    expect(stepOf(outcome)).toEqual({
      kind: "transfer",
      url: `${hub.url}/org/repo/resolve/${MAIN}/vae/model.safetensors`,
      mirrors: [],
      folder,
      name: "model.safetensors",
      size: 3000,
      checksum: {
        algorithm: "sha256",
        hex: hub.hash("models/org/repo", "vae/model.safetensors"),
        origin: "X-Linked-Etag",
      },
      headers: {},
      ifExists: "refuse",
    });
    // Its own answer says all of it: the storage is not asked, and not a byte of the file is fetched.
    expect(hub.storage.requests).toEqual([]);
    expect(hub.requests).toHaveLength(1);
  });

  test("outside large storage has a size and no hash of its bytes", async () => {
    const { ask } = await world({ "models/org/repo": GOOD });
    expect(stepOf(await ask("hf://org/repo/README.md"))).toMatchObject({ size: 20, checksum: null });
  });

  test.each([
    ["hf://org/repo@v1/model.safetensors", "b"],
    ["https://huggingface.co/org/repo/resolve/v1/model.safetensors?download=true", "b"],
    ["https://huggingface.co/org/repo/blob/main/model.safetensors", "a"],
  ])("%s is that revision of it, at HF_ENDPOINT", async (source, letter) => {
    const { hub, ask } = await world({ "models/org/repo": GOOD });
    expect(stepOf(await ask(source)).url).toBe(
      `${hub.url}/org/repo/resolve/${letter.repeat(40)}/model.safetensors`,
    );
  });

  test("of a dataset or a space goes into a folder of its own", async () => {
    const { planner, ask } = await world({ "datasets/org/repo": GOOD, "spaces/org/repo": GOOD });
    for (const type of ["datasets", "spaces"]) {
      const draft = draftOf(await ask(`hf://${type}/org/repo/README.md`));
      expect(draft.destination).toBe(join(planner.downloadsDir, `files/${type}/org/repo/README.md`));
      expect(draft.source).toMatchObject({ repo: `${type}/org/repo` });
    }
  });

  test("goes where the request says, under the name it says", async () => {
    const { planner, ask } = await world({ "models/org/repo": GOOD });
    const source = "hf://org/repo/vae/model.safetensors";
    const at = async (path: string) => draftOf(await ask(source, { path })).destination;
    expect(await at("x/")).toBe(join(planner.downloadsDir, "files/x/model.safetensors"));
    expect(await at("x/y.bin")).toBe(join(planner.downloadsDir, "files/x/y.bin"));
    expect(await at(join(planner.modelsDir, "vae/"))).toBe(join(planner.modelsDir, "vae/model.safetensors"));
  });

  test("of a repo that was renamed is asked for by the new name from then on", async () => {
    const { hub, ask } = await world({ "models/old/name": { movedTo: "org/repo" }, "models/org/repo": GOOD });
    const outcome = await ask("hf://old/name/model.safetensors");
    expect(stepOf(outcome).url).toBe(`${hub.url}/org/repo/resolve/${MAIN}/model.safetensors`);
    expect(outcome).toMatchObject({ notes: ["old/name is called org/repo now."] });
  });

  test("whose size or hash is said to be another one is refused before the first byte", async () => {
    const { planner, ask } = await world({ "models/org/repo": GOOD });
    const source = "hf://org/repo/model.safetensors";
    expect(refusalOf(planner, await ask(source, { size: 1 }))).toMatch(/^size: size_mismatch/);
    expect(refusalOf(planner, await ask(source, { sha256: "0".repeat(64) }))).toMatch(
      /^sha256: checksum_mismatch/,
    );
    expect(refusalOf(planner, await ask(source, { include: ["*"] }))).toMatch(/^include: unsupported/);
  });

  test("of a mirror that tells no commit is not pinned, and that is said; its size is that of the whole answer", async () => {
    const { hub, ask } = await world({ "models/org/repo": { ...GOOD, isPlain: true } });
    const outcome = await ask("hf://org/repo@v1/README.md");
    expect(stepOf(outcome)).toMatchObject({ url: `${hub.url}/org/repo/resolve/v1/README.md`, size: 20 });
    expect(outcome).toMatchObject({
      notes: [expect.stringMatching(/does not say which commit this is: it may change/)],
    });
  });

  test("with a known address is queued also while nobody answers: the queue is patient", async () => {
    const { hub, planner, ask } = await world({ "models/org/repo": GOOD });
    hub.busy = 55;
    const outcome = await ask("https://huggingface.co/org/repo/resolve/main/model.safetensors");
    expect(stepOf(outcome)).toMatchObject({
      url: `${hub.url}/org/repo/resolve/main/model.safetensors`,
      size: null,
    });
    expect(outcome).toMatchObject({ notes: [expect.stringContaining("answered 429")] });
    expect(refusalOf(planner, await ask("hf://org/repo"))).toMatch(/^source: rate_limited: .* answered 429/);
  });
});

describe("a folder or a repo", () => {
  test("is all of its files, each with size and hash, in the folders they are in there", async () => {
    const { hub, planner, ask } = await world({ "models/org/repo": GOOD });
    const outcome = await ask("hf://org/repo");
    expect(pathsOf(outcome, planner)).toEqual([
      "org/repo/README.md",
      "org/repo/model.safetensors",
      "org/repo/vae/model.safetensors",
    ]);
    expect(manyOf(outcome)).toMatchObject({ title: "org/repo", skipped: [], notes: [] });
    const steps = manyOf(outcome).drafts.map(({ steps: [step] }) => step);
    expect(steps[1]).toMatchObject({
      url: `${hub.url}/org/repo/resolve/${MAIN}/model.safetensors`,
      size: 5000,
      checksum: { hex: hub.hash("models/org/repo", "model.safetensors") },
    });
    expect(steps[0]).toMatchObject({ size: 20, checksum: null });
  });

  test.each(["hf://org/repo/vae", "hf://org/repo/vae/", "https://huggingface.co/org/repo/tree/main/vae"])(
    "%s is what is in that folder",
    async (source) => {
      const { planner, ask } = await world({ "models/org/repo": GOOD });
      expect(pathsOf(await ask(source), planner)).toEqual(["org/repo/vae/model.safetensors"]);
      expect(pathsOf(await ask(source, { path: "here" }), planner)).toEqual(["here/model.safetensors"]);
    },
  );

  test("is as much of it as the patterns say", async () => {
    const { planner, ask } = await world({ "models/org/repo": GOOD });
    const some = { include: ["*.safetensors"], exclude: ["vae/*"] };
    expect(pathsOf(await ask("hf://org/repo", some), planner)).toEqual(["org/repo/model.safetensors"]);
    const none = await ask("hf://org/repo", { include: ["*.gguf"] });
    expect(refusalOf(planner, none)).toBe("source: not_found: None of the 3 files of org/repo fits.");
  });

  test("of 10,000 files is listed page by page, and planned at once", async () => {
    const files = Object.fromEntries(
      Array.from({ length: 10_000 }, (_, index) => [`part-${index % 100}/x-${index}.bin`, { size: 1 }]),
    );
    const { hub, planner, ask } = await world({ "datasets/org/big": { files } });
    const outcome = manyOf(await ask("hf://datasets/org/big"));
    expect(outcome.drafts).toHaveLength(10_000);
    expect(new Set(pathsOf(outcome, planner)).size).toBe(10_000);
    expect(hub.requests).toHaveLength(1 + 10);
  });

  test("with names that would leave their folder, or be hidden in it, goes without these", async () => {
    const files = Object.fromEntries(
      ["../../etc/passwd", "/etc/passwd", ".gitattributes", "a/../b", "a\\..\\b", "x.part", "good.bin"].map(
        (name) => [name, { size: 1 }],
      ),
    );
    const { planner, ask } = await world({ "models/org/repo": { files } });
    const outcome = await ask("hf://org/repo");
    expect(pathsOf(outcome, planner)).toEqual(["org/repo/good.bin"]);
    expect(manyOf(outcome).skipped.map(({ what }) => what)).toEqual(Object.keys(files).slice(0, -1));
  });

  test("does not follow a link out of the downloads folder", async () => {
    const { planner, ask } = await world({ "models/org/repo": GOOD });
    await mkdir(join(planner.downloadsDir, "files/org/repo"), { recursive: true });
    await symlink("/etc", join(planner.downloadsDir, "files/org/repo/vae"));
    const outcome = manyOf(await ask("hf://org/repo"));
    expect(outcome.drafts).toHaveLength(2);
    expect(outcome.skipped).toEqual([
      { what: "vae/model.safetensors", reason: expect.stringContaining('is a link to "/etc"') },
    ]);
  });

  test("takes no hash, size or mirror: these are for one file", async () => {
    const { planner, ask } = await world({ "models/org/repo": GOOD });
    for (const more of [{ sha256: "0".repeat(64) }, { size: 1 }, { mirrors: ["https://x.example/"] }])
      expect(refusalOf(planner, await ask("hf://org/repo", more))).toMatch(
        /is for one file, this source is many/,
      );
  });
});

describe("what cannot be had is explained, with the page to open", () => {
  const gated: RepoSpec = { ...GOOD, gated: true };

  test("gated, without a token and with one that was not let in", async () => {
    for (const source of ["hf://org/repo/model.safetensors", "hf://org/repo"]) {
      const without = await world({ "models/org/repo": gated });
      expect(await without.ask(source)).toMatchObject({
        failure: {
          code: "forbidden",
          message: "The model org/repo is gated: its owner gives it to those who ask.",
          advice: expect.stringMatching(/^Open .* and accept the conditions, then set HF_TOKEN/),
        },
        page: `${without.hub.url}/org/repo`,
      });
      const refused = await world({ "models/org/repo": gated }, "hf_wrong");
      expect(await refused.ask(source)).toMatchObject({
        failure: { advice: expect.stringContaining("with the account of your token") },
      });
    }
  });

  test("gated, with the right token: it is planned, and the token goes to the hub alone", async () => {
    const { hub, ask } = await world({ "models/org/repo": gated }, "hf_right");
    hub.token = "hf_right";
    expect(draftOf(await ask("hf://org/repo/model.safetensors")).name).toBe("model.safetensors");
    const outcome = await ask("hf://org/repo");
    expect(manyOf(outcome).notes).toEqual([
      "org/repo is gated or private: HF_TOKEN is needed, and may read it.",
    ]);
    expect(hub.requests.every(({ authorization }) => authorization === "Bearer hf_right")).toBe(true);
    expect(JSON.stringify(outcome)).not.toContain("hf_right");
    expect(hub.storage.requests).toEqual([]);
  });

  test.each([
    ["hf://org/none/x", "not_found", /has no model org\/none, or it is private/, "org/none"],
    [
      "hf://datasets/org/none",
      "not_found",
      /has no dataset org\/none, or it is private/,
      "datasets/org/none",
    ],
    ["hf://org/repo@v9/x", "not_found", /org\/repo has no revision "v9"/, "org/repo"],
    ["hf://org/repo@v9/", "not_found", /org\/repo has no revision "v9"/, "org/repo"],
    [
      "hf://org/repo/none.bin",
      "not_found",
      /org\/repo has no file "none.bin" at revision "main"/,
      "org/repo/tree/main",
    ],
    ["hf://org/repo/none/", "not_found", /org\/repo has no file "none"/, "org/repo/tree/main"],
    ["hf://org/off/x", "gone", /org\/off was taken off/, "org/off"],
    ["hf://org/empty", "not_found", /org\/empty has no files/, "org/empty"],
  ])("%s", async (source, code, message, page) => {
    const { hub, ask } = await world({
      "models/org/repo": GOOD,
      "models/org/off": { disabled: true },
      "models/org/empty": { files: {} },
    });
    expect(await ask(source)).toMatchObject({
      kind: "refused",
      field: "source",
      failure: { code, message: expect.stringMatching(message), advice: expect.stringMatching(/\.$/) },
      page: `${hub.url}/${page}`,
    });
  });

  test("a token that Hugging Face does not know", async () => {
    const { hub, ask } = await world({}, "hf_old");
    expect(await ask("hf://org/repo/x")).toMatchObject({
      failure: { code: "unauthorized", advice: expect.stringContaining("set HF_TOKEN") },
      page: `${hub.url}/settings/tokens`,
    });
  });
});

describe("answers that are none of Hugging Face's give a clear error", () => {
  const page = (body: string, more: object = {}): RepoSpec => ({ ...GOOD, tree: () => ({ body, ...more }) });
  const file = { type: "file", path: "good.bin", size: 1, oid: "x" };

  test.each([
    ["bad JSON", page("[{"), /sent JSON that is not valid/],
    ["no list", page('{"error":1}'), /sent an object in place of a list of files/],
    ["a web page", page("<html>", { type: "text/html" }), /sent a web page/],
    ["no text", page("[\u0000", { type: "application/json" }), /sent JSON that is not valid/],
    ["100 MB", page(" ".repeat(100_000_000)), /sent more than \d+ bytes/],
    ["deep nesting", page(`[${"[".repeat(100_000)}`), /sent JSON that is n/],
    ["a loop in its pages", page("[]", { link: '<{self}>; rel="next"' }), /leads in circles/],
    ["pages without an end", page("[]", { link: '<{next}>; rel="next"' }), /leads in circles .*after 200/],
    [
      "pages that go on elsewhere",
      page("[]", { link: '<http://127.0.0.2:1/x>; rel="next"' }),
      /is another server/,
    ],
  ])("%s", async (_, spec, message) => {
    const { planner, ask } = await world({ "models/org/repo": spec });
    expect(refusalOf(planner, await ask("hf://org/repo"))).toMatch(message);
  });

  test.each([
    [5, "entry 1", "must be an object, got the number 5"],
    [{ ...file, type: "link" }, "good.bin", "type must be file or directory, got a text"],
    [{ ...file, path: 5 }, "entry 1", "path must be a text, got the number 5"],
    [{ ...file, path: "" }, "entry 1", "path must be a text, got an empty text"],
    [{ ...file, size: "9" }, "good.bin", "size must be a whole number of bytes, got a text"],
    [{ ...file, size: -1 }, "good.bin", "size must be a whole number of bytes, got the number -1"],
    [{ ...file, lfs: [] }, "good.bin", "lfs must be an object, got a list"],
    [
      { ...file, lfs: { oid: "xyz", size: 1 } },
      "good.bin",
      "lfs.oid must be 64 hexadecimal digits, got a text",
    ],
    [
      { ...file, lfs: { oid: "a".repeat(64) } },
      "good.bin",
      "lfs.size must be a whole number of bytes, got nothing",
    ],
  ])("an entry %j is left out and named, the rest is planned", async (entry, what, reason) => {
    const { planner, ask } = await world({
      "models/org/repo": page(JSON.stringify([entry, { ...file, path: "rest.bin" }])),
    });
    const outcome = await ask("hf://org/repo");
    expect(pathsOf(outcome, planner)).toEqual(["org/repo/rest.bin"]);
    expect(manyOf(outcome).skipped).toEqual([{ what, reason }]);
  });

  test("more files than can be taken at once", async () => {
    const entries = Array.from({ length: 5001 }, (_, index) => ({ ...file, path: `x${index}` }));
    const body = JSON.stringify(entries);
    const { planner, ask } = await world({
      "models/org/repo": { ...GOOD, tree: () => ({ body, link: '<{next}>; rel="next"' }) },
    });
    expect(refusalOf(planner, await ask("hf://org/repo"))).toMatch(/org\/repo has more than 20000 files/);
  });
});
