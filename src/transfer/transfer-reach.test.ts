/** Where a download may be led to, and by whom. */
import { readFile } from "node:fs/promises";
import type { LookupFunction } from "node:net";
import { hostname } from "node:os";
import { describe, expect, test } from "vitest";
import { startFacade } from "../../test/world/facade.ts";
import type { Origin } from "../../test/world/origin.ts";
import { startOrigin } from "../../test/world/origin.ts";
import type { Bench, RunResult } from "./testing/bench.ts";
import { createBench } from "./testing/bench.ts";
import type { TransferSettings } from "./transfer-settings.ts";

const SIZE = 100_000;
/** An address of the internet; it is never connected to. */
const PUBLIC = "93.184.215.14";
const ANOTHER = "93.184.215.15";

interface World extends AsyncDisposable {
  /** Looks like a server of the internet. */
  open: Origin;
  another: Origin;
  /** Of this machine, and looks like it. */
  home: Origin;
  bench: Bench;
}

async function startWorld(settings: TransferSettings = {}): Promise<World> {
  const [open, another] = [await startOrigin(), await startOrigin()];
  const home = await startOrigin({ "/a.bin": { size: SIZE } });
  const facade = await startFacade({ [PUBLIC]: open, "public.example": open, [ANOTHER]: another });
  const no = "127.0.0.1,[::1],localhost,trap.example,0.0.0.0," + hostname();
  const bench = await createBench({ proxy: { http: facade.url, https: null, no }, ...settings });
  return {
    open,
    another,
    home,
    bench,
    [Symbol.asyncDispose]: async () => {
      for (const each of [open, another, home, facade, bench]) await each[Symbol.asyncDispose]();
    },
  };
}

/** A public server redirects; answers how the download ends. */
async function ledTo(world: World, redirect: string, asked = PUBLIC): Promise<RunResult> {
  world.open.put("/a.bin", { size: 0, redirect });
  return world.bench.run({ url: `http://${asked}/a.bin` });
}

const refused = { kind: "failed", failure: { code: "redirect_refused", retryable: false } };

describe("a server of the internet", () => {
  test.each<[string, (port: string) => string]>([
    ["this machine", (port) => `http://127.0.0.1:${port}/a.bin`],
    ["this machine, as a number", (port) => `http://2130706433:${port}/a.bin`],
    ["this machine, in octal", (port) => `http://0177.0.0.1:${port}/a.bin`],
    ["this machine, in IPv6", (port) => `http://[::1]:${port}/a.bin`],
    ["this machine, as IPv4 in IPv6", (port) => `http://[::ffff:127.0.0.1]:${port}/a.bin`],
    ["this machine, by any address", (port) => `http://0.0.0.0:${port}/a.bin`],
    ["this machine, by name", (port) => `http://localhost:${port}/a.bin`],
    ["this machine, by its own name", (port) => `http://${hostname()}:${port}/a.bin`],
    ["this machine, by a name with a dot at its end", (port) => `http://localhost.:${port}/a.bin`],
    ["a private network", () => "http://192.168.178.1/a.bin"],
    ["the metadata of a cloud", () => "http://169.254.169.254/latest/meta-data/"],
  ])("does not lead to %s", async (_, redirect) => {
    await using world = await startWorld();
    const { outcome } = await ledTo(world, redirect(new URL(world.home.url).port));
    expect(outcome).toMatchObject(refused);
    expect(world.home.requests).toEqual([]);
    expect(await world.bench.names()).toEqual([]);
  });

  test("does not lead there by a name that others made lead there", async () => {
    const lookup: LookupFunction = (_name, _options, found) =>
      found(null, [{ address: "127.0.0.1", family: 4 }]);
    await using world = await startWorld({ lookup });
    const { outcome } = await ledTo(world, `http://trap.example:${new URL(world.home.url).port}/a.bin`);
    expect(outcome).toMatchObject(refused);
    expect(world.home.requests).toEqual([]);
  });

  test("does not lead there over another one, nor over one that is private itself", async () => {
    await using world = await startWorld();
    world.another.put("/b.bin", { size: 0, redirect: `${world.home.url}/a.bin` });
    expect((await ledTo(world, `http://${ANOTHER}/b.bin`)).outcome).toMatchObject(refused);
    world.home.put("/start.bin", { size: 0, redirect: `http://${PUBLIC}/a.bin` });
    world.open.put("/a.bin", { size: 0, redirect: `${world.home.url}/a.bin` });
    const { outcome } = await world.bench.run({ url: `${world.home.url}/start.bin`, name: "b.bin" });
    expect(outcome).toMatchObject(refused);
    expect(world.home.seen("/a.bin")).toEqual([]);
  });

  test("leads there when it is allowed to", async () => {
    await using world = await startWorld({ allowPrivateRedirects: true });
    expect((await ledTo(world, `${world.home.url}/a.bin`)).outcome.kind).toBe("complete");
    expect(await world.bench.hash("a.bin")).toBe(world.home.hash("/a.bin"));
  });

  test("leads to others of the internet", async () => {
    await using world = await startWorld();
    world.another.put("/a.bin", { size: SIZE });
    expect((await ledTo(world, `http://${ANOTHER}/a.bin`)).outcome.kind).toBe("complete");
  });

  test("names no private address for a file either", async () => {
    await using world = await startWorld();
    const { outcome } = await world.bench.run({ url: `${world.home.url}/a.bin`, reach: "public" });
    expect(outcome).toMatchObject(refused);
    expect(world.home.requests).toEqual([]);
  });
});

