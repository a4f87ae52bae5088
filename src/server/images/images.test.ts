import { mkdir, readdir, readFile, rm, utimes, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, it, test } from "vitest";
import { call } from "../../../test/world/api.ts";
import { waitFor } from "../../../test/world/haulyard.ts";
import type { Origin } from "../../../test/world/origin.ts";
import { startOrigin } from "../../../test/world/origin.ts";
import { imagePath, publish } from "../../../test/world/simplestreams.ts";
import type { Release } from "../../../test/world/simplestreams.ts";
import type { ImageJobMessage, ImageMessage } from "../../wire/images.ts";
import { startServer } from "../testing/start-server.ts";
import type { TestOptions, TestServer } from "../testing/test-server.ts";

const MB = 1_000_000;
const NOBLE: Release = {
  codename: "noble",
  version: "24.04",
  architecture: "amd64",
  builds: [{ build: "20260926", size: 2 * MB }],
};
const NEWER = { ...NOBLE, builds: [...NOBLE.builds, { build: "20261003", size: 3 * MB }] };
const FIRST = "ubuntu-24.04-20260926.img";
const SECOND = "ubuntu-24.04-20261003.img";

let origin: Origin;
let server: TestServer;

beforeEach(async () => {
  origin = await startOrigin();
  publish(origin, [NOBLE]);
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  await origin.close();
});

function ubuntu(id = "ubuntu-24.04"): object {
  const root = `${origin.url}/releases/noble/`;
  const name = "ubuntu-24.04-server-cloudimg-amd64.img";
  return {
    id,
    name: "Ubuntu 24.04 LTS",
    url: `${root}release/${name}`,
    format: "qcow2",
    os: {
      family: "linux",
      distribution: "ubuntu",
      version: "24.04",
      architecture: "x86_64",
      default_user: "ubuntu",
    },
    latest: {
      list: root,
      match: "release-{build}/",
      url: `${root}release-{build}/${name}`,
      checksum_url: `${root}release-{build}/SHA256SUMS`,
    },
  };
}

async function start(images: readonly unknown[] = [ubuntu()], more: TestOptions = {}): Promise<void> {
  server = await startServer({ real: true, imageCatalogue: { images }, ...more });
}

const get = <T>(path: string) => call<T>(server.url + path);
const post = <T = Record<string, unknown>>(path: string, body?: unknown) =>
  call<T>(server.url + path, "POST", body ?? {});
const remove = (id: string) => call(`${server.url}/images/${encodeURIComponent(id)}`, "DELETE");
const list = async (): Promise<ImageMessage[]> => (await get<ImageMessage[]>("/images")).body;
const image = async (id: string): Promise<ImageMessage | undefined> =>
  (await list()).find((each) => each.id === id);
const download = (id = "ubuntu-24.04") =>
  post<{ job_id: string; image: ImageMessage }>(`/images/${id}/download`);
const SERVICE = "/limiquantix.storage.v1.ImageService";
const service = <T = Record<string, unknown>>(method: string, body: unknown = {}) =>
  post<T>(`${SERVICE}/${method}`, body);

async function until(id: string, phase: ImageMessage["status"]["phase"]): Promise<ImageMessage> {
  const found = await waitFor(
    `${id} is ${phase}`,
    () => image(id),
    (each) => each?.status.phase === phase,
  );
  return found as ImageMessage;
}

async function put(filepath: string, bytes: string | Buffer): Promise<string> {
  const path = join(server.imagesDir, filepath);
  await mkdir(dirname(path), { recursive: true });
  await writeFile(path, bytes);
  await utimes(path, 1_000_000_000, 1_000_000_000);
  return path;
}

/** Nothing more than what a test says comes of an image. */
const stall = (build = "20260926") => origin.change(imagePath(NOBLE, build), { cutAfter: MB, cut: "stall" });

