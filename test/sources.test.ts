/** Sources of services, asked for at the command line: a real server, stand-ins of the services, real bytes. */
import { mkdir, readFile, readlink, realpath, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { picture, plainText } from "../src/catalog/workflow/testing/pictures.ts";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Civitai } from "./world/civitai.ts";
import { startCivitai } from "./world/civitai.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import { gitHash } from "./world/hub-answers.ts";
import type { HuggingFace } from "./world/hugging-face.ts";
import { startHuggingFace } from "./world/hugging-face.ts";

const CIVITAI_API_KEY = "c1v1tai-s3cret-of-the-test";
const HF_TOKEN = "hf_s3cretT0kenOfTheTest";

let world: World;
let server: Haulyard;
let hub: HuggingFace;
let site: Civitai;

/** Where the services are, and who asks. */
let env: Record<string, string>;

beforeAll(async () => {
  world = await createWorld();
  hub = await startHuggingFace();
  hub.token = HF_TOKEN;
  hub.put("models/org/gated", {
    gated: true,
    files: { "config.json": { size: 500, lfs: false }, "model.safetensors": { size: 3_000_000 } },
  });
  hub.put("models/org/cached", {
    files: {
      ".gitattributes": { size: 400, lfs: false },
      "model.safetensors": { size: 2_000_000, seed: 3 },
      "vae/model.safetensors": { size: 1_500_000, seed: 4 },
    },
  });
  site = await startCivitai();
  site.key = CIVITAI_API_KEY;
  site.put(5, {
    modelId: 10,
    needsKey: "login page",
    files: { 77: { bytes: 2_000_000, name: "detail.safetensors" } },
    images: [{ type: "image", url: `${site.url}/picture.png` }],
  });
  env = {
    HF_HUB_CACHE: join(world.folder, "hub"),
    HF_ENDPOINT: hub.url,
    HF_TOKEN,
    CIVITAI_ENDPOINT: site.url,
    CIVITAI_API_KEY,
  };
  server = await startHaulyard(world, { env });
});
afterAll(async () => {
  await endAllCli();
  await server.stop();
  await hub[Symbol.asyncDispose]();
  await site[Symbol.asyncDispose]();
  await world.remove();
});

const cli = (...args: string[]): Promise<Ran> =>
  runCli(args, { cwd: world.folder, env: { HAULYARD_URL: server.url } });

interface Job {
  status: string;
  destination: string;
  source: { text: string };
  checksum: { state: string; hex?: string } | null;
}

const jobs = async (search: string): Promise<Job[]> =>
  jsonLines((await cli("ls", "--json", "--search", search)).stdout)[0]?.["jobs"] as Job[];

const complete = (search: string, count: number): Promise<Job[]> =>
  waitFor(
    `${count} jobs of ${search} to be complete`,
    () => jobs(search),
    (all) => all.length === count && all.every(({ status }) => status === "COMPLETE"),
  );

