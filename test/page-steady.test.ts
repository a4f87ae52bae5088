/** A page that stands still: an event draws one row anew, nothing jumps, and little has to be loaded. */
import { get } from "node:http";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call } from "./world/api.ts";
import { HANGS_MS } from "./world/browser.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";
import { forgetDrawn, WATCH_DRAWN, watched } from "./world/watch-drawn.ts";
import type { Watched } from "./world/watch-drawn.ts";

const MB = 1_000_000;
/** Promised for the first page (issue 6). Bytes, compressed as every browser takes it. */
const MOST_SCRIPT = 350_000;

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({
    origin: { "/slow.bin": { size: 900 * MB, bytesPerSecond: MB } },
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1" },
  });
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin` });
  for (const path of ["a.bin", "b.bin", "c.bin"]) await add(path);
  ({ page } = await stage.visit("about:blank"));
  await page.addInitScript(WATCH_DRAWN);
  await page.goto(stage.url);
  await page.getByRole("article", { name: "c.bin" }).waitFor();
});
afterAll(() => stage?.[Symbol.asyncDispose]());

async function add(path: string): Promise<JobMessage> {
  return (
    await call<JobMessage>(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin`, path })
  ).body;
}

/** What the server tells of others after the page has opened may draw them once: as often as this they are looked at anew. */
const LOOKS = 10;

/** Whoever is drawn by each step of the download is drawn by all of them. */
async function settle(): Promise<Watched> {
  for (let look = 1; ; look++) {
    await forgetDrawn(page);
    await waitFor(
      "progress",
      () => watched(page),
      ({ drawn }) => drawn.filter((row) => row === "slow.bin").length >= 20,
    );
    const seen = await watched(page);
    const drawn = [...new Set(seen.drawn)];
    if (look === LOOKS || drawn.length === 1) return { ...seen, drawn };
  }
}

test("while a download goes on, React calls the components of its row and of no other, and nothing moves", async () => {
  await page.getByRole("article", { name: "slow.bin" }).getByText("Downloading").waitFor();
  const { drawn, shifts } = await settle();
  expect(drawn).toEqual(["slow.bin"]);
  expect(shifts).toEqual([]);

  // The counting can see more than one row: a change of another is seen as that.
  await call(`${stage.url}/jobs/actions`, "POST", { action: "pause", filter: { search: "b.bin" } });
  await page.getByRole("article", { name: "b.bin" }).getByText("Paused", { exact: true }).waitFor();
  expect((await watched(page)).drawn).toContain("b.bin");
});

test("the first page loads less script than was promised", async () => {
  const scripts = await page.evaluate(() =>
    performance
      .getEntriesByType("resource")
      .map(({ name }) => name)
      .filter((name) => name.endsWith(".js")),
  );
  expect(scripts.length).toBeGreaterThan(3);
  const sizes = await Promise.all(scripts.map(compressedSize));
  const all = sizes.reduce((sum, size) => sum + size, 0);
  expect(all).toBeLessThan(MOST_SCRIPT);
});

/** As it comes over the line: `fetch` would unpack it. */
function compressedSize(url: string): Promise<number> {
  return new Promise((resolve, reject) => {
    get(url, { headers: { "accept-encoding": "gzip" } }, (answer) => {
      let bytes = 0;
      answer.on("data", (chunk: Buffer) => (bytes += chunk.length));
      answer.on("end", () => resolve(bytes));
    }).on("error", reject);
  });
}

/** Requests of a page that have not ended, and those that failed with the reason: for whoever looks why it is not there. */
function openRequests(of: Page): ReadonlySet<string> {
  const open = new Set<string>();
  of.on("request", (request) => open.add(request.url()));
  of.on("requestfinished", (request) => open.delete(request.url()));
  of.on("requestfailed", (request) => open.add(`${request.url()}: ${request.failure()?.errorText}`));
  return open;
}

test("on a slow line the page says that it loads, then shows everything, and nothing jumps on the way", async () => {
  const slow = await stage.browser.newContext({ viewport: { width: 1280, height: 800 } });
  slow.setDefaultTimeout(HANGS_MS);
  const over = await slow.newPage();
  await over.addInitScript(WATCH_DRAWN);
  const cdp = await slow.newCDPSession(over);
  // As a phone's third-generation network: 1.6 Mbit/s, 150 ms.
  const line = { offline: false, latency: 150, downloadThroughput: 200_000, uploadThroughput: 90_000 };
  await cdp.send("Network.enable");
  await cdp.send("Network.emulateNetworkConditions", line);
  const open = openRequests(over);
  await over.goto(stage.url, { waitUntil: "commit" });
  await over
    .getByRole("article", { name: "slow.bin" })
    .waitFor()
    .catch(async (cause: unknown) => {
      const text = await over.evaluate(() => document.body.innerText);
      throw new Error(`still open: ${JSON.stringify([...open])}; the page says: ${text}`, { cause });
    });
  const { shifts } = await watched(over);
  expect(
    shifts.reduce((sum, { value }) => sum + value, 0),
    JSON.stringify(shifts),
  ).toBe(0);
  await over.getByRole("button", { name: "Pause slow.bin" }).click();
  await over.getByRole("button", { name: "Resume slow.bin" }).waitFor();
  await slow.close();
});