describe("an image of the catalogue", () => {
  it("is downloaded as its newest build, verified by the publisher's list, and READY", async () => {
    await start();
    expect(await image("ubuntu-24.04")).toMatchObject({
      name: "Ubuntu 24.04 LTS",
      arch: "x86_64",
      os: { distribution: "ubuntu", default_user: "ubuntu" },
      format: "qcow2",
      build: null,
      status: { phase: "NOT_DOWNLOADED", progress_percent: 0, path: null },
    });
    const started = await download();
    expect(started).toMatchObject({
      status: 200,
      body: { image: { id: "ubuntu-24.04", build: "20260926" } },
    });
    const ready = await until("ubuntu-24.04", "READY");
    expect(ready).toMatchObject({
      size_bytes: 2 * MB,
      build: "20260926",
      status: {
        progress_percent: 100,
        size_bytes: 2 * MB,
        bytes_downloaded: 2 * MB,
        checksum: origin.hash(imagePath(NOBLE, "20260926")),
        checksum_type: "sha256",
        checksum_state: "verified",
        checksum_note: expect.stringContaining("SHA256SUMS of 127.0.0.1"),
        error_message: null,
        path: join(server.imagesDir, FIRST),
      },
    });
    expect(
      (await readFile(join(server.imagesDir, FIRST))).equals(origin.bytes(imagePath(NOBLE, "20260926"))),
    ).toBe(true);
    expect((await get<ImageJobMessage>(`/images/jobs/${started.body.job_id}`)).body).toEqual({
      job_id: started.body.job_id,
      image_id: "ubuntu-24.04",
      status: "COMPLETED",
      progress_percent: 100,
      bytes_downloaded: 2 * MB,
      bytes_total: 2 * MB,
      error_message: null,
    });
    expect(await list()).toHaveLength(1);
  });

  it("shows percent and bytes while it comes, everywhere alike", async () => {
    stall();
    await start();
    const { job_id } = (await download()).body;
    await waitFor(
      "bytes come",
      () => image("ubuntu-24.04"),
      (each) => (each?.status.bytes_downloaded ?? 0) >= MB,
    );
    const moving = await image("ubuntu-24.04");
    expect(moving).toMatchObject({
      job_id,
      size_bytes: 2 * MB,
      status: { phase: "DOWNLOADING", progress_percent: 50, size_bytes: 2 * MB, checksum_state: null },
    });
    expect((await get<ImageJobMessage>(`/images/jobs/${job_id}`)).body).toMatchObject({
      status: "DOWNLOADING",
      progress_percent: 50,
      bytes_total: 2 * MB,
    });
    expect((await service("GetImportStatus", { job_id })).body).toMatchObject({
      jobId: job_id,
      imageId: "ubuntu-24.04",
      status: "DOWNLOADING",
      progressPercent: 50,
      bytesTotal: "2000000",
    });
    expect(
      (await service("GetCatalogDownloadStatus", { catalog_ids: ["ubuntu-24.04", "none"] })).body,
    ).toEqual({
      statuses: [
        {
          catalogId: "ubuntu-24.04",
          status: "DOWNLOADING",
          imageId: "ubuntu-24.04",
          storagePoolId: "",
          progressPercent: 50,
          errorMessage: "",
        },
        {
          catalogId: "none",
          status: "NOT_DOWNLOADED",
          imageId: "",
          storagePoolId: "",
          progressPercent: 0,
          errorMessage: "",
        },
      ],
    });
    await remove("ubuntu-24.04");
  });

  it("asked for again while it comes, or when it is here, is a conflict that says so", async () => {
    stall();
    await start();
    await download();
    expect(await download()).toMatchObject({ status: 409, body: { success: false, code: "already_exists" } });
    expect(await service("DownloadImage", { catalogId: "ubuntu-24.04" })).toMatchObject({
      status: 409,
      body: { code: "already_exists" },
    });
    origin.change(imagePath(NOBLE, "20260926"), { cut: "fin", cutAfter: Infinity });
    await remove("ubuntu-24.04");
    await download();
    await until("ubuntu-24.04", "READY");
    expect(await download()).toMatchObject({ status: 409, body: { code: "already_exists" } });
    expect(origin.seen(imagePath(NOBLE, "20260926")).length).toBeGreaterThan(0);
  });

  it("asked for ten times at once is fetched once", async () => {
    await start();
    const answers = await Promise.all(Array.from({ length: 10 }, () => download()));
    expect(answers.map(({ status }) => status).toSorted((a, b) => a - b)).toEqual([
      200,
      ...Array<number>(9).fill(409),
    ]);
    await until("ubuntu-24.04", "READY");
    expect(await readdir(server.imagesDir)).toEqual([FIRST]);
  });

  it("that failed says why, and can be downloaded again", async () => {
    origin.change(imagePath(NOBLE, "20260926"), { status: 404 });
    await start();
    const { job_id } = (await download()).body;
    const failed = await until("ubuntu-24.04", "ERROR");
    expect(failed.status.error_message).toMatch(/404/);
    expect((await get<ImageJobMessage>(`/images/jobs/${job_id}`)).body.status).toBe("FAILED");
    expect(
      (await service<{ statuses: object[] }>("GetCatalogDownloadStatus", {})).body.statuses[0],
    ).toMatchObject({ status: "ERROR", errorMessage: expect.stringMatching(/404/) });
    origin.change(imagePath(NOBLE, "20260926"), { status: 200 });
    publish(origin, [NOBLE]);
    expect((await download()).status).toBe(200);
    await until("ubuntu-24.04", "READY");
  });

  it("whose bytes are not those of the list never gets its name", async () => {
    origin.change(imagePath(NOBLE, "20260926"), { wrongBytes: true });
    await start();
    await download();
    const failed = await until("ubuntu-24.04", "ERROR");
    expect(failed.status.error_message).toMatch(/sha256/);
    expect(await readdir(server.imagesDir).catch(() => [])).toEqual([]);
  });

  it("of which a newer build is published comes in that build; the older one stays under its own name", async () => {
    await start();
    await download();
    await until("ubuntu-24.04", "READY");
    publish(origin, [NEWER]);
    // What was read a moment ago counts for a minute: it is asked for by another name.
    await writeFile(
      server.imageCatalogFile,
      JSON.stringify({
        images: [
          {
            ...ubuntu(),
            latest: {
              ...(ubuntu() as { latest: object }).latest,
              list: `${origin.url}/releases/noble/?fresh`,
            },
          },
        ],
      }),
    );
    expect((await download()).status).toBe(200);
    await waitFor(
      "the newer one",
      () => image("ubuntu-24.04"),
      (each) => each?.build === "20261003" && each.status.phase === "READY",
    );
    expect((await list()).map(({ id, build, catalog_id }) => [id, build, catalog_id])).toEqual([
      ["ubuntu-24.04", "20261003", "ubuntu-24.04"],
      [FIRST, "20260926", "ubuntu-24.04"],
    ]);
    expect((await remove(FIRST)).status).toBe(200);
    expect(await readdir(server.imagesDir)).toEqual([SECOND]);
  });

  it("shows what its publisher has that is newer, when somebody asks", async () => {
    publish(origin, [NEWER]);
    await start();
    const path = await put(FIRST, "x");
    await server.images.noteFile(path, {
      imageId: "ubuntu-24.04",
      build: "20260926",
      checksum: null,
      verified: false,
    });
    const update = { build: "20261003", url: origin.url + imagePath(NEWER, "20261003") };
    expect(await image("ubuntu-24.04")).toMatchObject({ build: "20260926", update: null });
    expect((await post("/images/updates")).body).toEqual({
      updates: [{ id: "ubuntu-24.04", ...update }],
      failed: [],
    });
    expect(await image("ubuntu-24.04")).toMatchObject({ build: "20260926", update });
  });

  it("that is always called alike is replaced by the new one, and stays while that is on its way", async () => {
    const fixed = (version: number): object => ({
      ...ubuntu("rolling"),
      url: `${origin.url}/rolling.qcow2`,
      checksum_url: `${origin.url}/rolling.qcow2.sha256?${version}`,
      latest: undefined,
    });
    const publishIt = (seed: number): void => {
      origin.put("/rolling.qcow2", { size: 2 * MB, seed });
      origin.put("/rolling.qcow2.sha256", {
        size: 0,
        text: `${origin.hash("/rolling.qcow2")}  rolling.qcow2\n`,
      });
    };
    publishIt(1);
    await start([fixed(1)]);
    await download("rolling");
    const first = await until("rolling", "READY");
    expect(await download("rolling")).toMatchObject({ status: 409 });
    publishIt(2);
    await writeFile(server.imageCatalogFile, JSON.stringify({ images: [fixed(2)] }));
    expect((await download("rolling")).status).toBe(200);
    const second = await waitFor(
      "the new one",
      () => image("rolling"),
      (each) => each?.status.phase === "READY" && each.status.checksum !== first.status.checksum,
    );
    expect(second?.status).toMatchObject({
      checksum: origin.hash("/rolling.qcow2"),
      checksum_state: "verified",
    });
    const bytes = await readFile(join(server.imagesDir, "rolling.qcow2"));
    expect(bytes.equals(origin.bytes("/rolling.qcow2"))).toBe(true);
    expect(await readdir(server.imagesDir)).toEqual(["rolling.qcow2"]);
  });

  it("whose file was damaged says so, and is made good by downloading it again", async () => {
    await start();
    await download();
    await until("ubuntu-24.04", "READY");
    await waitFor(
      "the note",
      () => server.images.files(),
      ({ files }) => files[0]?.note !== null,
    );
    await server.engine.clear(["complete"]);
    const path = await put(FIRST, Buffer.alloc(2 * MB, 1));
    const checksum = {
      algorithm: "sha256" as const,
      hex: origin.hash(imagePath(NOBLE, "20260926")),
      origin: "SHA256SUMS",
    };
    await server.images.noteFile(path, {
      imageId: "ubuntu-24.04",
      build: "20260926",
      checksum,
      verified: false,
    });
    server.images.start();
    const damaged = await until("ubuntu-24.04", "ERROR");
    expect(damaged.status).toMatchObject({
      checksum_state: "damaged",
      error_message: expect.stringContaining(checksum.hex),
    });
    expect((await download()).status).toBe(200);
    expect((await until("ubuntu-24.04", "READY")).status.checksum_state).toBe("verified");
  });

  it("that is paused waits, with the bytes it has", async () => {
    stall();
    await start();
    const { job_id } = (await download()).body;
    await waitFor(
      "bytes come",
      () => image("ubuntu-24.04"),
      (each) => (each?.status.bytes_downloaded ?? 0) >= MB,
    );
    await post(`/jobs/${job_id}/pause`);
    expect(await until("ubuntu-24.04", "PENDING")).toMatchObject({
      status: { progress_percent: 50, bytes_downloaded: MB },
    });
    expect(await download()).toMatchObject({ status: 409 });
    await post(`/jobs/${job_id}/cancel`);
    expect(await until("ubuntu-24.04", "ERROR")).toMatchObject({
      status: { error_message: "Cancelled by a person." },
    });
  });

  it("that came while nobody took notes is known all the same after a restart", async () => {
    await start();
    await download();
    await until("ubuntu-24.04", "READY");
    const { folder } = server;
    await server.stop();
    await rm(join(folder, "data/images.json"), { force: true });
    server = await startServer({ real: true, folder });
    await waitFor(
      "the note",
      () => server.images.files(),
      ({ files }) => files[0]?.note !== null,
    );
    expect(await image("ubuntu-24.04")).toMatchObject({
      build: "20260926",
      status: { phase: "READY", checksum_state: "verified" },
    });
  });

  it("several at once come side by side", async () => {
    await start([ubuntu("one"), ubuntu("two"), ubuntu("three")]);
    await Promise.all(["one", "two", "three"].map((id) => download(id)));
    for (const id of ["one", "two", "three"]) await until(id, "READY");
    expect(await readdir(server.imagesDir)).toHaveLength(3);
  });

  it("is deleted with its file and its job, and can come again", async () => {
    await start();
    const { job_id } = (await download()).body;
    await until("ubuntu-24.04", "READY");
    expect((await remove("ubuntu-24.04")).body).toEqual({ success: true });
    expect(await readdir(server.imagesDir)).toEqual([]);
    expect(await image("ubuntu-24.04")).toMatchObject({ status: { phase: "NOT_DOWNLOADED" } });
    expect((await get(`/images/jobs/${job_id}`)).status).toBe(404);
    expect((await remove("ubuntu-24.04")).status).toBe(404);
    expect((await download()).status).toBe(200);
    await until("ubuntu-24.04", "READY");
  });

  it("deleted while it comes leaves nothing", async () => {
    stall();
    await start();
    await download();
    await waitFor(
      "bytes come",
      () => image("ubuntu-24.04"),
      (each) => (each?.status.bytes_downloaded ?? 0) >= MB,
    );
    expect((await remove("ubuntu-24.04")).status).toBe(200);
    expect(await readdir(server.imagesDir).catch(() => [])).toEqual([]);
  });

  it("is known for what it is when its job is long forgotten", async () => {
    await start();
    await download();
    await until("ubuntu-24.04", "READY");
    await waitFor(
      "the note",
      () => server.images.files(),
      ({ files }) => files[0]?.note !== null,
    );
    await server.engine.clear(["complete"]);
    expect(await image("ubuntu-24.04")).toMatchObject({
      job_id: null,
      build: "20260926",
      status: {
        phase: "READY",
        checksum_state: "verified",
        checksum: origin.hash(imagePath(NOBLE, "20260926")),
      },
    });
    expect(await download()).toMatchObject({ status: 409 });
  });

  it("may be asked for by its id like anything else", async () => {
    await start();
    const added = await post("/jobs", { source: "ubuntu-24.04" });
    expect(added).toMatchObject({
      status: 201,
      body: { source: { kind: "image", text: "ubuntu-24.04" }, destination: join(server.imagesDir, FIRST) },
    });
    await until("ubuntu-24.04", "READY");
    expect(await post("/jobs", { source: "ubuntu-24.04", path: "x/" })).toMatchObject({
      status: 400,
      body: { field: "path" },
    });
    expect(await post("/jobs", { source: "ubuntu-24.04", sha256: "0".repeat(64) })).toMatchObject({
      status: 422,
      body: { field: "sha256" },
    });
  });

  it("whose publisher is away is not begun: the answer says so", async () => {
    origin.change("/releases/noble/", { status: 503 });
    await start();
    expect(await download()).toMatchObject({ status: 503, body: { code: "server_error" } });
    expect(await service("DownloadImage", { catalogId: "ubuntu-24.04" })).toMatchObject({
      status: 503,
      body: { code: "unavailable" },
    });
  });
});