describe("haulyard add hf://…", () => {
  it("brings a gated repo, checked against the hashes of the hub, and shows the token to the hub alone", async () => {
    const planned = await cli("add", "--dry-run", "hf://org/gated");
    expect(planned.stdout).toMatch(/new +3\.0 MB +sha256 +\/.*\/files\/org\/gated\/model\.safetensors/);
    expect(planned.stdout).toMatch(/Would fetch 2 files, 3\.0 MB\./);
    const some = await cli("add", "-n", "--include", "*.json", "--exclude", "x*", "hf://org/gated");
    expect(some.stdout).toMatch(/Would fetch 1 file, 500 B\./);
    const added = await cli("add", "hf://org/gated");
    expect(added.code).toBe(0);
    const done = await complete("gated", 2);
    expect(done).toHaveLength(2);
    const model = done.find(({ destination }) => destination.endsWith("model.safetensors"));
    expect(model?.source.text).toBe(`hf://org/gated@${"a".repeat(40)}/model.safetensors`);
    expect(model?.checksum).toMatchObject({
      state: "verified",
      hex: hub.hash("models/org/gated", "model.safetensors"),
    });
    const folder = join(world.downloads, "files/org/gated");
    expect(
      (await readFile(join(folder, "model.safetensors"))).equals(
        hub.bytes("models/org/gated", "model.safetensors"),
      ),
    ).toBe(true);
    expect(await readFile(join(folder, "config.json"))).toHaveLength(500);

    const resolved = hub.requests.filter(({ path }) => path.includes("/resolve/"));
    expect(resolved.length).toBeGreaterThan(0);
    expect(resolved.every(({ authorization }) => authorization === `Bearer ${HF_TOKEN}`)).toBe(true);
    // What the storage behind the redirect was sent: the whole of it.
    expect(hub.storage.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(hub.storage.requests)).not.toContain(HF_TOKEN);
    for (const seen of hub.storage.requests) expect(seen.headers).not.toHaveProperty("authorization");
    const log = await readFile(join(world.data, "logs/haulyard.log"), "utf8");
    const shown =
      [planned, added].map(({ stdout, stderr }) => stdout + stderr).join("") + JSON.stringify(done);
    expect(log + shown + server.output()).not.toContain(HF_TOKEN);
  });

  it("again brings nothing: it is there", async () => {
    const before = hub.storage.requests.length;
    const again = await cli("add", "hf://org/gated");
    expect(again.stdout.match(/there already/g)).toHaveLength(2);
    expect(hub.storage.requests).toHaveLength(before);
  });

  it("with --layout hf-cache is found as Python finds it; again nothing is fetched", async () => {
    const cached = (): Promise<Ran> => cli("add", "--layout", "hf-cache", "hf://org/cached");
    expect(await cached()).toMatchObject({ code: 0, stderr: "" });
    await complete("hf://org/cached", 3);
    const repo = join(world.folder, "hub/models--org--cached");
    const commit = await readFile(join(repo, "refs/main"), "utf8");
    expect(commit).toBe("a".repeat(40));
    const blobs = await realpath(join(repo, "blobs"));
    for (const path of ["model.safetensors", "vae/model.safetensors"]) {
      const link = join(repo, "snapshots", commit, path);
      expect(await readlink(link)).toMatch(/^(?:\.\.\/)+blobs\/[0-9a-f]{64}$/);
      const real = await realpath(link);
      expect(real).toBe(join(blobs, hub.hash("models/org/cached", path)));
      expect((await readFile(real)).equals(hub.bytes("models/org/cached", path))).toBe(true);
    }
    const small = await realpath(join(repo, "snapshots", commit, ".gitattributes"));
    expect(small).toBe(join(blobs, gitHash(await readFile(small))));

    const before = hub.storage.requests.length;
    const again = await cached();
    expect(again.stdout.match(/there already/g)).toHaveLength(3);
    expect(hub.storage.requests).toHaveLength(before);
    expect(await cli("add", "--layout", "flat", "hf://org/cached")).toMatchObject({ code: 2 });
  });

  it("of what does not exist says so, and which page to open", async () => {
    const ran = await cli("add", "hf://org/none/x.bin");
    expect(ran).toMatchObject({ code: 4, stderr: expect.stringContaining(`${hub.url}/settings/tokens`) });
    const missing = await cli("add", "--json", "hf://org/gated/none.bin");
    expect(jsonLines(missing.stdout)).toMatchObject([
      { error: { code: "not_found", field: "source", page: `${hub.url}/org/gated/tree/main` } },
    ]);
    expect(missing.code).toBe(3);
  });
});

describe("haulyard add civitai://…", () => {
  it("brings a model into ComfyUI's folder, checked, with its facts and picture; the key goes to Civitai alone", async () => {
    const added = await cli("add", "--with-info", "civitai://10@5");
    expect(added).toMatchObject({ code: 0, stderr: "" });
    const done = await complete("detail", 3);
    expect(done.find(({ destination }) => destination.endsWith(".safetensors"))?.checksum).toMatchObject({
      state: "verified",
      hex: site.hash(5, 77),
    });
    const loras = join(world.models, "loras");
    expect((await readFile(join(loras, "detail.safetensors"))).equals(site.bytes(5, 77))).toBe(true);
    expect(JSON.parse(await readFile(join(loras, "detail.civitai.info"), "utf8"))).toMatchObject({ id: 5 });
    expect((await readFile(join(loras, "detail.preview.png"))).subarray(1, 4).toString()).toBe("PNG");

    expect(site.requests.every(({ authorization }) => authorization === `Bearer ${CIVITAI_API_KEY}`)).toBe(
      true,
    );
    expect(site.storage.requests.length).toBeGreaterThan(0);
    expect(JSON.stringify(site.storage.requests)).not.toContain(CIVITAI_API_KEY);
    const log = await readFile(join(world.data, "logs/haulyard.log"), "utf8");
    expect(log + added.stdout + JSON.stringify(done) + server.output()).not.toContain(CIVITAI_API_KEY);
  });
});

