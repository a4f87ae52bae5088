/** The queue under a finger: a press that rests on a grip lifts its row, and whatever else a finger does scrolls. */
import type { CDPSession, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import type { JobListMessage } from "../src/wire/requests.ts";
import { call } from "./world/api.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
/** More than are drawn at once. */
const MANY = 200;
const PHONE = { width: 390, height: 700 };
/** As wide and as high as a finger needs it. Pixels. */
const FINGER = 40;

let stage: Stage;
let page: Page;
let cdp: CDPSession;

beforeAll(async () => {
  stage = await openStage({
    origin: { "/slow.bin": { size: 900 * MB, bytesPerSecond: MB } },
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1" },
  });
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin` });
  const lines = Array.from({ length: MANY }, (_, index) => `${stage.origin.url}/many/file-${index}.bin`);
  await call(`${stage.url}/jobs`, "POST", { source: lines.join("\n") });
});
beforeEach(async () => {
  const { page: opened, context } = await stage.visit("about:blank", {
    viewport: PHONE,
    hasTouch: true,
    isMobile: true,
  });
  page = opened;
  cdp = await context.newCDPSession(page);
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

const row = (name: string): Locator => page.getByRole("article", { name, exact: true });
const dragged = (): Locator => page.locator("[data-dragged], [data-drop], .row_lifted");
const scrolled = (): Promise<number> => page.evaluate(() => window.scrollY);
async function queue(): Promise<string[]> {
  const ask = `${stage.url}/jobs?status=PENDING&sort=priority&limit=1000`;
  return (await call<JobListMessage>(ask)).body.jobs.map(({ name }) => name);
}

/** The list from the one that waits first, in the middle of the screen. */
async function showQueue(): Promise<readonly [string, string, string]> {
  const [first = "", second = "", third = ""] = await queue();
  await page.goto(stage.url);
  await row(third).locator(".row__grip").waitFor();
  await row(first).evaluate((element) => {
    const { top } = element.getBoundingClientRect();
    window.scrollTo(0, window.scrollY + top - 200);
  });
  return [first, second, third];
}

type Point = readonly [x: number, y: number];
async function touch(type: "Start" | "Move" | "End" | "Cancel", ...points: Point[]): Promise<void> {
  const touchPoints = points.map(([x, y], id) => ({ x, y, id }));
  await cdp.send("Input.dispatchTouchEvent", { type: `touch${type}`, touchPoints });
}
async function middleOf(element: Locator): Promise<Point> {
  const { x, y, width, height } = (await element.boundingBox()) ?? { x: 0, y: 0, width: 0, height: 0 };
  return [x + width / 2, y + height / 2];
}
const gripOf = (name: string): Promise<Point> => middleOf(row(name).locator(".row__grip"));
async function lift(name: string): Promise<Point> {
  const at = await gripOf(name);
  await touch("Start", at);
  await page.locator(".row_lifted").waitFor();
  return at;
}

test("a finger that rests on a grip lifts the row, carries it, and puts it where it lets go", async () => {
  const [first, second, third] = await showQueue();
  const box = await row(third).locator(".row__grip").boundingBox();
  expect(Math.min(box?.width ?? 0, box?.height ?? 0)).toBeGreaterThanOrEqual(FINGER);
  const before = await scrolled();
  const [x, y] = await lift(third);
  const [, target] = await middleOf(row(first));
  for (const part of [0.2, 0.5, 0.8]) await touch("Move", [x, y + (target - y) * part]);
  await touch("Move", [x, target - 10]);
  await row(first).and(page.locator("[data-drop='before']")).waitFor();
  const off = async (): Promise<number> =>
    Math.abs((await middleOf(page.locator(".row_lifted")))[1] - (target - 10));
  await expect.poll(off).toBeLessThan(2);
  await touch("End");
  await waitFor(
    "the new order",
    queue,
    ([one, two, three]) => `${one} ${two} ${three}` === `${third} ${first} ${second}`,
  );
  expect(await scrolled()).toBe(before);
  expect(await dragged().count()).toBe(0);
});

test("near the edge the list scrolls by itself, also past what was drawn of it", async () => {
  const [first] = await showQueue();
  const [x] = await lift(first);
  await touch("Move", [x, PHONE.height / 2]);
  // Above what stands over the foot of the list: a finger is not to go beyond.
  const foot = (await page.locator(".nav_foot").boundingBox())?.y ?? 0;
  await touch("Move", [x, foot - 20]);
  await row(first).waitFor({ state: "detached" });
  await touch("Move", [x, PHONE.height / 2]);
  await page.locator("[data-drop]").waitFor();
  await touch("End");
  await waitFor("far down", queue, (names) => names.indexOf(first) > 8);
  expect(await dragged().count()).toBe(0);
});

test("a swipe that begins on a grip scrolls and moves nothing", async () => {
  // The time of the page stands still while the finger moves: how slow this machine is makes no rest of a swipe.
  await page.clock.install();
  const [, second] = await showQueue();
  const [before, order] = [await scrolled(), await queue()];
  await page.clock.pauseAt(Date.now() + 60_000);
  const [x, y] = await gripOf(second);
  await touch("Start", [x, y]);
  for (let moved = 20; moved <= 160; moved += 20) await touch("Move", [x, y - moved]);
  await waitFor("it scrolled", scrolled, (now) => now > before + 60);
  await page.clock.runFor(2_000);
  expect(await dragged().count()).toBe(0);
  await touch("End");
  await page.clock.resume();
  expect(await queue()).toEqual(order);
});

test.each([
  ["the browser takes the finger away", () => touch("Cancel")],
  ["a second finger comes", ([x, y]: Point) => touch("Start", [x, y], [x + 100, y])],
  ["Escape is pressed", () => page.keyboard.press("Escape")],
])("when %s, the row goes back and nothing has moved", async (_, giveUp) => {
  const [first, second, third] = await showQueue();
  const order = await queue();
  const [x] = await lift(third);
  const [, target] = await middleOf(row(first));
  await touch("Move", [x, target - 10]);
  await row(first).and(page.locator("[data-drop='before']")).waitFor();
  await giveUp([x, target - 10]);
  await dragged().first().waitFor({ state: "detached" });
  expect(await dragged().count()).toBe(0);
  await touch("Cancel").catch(() => undefined);
  // What is asked for after it would have come after it.
  await page.getByRole("button", { name: `More for ${second}` }).tap();
  await page.getByRole("menuitem", { name: "Move down" }).tap();
  const [one, two, three, ...rest] = order;
  const expected = [one, three, two, ...rest].join();
  await waitFor("the move that was asked for", queue, (now) => now.join() === expected);
});