describe("files of the folder", () => {
  it("are in the list; ids with slashes are written with %2F", async () => {
    await start();
    await put(
      "mine/disk.qcow2",
      Buffer.concat([
        Buffer.from("QFI\u00fb\u0000\u0000\u0000\u0003", "latin1"),
        Buffer.alloc(16),
        Buffer.from("0000000280000000", "hex"),
      ]),
    );
    expect(await image("mine/disk.qcow2")).toMatchObject({
      catalog_id: null,
      os: null,
      url: null,
      format: "qcow2",
      status: {
        phase: "READY",
        size_bytes: 32,
        virtual_size_bytes: 10 * 1024 ** 3,
        checksum_state: "unverified",
      },
    });
    expect(await post(`/images/${encodeURIComponent("mine/disk.qcow2")}/download`)).toMatchObject({
      status: 409,
    });
    expect((await remove("mine/disk.qcow2")).status).toBe(200);
    expect(await list()).toHaveLength(1);
  });

  it("do not take the place of an image of the catalogue by their name", async () => {
    await start([ubuntu("disk.img")]);
    await put("disk.img", "x");
    expect((await list()).map(({ id, status }) => [id, status.phase])).toEqual([
      ["disk.img", "NOT_DOWNLOADED"],
      ["file:disk.img", "READY"],
    ]);
  });
});

