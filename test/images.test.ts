/** VM images, end to end: a publisher that lists its builds, a real server that is killed, the command line. */
import { createHash } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, describe, expect, it } from "vitest";
import type { ImageJobMessage, ImageMessage } from "../src/wire/images.ts";
import { call } from "./world/api.ts";
import { endAllCli, jsonLines, runCli } from "./world/cli.ts";
import type { Ran } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import { imagePath, publish } from "./world/simplestreams.ts";
import type { Release } from "./world/simplestreams.ts";

const MB = 1_000_000;
const NOBLE: Release = {
  codename: "noble",
  version: "24.04",
  architecture: "amd64",
  builds: [
    { build: "20260926", size: 20 * MB },
    { build: "20261003", size: 40 * MB },
  ],
};
const PATH = imagePath(NOBLE, "20261003");

let origin: Origin;
let world: World;
let server: Haulyard;

afterEach(async () => {
  await endAllCli();
  await server.stop();
  await origin.close();
  await world.remove();
});

async function start(): Promise<void> {
  origin = await startOrigin();
  const mirror = publish(origin, [NOBLE]);
  world = await createWorld();
  const root = `${mirror}noble/`;
  const name = "ubuntu-24.04-server-cloudimg-amd64.img";
  const images = [
    {
      id: "ubuntu-24.04",
      name: "Ubuntu 24.04 LTS",
      url: `${root}release/${name}`,
      format: "qcow2",
      os: { family: "linux", distribution: "ubuntu", version: "24.04", architecture: "x86_64" },
      latest: {
        list: root,
        match: "release-{build}/",
        url: `${root}release-{build}/${name}`,
        checksum_url: `${root}release-{build}/SHA256SUMS`,
      },
    },
  ];
  const simplestreams = [{ url: mirror, prefix: "tree-" }];
  await writeFile(join(world.folder, "images.json"), JSON.stringify({ images, simplestreams }));
  server = await startHaulyard(world, { env: env() });
}

const env = (): Record<string, string> => ({ HAULYARD_IMAGE_CATALOG: join(world.folder, "images.json") });
const folder = (): string => join(world.data, "images");
const image = async (id: string): Promise<ImageMessage | undefined> =>
  (await call<ImageMessage[]>(`${server.url}/images`)).body.find((each) => each.id === id);
/** Bytes that the ledger of the partial file vouches for. */
async function bytesClaimed(): Promise<number> {
  const text = await readFile(join(folder(), "ubuntu-24.04-20261003.img.part.json"), "utf8").catch(
    () => "{}",
  );
  const { done = [] } = JSON.parse(text) as { done?: [number, number][] };
  return done.reduce((sum, [start, end]) => sum + end - start, 0);
}
const cli = (...args: string[]): Promise<Ran> =>
  runCli(args, { cwd: world.folder, env: { HAULYARD_URL: server.url } });

describe("an image", () => {
  it("survives kill -9 of the server in the middle: it goes on, is verified and READY, and is never stuck", async () => {
    await start();
    origin.change(PATH, { bytesPerSecond: 3 * MB });
    const { body } = await call<{ job_id: string }>(`${server.url}/images/ubuntu-24.04/download`, "POST");
    await waitFor("bytes are on the disk for good", bytesClaimed, (bytes) => bytes > 0);
    await server.kill9();
    const before = origin.seen(PATH).length;
    origin.change(PATH, { bytesPerSecond: 100 * MB });
    server = await startHaulyard(world, { port: server.port, env: env() });
    // Whatever it is at, it is at something.
    expect((await image("ubuntu-24.04"))?.status.phase).toMatch(/^(?:PENDING|DOWNLOADING|VERIFYING|READY)$/);
    const ready = await waitFor(
      "READY",
      () => image("ubuntu-24.04"),
      (each) => each?.status.phase === "READY",
    );
    expect(ready).toMatchObject({
      build: "20261003",
      status: {
        progress_percent: 100,
        checksum: origin.hash(PATH),
        checksum_state: "verified",
        path: join(folder(), "ubuntu-24.04-20261003.img"),
      },
    });
    const job = await call<ImageJobMessage>(`${server.url}/images/jobs/${body.job_id}`);
    expect(job.body).toMatchObject({ status: "COMPLETED", bytes_downloaded: 40 * MB });
    const bytes = await readFile(join(folder(), "ubuntu-24.04-20261003.img"));
    expect(createHash("sha256").update(bytes).digest("hex")).toBe(origin.hash(PATH));
    // What was there was not fetched again.
    const asked = origin.seen(PATH).slice(before);
    expect(asked.map(({ range }) => range)).toContainEqual(expect.stringMatching(/^bytes=[1-9]/));
    expect(await readdir(folder())).toEqual(["ubuntu-24.04-20261003.img"]);
  });

  it("is listed, added and deleted on the command line, of a tree of simplestreams as well", async () => {
    await start();
    const listed = await cli("images");
    expect(listed).toMatchObject({ code: 0, stderr: "" });
    expect(listed.stdout).toMatch(/^ubuntu-24\.04 .*x86_64/m);
    expect(listed.stdout).toMatch(/^tree-server-24\.04-amd64 .*40\.0 MB/m);
    expect(await cli("images", "--here")).toMatchObject({
      code: 0,
      stdout: "",
      stderr: expect.stringContaining("haulyard add") as unknown,
    });
    expect(await cli("add", "tree-server-24.04-amd64")).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^added .*tree-server-24\.04-amd64-20261003\.img/) as unknown,
    });
    await waitFor(
      "READY",
      () => image("tree-server-24.04-amd64"),
      (each) => each?.status.phase === "READY",
    );
    const here = await cli("images", "--here", "--updates");
    expect(here.stdout).toMatch(/^tree-server-24\.04-amd64 .*here .*build 20261003, verified$/m);
    expect(await cli("images", "rm", "tree-server-24.04-amd64", "none")).toMatchObject({
      code: 3,
      stdout: "deleted  tree-server-24.04-amd64\n",
      stderr: expect.stringContaining("none: There is no image with this id") as unknown,
    });
    expect(jsonLines((await cli("images", "--here", "--json")).stdout)[0]).toMatchObject({
      images: [],
      error: null,
    });
    await writeFile(join(world.folder, "images.json"), "{");
    expect(await cli("images")).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("images.json, line 1") as unknown,
    });
  });
});
