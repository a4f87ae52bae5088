/** A page of which a part does not come begins all the same, as soon as it can, or says why it does not. */
import type { Browser, BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { HANGS_MS } from "./world/browser.ts";
import { openGate } from "./world/gate.ts";
import type { Gate } from "./world/gate.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

/** What the page says of a script that it imports and that is cut off on purpose here. */
const CUT = /Failed to fetch dynamically imported module|extension\.js' violates/;

let stage: Stage;
let browser: Browser;
let gate: Gate;

beforeAll(async () => {
  stage = await openStage();
  ({ browser } = stage);
  gate = await openGate(stage.url);
});
afterEach(async () => {
  gate.cut(null);
  gate.hold(null);
  for (const context of browser.contexts()) await context.close();
  await stage.endVisits(CUT);
});
afterAll(async () => {
  await gate?.close();
  await stage?.[Symbol.asyncDispose]();
});

async function open(options: BrowserContextOptions = {}, isClockHeld = false): Promise<Page> {
  gate.asked.length = 0;
  const { page } = await stage.visit("about:blank", options);
  if (isClockHeld) await page.clock.install();
  await page.goto(`${gate.url}/`, { waitUntil: "commit", timeout: HANGS_MS });
  return page;
}

const untilBegun = (page: Page): Promise<void> =>
  page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
const asked = (which: RegExp) => (): Promise<boolean> =>
  Promise.resolve(gate.asked.some((path) => which.test(path)));
const starts = (): number => gate.asked.filter((path) => path === "/").length;

for (const [what, which] of [
  ["the first script", /^\/assets\/index-.*\.js$/],
  ["a script that it imports", /^\/assets\/words-.*\.js$/],
  ["the page that it imports later", /^\/assets\/start-page-.*\.js$/],
  ["what that one imports", /^\/assets\/react-.*\.js$/],
  ["a style", /^\/assets\/first-.*\.css$/],
] as const)
  test(`${what} is cut off at first: the page starts again by itself, and is whole`, async () => {
    gate.cut(which);
    const page = await open();
    await waitFor("it is asked for", asked(which), Boolean);
    await waitFor("the server is looked for", asked(/^\/health$/), Boolean);
    gate.cut(null);
    // A start that failed is counted until one does not; without a style the first one shows the page, too.
    await page.waitForFunction(
      () =>
        sessionStorage.getItem("haulyard-failed-starts") === null &&
        document.querySelector("h1") !== null &&
        document.styleSheets.length > 2,
      undefined,
      { timeout: HANGS_MS },
    );
    expect(await page.getByRole("alert").count()).toBe(0);
    expect(starts()).toBe(2);
  });

test("while the server is away it is said so, and the page goes on by itself once it is back", async () => {
  gate.cut(/^\/assets\/.*\.js$|^\/health$/);
  const page = await open();
  await page.getByRole("alert").getByText("The server does not answer.").waitFor();
  gate.cut(null);
  await untilBegun(page);
  expect(starts()).toBe(2);
});

test("what never comes is not asked for for ever: after some starts a person is told, and may try again", async () => {
  gate.cut(/^\/assets\/react-.*\.js$/);
  const page = await open();
  await page.getByRole("alert").getByText("Haulyard could not be loaded.").waitFor();
  expect(starts()).toBe(4);
  gate.cut(null);
  await page.getByRole("button", { name: "Load it again" }).click();
  await untilBegun(page);
  expect(starts()).toBe(5);
});

test("a style that never comes is not started over for ever either, and what there is can be used", async () => {
  gate.cut(/^\/assets\/first-.*\.css$/);
  const page = await open();
  await page.getByRole("alert").getByText("Haulyard could not be loaded.").waitFor();
  await untilBegun(page);
  expect(starts()).toBe(4);
});

test("a script that somebody else puts into the page and that does not come starts nothing again", async () => {
  gate.hold(/^\/assets\/.*\.js$/);
  const page = await open();
  await page.locator("#shell .brand__name").waitFor();
  await page.evaluate(() =>
    new Promise((refused) => {
      const script = document.createElement("script");
      script.src = "http://127.0.0.1:9/extension.js";
      script.addEventListener("error", refused);
      document.head.append(script);
    }).then(() => {}),
  );
  gate.hold(null);
  await untilBegun(page);
  expect(await page.evaluate(() => sessionStorage.getItem("haulyard-failed-starts"))).toBe(null);
  expect(starts()).toBe(1);
});

test("a browser that keeps nothing cannot count starts: it is told at once", async () => {
  gate.cut(/^\/assets\/react-.*\.js$/);
  gate.asked.length = 0;
  const { page } = await stage.visit("about:blank");
  await page.addInitScript(() => {
    Object.defineProperty(globalThis, "sessionStorage", {
      get: () => {
        throw new DOMException("not here", "SecurityError");
      },
    });
  });
  await page.goto(`${gate.url}/`, { waitUntil: "commit" });
  await page.getByRole("alert").getByText("Haulyard could not be loaded.").waitFor();
  expect(starts()).toBe(1);
});

test("what hangs is said to take long, in the language of the browser; when it comes the word goes", async () => {
  gate.hold(/^\/assets\/.*\.js$/);
  const page = await open({ locale: "de-AT" }, true);
  await waitFor("scripts", asked(/^\/assets\/.*\.js$/), Boolean);
  await page.locator("#shell .brand__name").waitFor();
  await page.clock.fastForward(14_000);
  expect(await page.getByRole("alert").count()).toBe(0);
  await page.clock.fastForward(2_000);
  await page.getByRole("alert").getByText("Haulyard braucht lange, um zu laden.").waitFor();
  await page.getByRole("button", { name: "Neu laden" }).waitFor();
  gate.hold(null);
  await page.getByRole("heading", { name: "Downloads", level: 1 }).waitFor();
  expect(await page.getByRole("alert").count()).toBe(0);
  expect(starts()).toBe(1);
});

test("a part that comes late is not lost because another one that did not come is asked for again", async () => {
  const page = await open();
  await untilBegun(page);
  // The one waits for the server, and looks every second for styles that did not come.
  gate.cut(/^\/assets\/(?:shortcuts-help|overall-limit-dialog)-.*|^\/health$/);
  gate.hold(/^\/assets\/images-route-.*\.css$/);
  await page.keyboard.press("?");
  await page.getByRole("link", { name: "Images" }).first().click();
  await waitFor("the style of the page", asked(/^\/assets\/images-route-.*\.css$/), Boolean);
  const looks = (): number => gate.asked.filter((path) => path === "/health").length;
  const before = looks();
  await waitFor(
    "two looks",
    () => Promise.resolve(looks() - before),
    (more) => more >= 3,
  );
  gate.hold(null);
  await page.getByRole("heading", { name: "Image Library", level: 1 }).waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  gate.cut(null);
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  const missing = await page.evaluate(
    () =>
      [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter(
        ({ sheet }) => sheet === null,
      ).length,
  );
  expect(missing).toBe(0);
});