describe("an import", () => {
  it("comes from any address, with or without a hash, and is an image like others", async () => {
    await start();
    origin.put("/x/disk.qcow2", { size: MB });
    const sha512 = origin.hash("/x/disk.qcow2", "sha512");
    const started = await post<{ job_id: string; image: ImageMessage }>("/images/import", {
      name: "My disk",
      url: `${origin.url}/x/disk.qcow2`,
      checksum: sha512.toUpperCase(),
    });
    expect(started).toMatchObject({ status: 200, body: { image: { id: "My disk.qcow2" } } });
    expect(await until("My disk.qcow2", "READY")).toMatchObject({
      status: { checksum: sha512, checksum_type: "sha512", checksum_state: "verified" },
    });
    const again = await post("/images/import", { name: "My disk.qcow2", url: `${origin.url}/x/disk.qcow2` });
    expect(again).toMatchObject({ status: 409, body: { code: "already_exists" } });
    await waitFor(
      "the note",
      () => server.images.files(),
      ({ files }) => files[0]?.note !== null,
    );
    await server.engine.clear(["complete"]);
    expect(await image("My disk.qcow2")).toMatchObject({
      status: { phase: "READY", checksum_state: "verified" },
    });
    expect((await remove("My disk.qcow2")).status).toBe(200);
  });

  it("that failed can be asked for again, from another address, too", async () => {
    await start();
    origin.put("/good.qcow2", { size: MB });
    await post("/images/import", { name: "disk", url: `${origin.url}/missing.qcow2` });
    await until("disk.qcow2", "ERROR");
    expect((await post(`/images/disk.qcow2/download`)).status).toBe(200);
    await until("disk.qcow2", "ERROR");
    expect((await post("/images/import", { name: "disk", url: `${origin.url}/good.qcow2` })).status).toBe(
      200,
    );
    await until("disk.qcow2", "READY");
  });

  it.each<[string, unknown, string]>([
    ["without a name", { url: "https://e.org/x.img" }, "name"],
    ["with a path for a name", { name: "../x", url: "https://e.org/x.img" }, "name"],
    ["without an address", { name: "x" }, "url"],
    ["of a file of this machine", { name: "x", url: "file:///etc/passwd" }, "url"],
    ["with half a hash", { name: "x", url: "https://e.org/x.img", checksum: "abc" }, "checksum"],
    [
      "with the hash of another algorithm",
      { name: "x", url: "https://e.org/x.img", checksum: "a".repeat(64), checksum_type: "md5" },
      "checksum",
    ],
    [
      "with an algorithm nobody knows",
      { name: "x", url: "https://e.org/x.img", checksum_type: "crc" },
      "checksum_type",
    ],
    ["with a field nobody knows", { name: "x", url: "https://e.org/x.img", nonsense: 1 }, "nonsense"],
    ["that is a list", [], "body"],
  ])("%s is refused, the field named", async (_, body, field) => {
    await start([]);
    expect(await post("/images/import", body)).toMatchObject({
      status: 400,
      body: { success: false, field },
    });
  });
});