test("a server of this network may lead wherever it likes", async () => {
  await using world = await startWorld();
  await using other = await startOrigin({ "/a.bin": { size: SIZE } });
  world.home.put("/start.bin", { size: 0, redirect: `${other.url}/a.bin` });
  expect((await world.bench.run({ url: `${world.home.url}/start.bin`, name: "a.bin" })).outcome.kind).toBe(
    "complete",
  );
  world.open.put("/a.bin", { size: SIZE });
  world.home.put("/start.bin", { size: 0, redirect: `http://${PUBLIC}/a.bin` });
  expect((await world.bench.run({ url: `${world.home.url}/start.bin`, name: "b.bin" })).outcome.kind).toBe(
    "complete",
  );
});

describe("a signed link", () => {
  test("that is refused is asked for once more at its source, past all caches", async () => {
    await using store = await startOrigin({ "/a.bin": { size: SIZE, signed: { uses: 1 } } });
    await using origin = await startOrigin({
      "/a.bin": {
        size: 0,
        redirect: `${store.url}/a.bin?sig={n}`,
        rules: [{ times: 1, redirect: `${store.url}/a.bin` }],
      },
    });
    await using bench = await createBench();
    expect((await bench.run({ url: `${origin.url}/a.bin` })).outcome.kind).toBe("complete");
    expect(origin.requests.map(({ headers }) => headers["cache-control"])).toEqual([undefined, "no-cache"]);
    expect(store.requests.map(({ status }) => status)).toEqual([403, 200]);
  });

  test("that is refused again is refused for good where nothing came yet, and not asked for ever", async () => {
    await using store = await startOrigin({ "/a.bin": { size: SIZE, status: 403 } });
    await using origin = await startOrigin({ "/a.bin": { size: 0, redirect: `${store.url}/a.bin?sig={n}` } });
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "forbidden", retryable: false } });
    expect(store.requests).toHaveLength(2);
  });

  test("that is refused half-way costs no byte: the source makes another one when it can", async () => {
    await using store = await startOrigin({
      "/a.bin": { size: SIZE, rules: [{ times: 1, cutAfter: 60_000 }] },
    });
    await using origin = await startOrigin({ "/a.bin": { size: 0, redirect: `${store.url}/a.bin?sig={n}` } });
    store.change("/a.bin", {
      rules: [
        { times: 1, cutAfter: 60_000 },
        { skip: 0, times: 5, status: 403 },
      ],
    });
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: `${origin.url}/a.bin` });
    expect(outcome.kind).toBe("complete");
    expect(store.requests.slice(1, 7).map(({ status, range }) => [status, range])).toEqual(
      Array.from({ length: 6 }, (_, nth) => [nth < 5 ? 403 : 206, "bytes=60000-"]),
    );
  });
});

test("what began as something else is not replaced by a page or a message, whatever its name", async () => {
  for (const instead of [{ html: "Sign in" }, { text: '{"error": "expired"}' }]) {
    await using origin = await startOrigin({
      "/artefact": { size: SIZE, rules: [{ times: 1, cutAfter: 60_000 }] },
    });
    origin.change("/artefact", {
      rules: [
        { times: 1, cutAfter: 60_000 },
        { times: 1, ...instead },
      ],
    });
    await using bench = await createBench();
    const { outcome } = await bench.run({ url: `${origin.url}/artefact` });
    expect(outcome).toMatchObject({ kind: "failed", failure: { code: "wrong_content" } });
    expect((await bench.run({ url: `${origin.url}/artefact` })).outcome.kind).toBe("complete");
    expect(await bench.hash("artefact")).toBe(origin.hash("/artefact"));
  }
});

test("a page that broke off may have become another page", async () => {
  await using origin = await startOrigin({
    "/page": { size: 0, html: "One", rules: [{ times: 1, cutAfter: 50 }] },
  });
  origin.change("/page", { rules: [{ times: 1, cutAfter: 50 }, { html: "Two" }] });
  await using bench = await createBench();
  expect((await bench.run({ url: `${origin.url}/page` })).outcome.kind).toBe("complete");
  expect(await readFile(bench.path("page"), "utf8")).toContain("<title>Two</title>");
});
