/** The page under fingers: everything can be hit, and what a mouse drags or points at has another way. */
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { JobListMessage } from "../src/wire/requests.ts";
import { buildPage } from "../tools/build-page.ts";
import { call } from "./world/api.ts";
import { launchChromium, visit } from "./world/browser.ts";
import type { Visit } from "./world/browser.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";

const MB = 1_000_000;
/** As wide and as high as a finger needs it. Pixels. */
const FINGER = 40;

let browser: Browser;
let origin: Origin;
let world: World;
let haulyard: Haulyard;
let open: Visit;
let page: Page;

beforeAll(async () => {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  browser = await launchChromium();
  origin = await startOrigin({
    "/slow.bin": { size: 900 * MB, bytesPerSecond: MB },
    "/gone.bin": { size: 1, status: 404 },
  });
  world = await createWorld({
    flux: { name: "FLUX.1", models: { a: { name: "A", url: `${origin.url}/a.bin`, path: "unet/a.bin" } } },
  });
  haulyard = await startHaulyard(world, {
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1" },
  });
  await call(`${haulyard.url}/jobs`, "POST", { source: `${origin.url}/gone.bin` });
  for (const path of ["first.bin", "a.bin", "b.bin", "c.bin"])
    await call(`${haulyard.url}/jobs`, "POST", { source: `${origin.url}/slow.bin`, path });
  open = await visit(browser, haulyard.url, {
    viewport: { width: 390, height: 844 },
    hasTouch: true,
    isMobile: true,
  });
  page = open.page;
});
afterAll(async () => {
  if (open.troubles.length > 0) throw new Error(open.troubles.join("\n"));
  await browser.close();
  await haulyard.kill9();
  await world.remove();
  await origin[Symbol.asyncDispose]();
});

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
    await page.goto(`${haulyard.url}/#/${route}`);
    await page.getByRole("heading", { level: 1, name: title }).waitFor();
    await page.getByRole("article").first().waitFor();
    expect(await tooSmall()).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth)).toBe(390);
  },
);

test("waiting downloads are put in order and selected by taps alone", async () => {
  await page.goto(`${haulyard.url}/#/downloads`);
  const queue = async (): Promise<string[]> => {
    const { body } = await call<JobListMessage>(`${haulyard.url}/jobs?status=PENDING&sort=priority`);
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
