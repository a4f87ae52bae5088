/** Sources of services, asked for at the command line: a real server, stand-ins of the services, real bytes. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { HuggingFace } from "./world/hugging-face.ts";
import { startHuggingFace } from "./world/hugging-face.ts";

const HF_TOKEN = "hf_s3cretT0kenOfTheTest";

let world: World;
let server: Haulyard;
let hub: HuggingFace;

beforeAll(async () => {
  world = await createWorld();
  hub = await startHuggingFace();
  hub.token = HF_TOKEN;
  hub.put("models/org/gated", {
    gated: true,
    files: { "config.json": { size: 500, lfs: false }, "model.safetensors": { size: 3_000_000 } },
  });
  server = await startHaulyard(world, { env: { HF_ENDPOINT: hub.url, HF_TOKEN } });
});
afterAll(async () => {
  await endAllCli();
  await server.stop();
  await hub[Symbol.asyncDispose]();
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

const jobs = async (): Promise<Job[]> => jsonLines((await cli("ls", "--json")).stdout)[0]?.["jobs"] as Job[];

describe("haulyard add hf://…", () => {
  it("brings a gated repo, checked against the hashes of the hub, and shows the token to the hub alone", async () => {
    const planned = await cli("add", "--dry-run", "hf://org/gated");
    expect(planned.stdout).toMatch(/new +3\.0 MB +sha256 +\/.*\/files\/org\/gated\/model\.safetensors/);
    expect(planned.stdout).toMatch(/Would fetch 2 files, 3\.0 MB\./);
    const added = await cli("add", "hf://org/gated");
    expect(added.code).toBe(0);
    const done = await waitFor(
      "both files",
      jobs,
      (all) => all.length === 2 && all.every(({ status }) => status === "COMPLETE"),
    );
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
