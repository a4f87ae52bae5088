/** What one sees of the page before all of it is there: the frame first, then what the page is, then the downloads. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { buildPage } from "../tools/build-page.ts";
import { call, jobOf } from "./world/api.ts";
import { HANGS_MS, launchChromium, visit } from "./world/browser.ts";
import type { Visit } from "./world/browser.ts";
import { openGate } from "./world/gate.ts";
import type { Gate } from "./world/gate.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";
import { WATCH_DRAWN, watched } from "./world/watch-drawn.ts";

/** Files that are asked for before the first page is there. */
const MOST_FILES = 16;
const DESK: BrowserContextOptions = { viewport: { width: 1280, height: 800 } };
const PHONE: BrowserContextOptions = {
  viewport: { width: 390, height: 844 },
  hasTouch: true,
  isMobile: true,
};
const NARROW: BrowserContextOptions = { viewport: { width: 600, height: 844 } };

let browser: Browser;
let origin: Origin;
let world: World;
let haulyard: Haulyard;
let gate: Gate;
const visits: Visit[] = [];

beforeAll(async () => {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  browser = await launchChromium();
  world = await createWorld();
  origin = await startOrigin({ "/a.bin": { size: 1000 } });
  haulyard = await startHaulyard(world);
  const { body } = await call<JobMessage>(`${haulyard.url}/jobs`, "POST", { source: `${origin.url}/a.bin` });
  await waitFor(
    "the download",
    () => jobOf(haulyard.url, body.id),
    ({ status }) => status === "COMPLETE",
  );
  gate = await openGate(haulyard.url);
});
afterEach(async () => {
  gate.hold(null);
  for (const { context } of visits.splice(0)) await context.close();
});
afterAll(async () => {
  await browser.close();
  await gate.close();
  await haulyard.stop();
  await world.remove();
  await origin[Symbol.asyncDispose]();
});

/** Before the page: notes every moment in which there is neither the frame before the page nor the page. */
const WATCH_GAPS = `{
  globalThis.gaps = [];
  const look = () => {
    const shell = document.getElementById("shell");
    if (shell === null || getComputedStyle(shell).display !== "none") return;
    const root = document.getElementById("root");
    if (root.querySelector("h1") === null)
      globalThis.gaps.push(root.innerHTML.replace(/<style[^]*?<\\/style>/g, "").slice(0, 300));
  };
  new MutationObserver(look).observe(document, { childList: true, subtree: true });
}`;

async function open(options: BrowserContextOptions, address = ""): Promise<Page> {
  const opened = await visit(browser, "about:blank", options);
  visits.push(opened);
  const { page } = opened;
  await page.addInitScript(WATCH_DRAWN);
  await page.addInitScript(WATCH_GAPS);
  await page.goto(`${gate.url}/${address}`, { waitUntil: "commit" });
  return page;
}

/** The browser itself says so: text or pictures have been on the screen. */
async function untilPainted(page: Page): Promise<void> {
  await page.waitForFunction(
    () => performance.getEntriesByName("first-contentful-paint").length > 0,
    undefined,
    { timeout: HANGS_MS },
  );
}

const troubles = (): string[] => visits.flatMap((each) => each.troubles);
const gapsOf = (page: Page): Promise<string[]> =>
  page.evaluate(() => (globalThis as unknown as { gaps: string[] }).gaps);

/** Where on the screen; the page's own things are in the root, those before it in the shell. */
async function placesOf(page: Page, within: string): Promise<unknown[]> {
  const parts = [".brand__name", ".frame__main", ".totals", ".group-heading", ".skeleton-row >> nth=0"];
  return Promise.all(parts.map((part) => page.locator(`${within} ${part}`).boundingBox()));
}

for (const [where, look] of [
  ["a desk", DESK],
  ["a phone", PHONE],
  ["a narrow window", NARROW],
] as const)
  test(`on ${where} the frame is painted while no script has come; the page takes its very place while no download has come`, async () => {
    gate.hold(/^\/assets\/.*\.js|^\/(?:events|jobs)/);
    const page = await open(look);
    await untilPainted(page);
    expect(await page.locator("#root").innerHTML()).toBe("");
    const before = await placesOf(page, "#shell");
    expect(before).not.toContain(null);

    gate.hold(/^\/(?:events|jobs)/);
    await page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
    await page.getByRole("searchbox", { name: "Search downloads" }).waitFor();
    await page.getByRole("status", { name: "Loading downloads" }).waitFor();
    expect(await placesOf(page, "#root")).toEqual(before);
    expect(await page.locator("#shell").isVisible()).toBe(false);

    gate.hold(null);
    await page.getByRole("article", { name: "a.bin" }).waitFor();
    expect((await watched(page)).shifts).toEqual([]);
    expect(await gapsOf(page)).toEqual([]);
    expect(troubles()).toEqual([]);
  });

test("an address of another page shows no outline of the downloads before it", async () => {
  gate.hold(/^\/assets\/.*\.js/);
  const page = await open(DESK, "#/models");
  await untilPainted(page);
  await page.locator("#shell .brand__name").waitFor();
  expect(await page.locator("#shell .totals").isVisible()).toBe(false);
  gate.hold(null);
  await page.getByRole("heading", { name: "Models", level: 1 }).waitFor();
  expect(troubles()).toEqual([]);
});

test("the first page is a few files, not a hundred little ones", async () => {
  const html = await (await fetch(gate.url)).text();
  const files = [...html.matchAll(/(?:src|href)="\.\/([^"]+\.(?:js|css))"/g)].map(([, file]) => file ?? "");
  expect(files.length).toBeGreaterThan(3);
  expect(files.length).toBeLessThanOrEqual(MOST_FILES);

  // And they are all it waits for: with every other file held back, the page is there.
  const named = files.map((file) => file.replaceAll(".", "\\."));
  gate.hold(new RegExp(`^/assets/(?!(?:${named.map((file) => file.replace("assets/", "")).join("|")})$)`));
  const page = await open(DESK);
  await page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
});

test("a link to a download that is not there says what may have happened, and leads to those that are", async () => {
  const page = await open(DESK, "#/downloads?job=0193d1c0-0000-7000-8000-000000000009");
  const drawer = page.getByRole("dialog", { name: "Details" });
  await drawer.getByRole("heading", { name: "There is no such download here" }).waitFor();
  await drawer.getByText("It may have been removed").waitFor();
  await drawer.getByText("0193d1c0-0000-7000-8000-000000000009").waitFor();
  await drawer.getByRole("button", { name: "Show all downloads" }).click();
  await drawer.waitFor({ state: "hidden" });
  await page.getByRole("article", { name: "a.bin" }).waitFor();
  expect(new URL(page.url()).hash).toBe("#/downloads");
  expect(troubles()).toEqual([]);
});