test("what nobody knows is not found", async () => {
  await start();
  expect(await download("nothing")).toMatchObject({ status: 404, body: { code: "not_found", field: "id" } });
  expect(await remove("../../etc/passwd")).toMatchObject({ status: 404 });
  expect(await get("/images/jobs/not-a-uuid")).toMatchObject({ status: 400 });
  expect(await get("/images/jobs/00000000-0000-4000-8000-000000000000")).toMatchObject({ status: 404 });
  const { body } = await post("/jobs", { source: `${origin.url}/x.bin` });
  expect(await get(`/images/jobs/${String(body["id"])}`)).toMatchObject({ status: 404 });
});

describe("a catalogue in disorder", () => {
  it("has its right entries used and its wrong ones named, wherever somebody looks", async () => {
    await start([ubuntu(), { ...ubuntu("bad"), format: "floppy" }, 7]);
    expect((await list()).map(({ id }) => id)).toEqual(["ubuntu-24.04"]);
    expect((await get("/images/catalog")).body).toMatchObject({
      images: 1,
      error: null,
      bad: [
        { id: "bad", field: "format", reason: expect.stringContaining("qcow2") },
        { id: null, field: "images.1".replace("1", "2"), reason: "must be an object" },
      ],
    });
    expect(await download("bad")).toMatchObject({
      status: 422,
      body: { code: "file_broken", message: expect.stringContaining("format") },
    });
    expect((await get<{ problems: object[] }>("/health")).body.problems).toContainEqual({
      code: "bad_image_entry",
      message: expect.stringContaining("bad of the catalogue: format"),
    });
    expect(await post("/jobs", { source: "bad" })).toMatchObject({
      status: 400,
      body: { message: expect.stringContaining("format") },
    });
  });

  it("as a whole leaves files and jobs as they are", async () => {
    await start();
    await put("disk.qcow2", "x");
    await writeFile(server.imageCatalogFile, "{");
    expect((await list()).map(({ id }) => id)).toEqual(["disk.qcow2"]);
    expect((await get("/images/catalog")).body).toMatchObject({
      images: 0,
      error: expect.stringContaining("line 1"),
    });
    expect(await download()).toMatchObject({ status: 422, body: { code: "file_broken" } });
    expect(await service("GetImageCatalog")).toMatchObject({
      status: 400,
      body: { code: "failed_precondition" },
    });
  });
});

