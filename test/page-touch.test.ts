/** The page under fingers: everything can be hit, and what a mouse drags or points at has another way. */
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobListMessage } from "../src/wire/requests.ts";
import { call } from "./world/api.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
/** As wide and as high as a finger needs it. Pixels. */
const FINGER = 40;

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/slow.bin": { size: 900 * MB, bytesPerSecond: MB },
      "/gone.bin": { size: 1, status: 404 },
    },
    catalogue: ({ url }) => ({
      flux: { name: "FLUX.1", models: { a: { name: "A", url: `${url}/a.bin`, path: "unet/a.bin" } } },
    }),
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1" },
  });
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/gone.bin` });
  for (const path of ["first.bin", "a.bin", "b.bin", "c.bin"])
    await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin`, path });
  page = await stage.look("/downloads", {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** What is smaller than a finger. A link that covers its row is as large as that. */
const tooSmall = (): Promise<string[]> =>
  page.evaluate((finger) => {
    const cover = (element: Element, part: string): [number, number] => {
      const { content, position, width, height } = getComputedStyle(element, part);
      return content === "none" || position !== "absolute" ? [0, 0] : [parseFloat(width), parseFloat(height)];
    };
    const found: string[] = [];
    for (const element of document.querySelectorAll<HTMLElement>(
      "a[href], button, input, select, textarea",
    )) {
      if (element.tabIndex < 0 || element.matches(".skip-link")) continue;
      if (!element.checkVisibility({ visibilityProperty: true, opacityProperty: true })) continue;
      const boxes = [element, element.closest("label") ?? element].map((each) =>
        each.getBoundingClientRect(),
      );
      const covers = [cover(element, "::before"), cover(element, "::after")];
      const width = Math.max(...boxes.map((box) => box.width), ...covers.map(([wide]) => wide));
      const height = Math.max(...boxes.map((box) => box.height), ...covers.map(([, high]) => high));
      if (Math.min(width, height) < finger - 0.5)
        found.push(`${element.ariaLabel ?? element.textContent} ${Math.round(width)}x${Math.round(height)}`);
    }
    return found;
  }, FINGER);

test.each([
  ["Downloads", "downloads"],
  ["Models", "models"],
  ["Image Library", "storage/images"],
])(
  "everything on the page %s can be hit by a finger, and nothing is wider than the phone",
  async (title, route) => {
    await page.goto(`${stage.url}/#/${route}`);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByRole("article").first().waitFor();
    expect(await tooSmall()).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  },
);

test("nothing stands out of the smallest phone, and the words of its navigation keep apart", async () => {
  await page.setViewportSize({ width: 320, height: 640 });
  for (const route of ["downloads", "models", "storage/images", "settings"]) {
    await page.goto(`${stage.url}/#/${route}`);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.evaluate(() => document.documentElement.scrollWidth), route).toBe(320);
  }
  const words = await page.locator(".nav_foot .nav-link__label").evaluateAll((labels) =>
    labels.map((label) => {
      const range = document.createRange();
      range.selectNodeContents(label);
      const { left, right } = range.getBoundingClientRect();
      return [left, right] as const;
    }),
  );
  expect(words).toHaveLength(5);
  for (const [nth, [left]] of words.entries()) expect(left).toBeGreaterThanOrEqual(words[nth - 1]?.[1] ?? 0);
  await page.setViewportSize({ width: 390, height: 844 });
});

test("waiting downloads are put in order and selected by taps alone", async () => {
  await page.goto(`${stage.url}/#/downloads`);
  const queue = async (): Promise<string[]> => {
    const { body } = await call<JobListMessage>(`${stage.url}/jobs?status=PENDING&sort=priority`);
    return body.jobs.map((job) => job.name);
  };
  // One of the four is at work.
  await expect.poll(async () => (await queue()).length).toBe(3);
  const before = await queue();
  const last = before.at(-1) ?? "";
  const choose = async (name: string): Promise<void> => {
    await page.getByRole("button", { name: `More for ${last}` }).tap();
    await page.getByRole("menuitem", { name }).tap();
  };
  await choose("Move to the top");
  await expect.poll(queue).toEqual([last, ...before.slice(0, -1)]);
  await choose("Move down");
  await expect.poll(async () => (await queue()).indexOf(last)).toBe(1);
  await choose("Select");
  await page.getByRole("region", { name: "Selected downloads" }).getByText("1 selected").waitFor();
});