describe("haulyard add workflow.json", () => {
  const loader = (type: string, name: string, models: object[] = []): object => ({
    type,
    widgets_values: [name],
    properties: { models },
  });

  it("brings the models that the workflow needs and that are not here, whatever service has them", async () => {
    const declared = {
      name: "flow.safetensors",
      url: `${hub.url}/org/gated/resolve/main/model.safetensors`,
      directory: "diffusion_models",
    };
    await mkdir(join(world.models, "vae"), { recursive: true });
    await writeFile(join(world.models, "vae/here.pt"), "here");
    const workflow = JSON.stringify({
      nodes: [
        loader("UNETLoader", "flow.safetensors", [declared]),
        loader("VAELoader", "here.pt"),
        loader("LoraLoader", "nobody-has.pt"),
      ],
    });
    await writeFile(join(world.folder, "flow.json"), workflow);
    await writeFile(join(world.folder, "flow.png"), picture(plainText("workflow", workflow)));
    const planned = await cli("add", "--dry-run", "flow.json");
    expect(planned.stdout).toContain("A workflow of 3 models");
    expect(planned.stdout).toContain("One model the workflow names is here already.");
    const added = await cli("add", "--json", "flow.png");
    expect(jsonLines(added.stdout)).toMatchObject([
      { source: "flow.png", count: 1, skipped: [{ what: "loras/nobody-has.pt for 2 (LoraLoader)" }] },
    ]);
    const [job] = await complete("flow.safetensors", 1);
    expect(job?.destination).toBe(join(world.models, "diffusion_models/flow.safetensors"));
    expect(job?.checksum).toMatchObject({ state: "verified" });
    expect(
      (await readFile(job?.destination ?? "")).equals(hub.bytes("models/org/gated", "model.safetensors")),
    ).toBe(true);
  });

  it("says what is wrong with a picture that holds none, and with what is no workflow", async () => {
    await writeFile(join(world.folder, "bare.png"), picture());
    expect(await cli("add", "bare.png")).toMatchObject({
      code: 2,
      stderr: expect.stringContaining("bare.png: no workflow is kept in this picture"),
    });
    await writeFile(join(world.folder, "other.json"), '{"a": 1}');
    const ran = await cli("add", "other.json");
    expect(ran.stderr).toContain("it has neither nodes nor the steps of a prompt");
    expect(ran.code).toBe(2);
  });
});

describe("haulyard add -i", () => {
  it("takes in a list from a file: addresses, sources of services, curl commands; what is wrong is named", async () => {
    const list = [
      `curl '${hub.url}/org/gated/resolve/main/config.json' -H 'X-A: b' -o listed-1.json`,
      "hf://org/gated/config.json",
      "  out=listed-2.json",
      "ftp://example.org/x",
    ];
    await writeFile(join(world.folder, "list.txt"), `${list.join("\n")}\n`);
    const ran = await cli("add", "--json", "-i", "list.txt");
    expect(jsonLines(ran.stdout)).toMatchObject([
      { count: 2, skipped: [{ what: "line 4", reason: expect.stringContaining("not supported") }] },
    ]);
    const done = await complete("listed", 2);
    for (const { destination } of done) expect(await readFile(destination)).toHaveLength(500);
  });
});

describe("haulyard get, without a server", () => {
  const get = (...args: string[]): Promise<Ran> => runCli(["get", ...args], { cwd: world.folder, env });

  it("brings a repo into a folder of its name, and one file where it is told", async () => {
    const ran = await get("--json", "hf://org/gated");
    expect(jsonLines(ran.stdout).at(-1)).toMatchObject({ event: "summary", done: 2, verified: 1, failed: 0 });
    expect((await readFile(join(world.folder, "gated/model.safetensors"))).length).toBe(3_000_000);
    const one = await get("-q", "-o", "c.json", "hf://org/gated/config.json");
    expect(one).toMatchObject({ code: 0, stdout: "" });
    expect(await readFile(join(world.folder, "c.json"))).toHaveLength(500);
    expect(JSON.stringify(hub.storage.requests)).not.toContain(HF_TOKEN);
  });

  it("brings a model of Civitai under its name", async () => {
    expect((await get("-q", "-d", "got", "urn:air:sdxl:lora:civitai:10@5")).code).toBe(0);
    expect((await readFile(join(world.folder, "got/detail.safetensors"))).equals(site.bytes(5, 77))).toBe(
      true,
    );
  });

  it("says why a source cannot be had", async () => {
    const ran = await get("hf://org/gated/none.bin");
    expect(ran.code).toBe(3);
    expect(ran.stderr).toMatch(/org\/gated has no file "none\.bin" at revision "main"/);
    expect((await get("hf://")).code).not.toBe(0);
  });
});