describe("old system A's clients", () => {
  it("see the catalogue in their words", async () => {
    await start([
      ubuntu(),
      {
        ...ubuntu("bsd"),
        checksum: "a".repeat(64),
        size_bytes: 5_000_000_000,
        os: { family: "bsd", distribution: "freebsd", version: "15", architecture: "x86_64" },
      },
    ]);
    const all = await service<{ images: object[] }>("GetImageCatalog");
    expect(all.body.images).toHaveLength(2);
    expect((await service("GetImageCatalog", { os_family: "BSD" })).body).toEqual({
      images: [
        {
          id: "bsd",
          name: "Ubuntu 24.04 LTS",
          description: "",
          url: expect.stringContaining("http://127.0.0.1"),
          checksum: "a".repeat(64),
          checksumType: "sha256",
          os: {
            family: "BSD",
            distribution: "freebsd",
            version: "15",
            architecture: "x86_64",
            defaultUser: "",
            cloudInitEnabled: false,
          },
          sizeBytes: "5000000000",
          verified: true,
        },
      ],
    });
  });

  it("download, follow, list and delete, in either case", async () => {
    await start();
    const started = await service<{ jobId: string; image: object }>("DownloadImage", {
      catalog_id: "ubuntu-24.04",
      node_id: "n1",
      storage_pool_id: "p1",
    });
    expect(started.status).toBe(200);
    await waitFor(
      "completed",
      () => service("GetImportStatus", { jobId: started.body.jobId }),
      ({ body }) => body["status"] === "COMPLETED",
    );
    const listed = await service<{ images: object[] }>("ListImages", {});
    expect(listed.body).toMatchObject({
      totalCount: 1,
      nextPageToken: "",
      images: [
        {
          id: "ubuntu-24.04",
          spec: {
            format: "QCOW2",
            catalogId: "ubuntu-24.04",
            os: { family: "LINUX", defaultUser: "ubuntu", cloudInitEnabled: true },
          },
          status: {
            phase: "READY",
            sizeBytes: "2000000",
            progressPercent: 100,
            checksum: origin.hash(imagePath(NOBLE, "20260926")),
            path: join(server.imagesDir, FIRST),
            filename: FIRST,
            nodeId: "here",
          },
        },
      ],
    });
    expect(await service("DeleteImage", { id: "ubuntu-24.04" })).toEqual({ status: 200, body: {} });
    expect((await service("ListImages")).body).toMatchObject({ totalCount: 0, images: [] });
  });

  it("page through what is here", async () => {
    await start([]);
    for (const name of ["a.img", "b.img", "c.img"]) await put(name, "x");
    const first = await service<{ images: { id: string }[]; nextPageToken: string }>("ListImages", {
      pageSize: "2",
    });
    expect(first.body.images.map(({ id }) => id)).toEqual(["a.img", "b.img"]);
    const second = await service<{ images: { id: string }[]; nextPageToken: string }>("ListImages", {
      page_size: 2,
      page_token: first.body.nextPageToken,
    });
    expect(second.body).toMatchObject({ images: [{ id: "c.img" }], nextPageToken: "", totalCount: 3 });
  });

  it("import with a hash", async () => {
    await start([]);
    origin.put("/d.iso", { size: 50_000 });
    const { body } = await service<{ jobId: string }>("ImportImage", {
      name: "d.iso",
      url: `${origin.url}/d.iso`,
      checksum: origin.hash("/d.iso"),
      checksum_type: "SHA256",
    });
    await waitFor(
      "completed",
      () => service("GetImportStatus", { job_id: body.jobId }),
      (answer) => answer.body["status"] === "COMPLETED",
    );
  });

  it.each<[string, unknown, number, string]>([
    ["DownloadImage", {}, 400, "invalid_argument"],
    ["DownloadImage", { catalogId: 7 }, 400, "invalid_argument"],
    ["DownloadImage", { catalogId: "none" }, 404, "not_found"],
    ["DownloadImage", [], 400, "invalid_argument"],
    ["GetImportStatus", {}, 400, "invalid_argument"],
    ["GetImportStatus", { jobId: "x" }, 404, "not_found"],
    ["GetCatalogDownloadStatus", { catalogIds: "x" }, 400, "invalid_argument"],
    ["ListImages", { pageSize: -1 }, 400, "invalid_argument"],
    ["ListImages", { pageToken: "x" }, 400, "invalid_argument"],
    ["ListImages", { pageSize: "ten" }, 400, "invalid_argument"],
    ["ImportImage", { name: "x" }, 400, "invalid_argument"],
    ["ImportImage", { name: "../x", url: "https://e.org/x" }, 400, "invalid_argument"],
    ["ImportImage", { name: "x", url: "ftp://e.org/x" }, 400, "invalid_argument"],
    ["ImportImage", { name: "x", url: "https://e.org/x", checksum: "zz" }, 400, "invalid_argument"],
    ["DeleteImage", {}, 400, "invalid_argument"],
    ["DeleteImage", { id: "none" }, 404, "not_found"],
    ["GetImageCatalog", { osFamily: {} }, 400, "invalid_argument"],
  ])("%s %j is %i %s", async (method, body, status, code) => {
    await start();
    const answer = await service(method, body);
    expect(answer).toEqual({ status, body: { code, message: expect.stringMatching(/\.$/) } });
  });

  it("that send no JSON are told so in their words", async () => {
    await start();
    const response = await fetch(`${server.url}${SERVICE}/ListImages`, {
      method: "POST",
      body: "{",
      headers: { "content-type": "application/json" },
    });
    expect([response.status, await response.json()]).toEqual([
      400,
      { code: "invalid_argument", message: expect.stringContaining("JSON") },
    ]);
  });
});
