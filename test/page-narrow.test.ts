/** The page on narrow phones: every page and section fits, in every language, and nothing lies over something else. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { call } from "./world/api.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
const SECTIONS =
  "tokens limits folders retention commands notifications network machines access backup appearance about";
const ROUTES = [
  "downloads",
  "models",
  "models?view=files&all=true",
  "resources",
  "instances",
  "storage/images",
  ...SECTIONS.split(" ").map((section) => `settings/${section}`),
];

let stage: Stage;

beforeAll(async () => {
  stage = await openStage({
    origin: { "/slow.bin": { size: 300 * MB, bytesPerSecond: MB } },
    catalogue: ({ url }) => ({ flux: { name: "FLUX.1", models: models(url) } }),
    lay: async ({ folder }, { url }) => {
      const os = { family: "linux", distribution: "debian", version: "13", architecture: "x86_64" };
      const image = { id: "debian-13", name: "Debian 13", url: `${url}/a.qcow2`, format: "qcow2", os };
      await writeFile(join(folder, "images.json"), JSON.stringify({ images: [image] }));
    },
    env: ({ folder }) => ({ HAULYARD_IMAGE_CATALOG: join(folder, "images.json") }),
  });
  // Nobody answers there: it is one to send things to all the same.
  await call(`${stage.url}/hosts`, "POST", {
    ssh_connection: "ssh -p 9 root@127.0.0.1",
    ui_home: "/root/UI",
  });
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin` });
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

const models = (url: string): Record<string, object> =>
  Object.fromEntries(
    Array.from({ length: 30 }, (_, n) => [
      `m${n}`,
      {
        name: `FLUX.1 Kontext model ${n}`,
        url: `${url}/${n}.bin`,
        path: `unet/${n}.bin`,
        size: 4_020_000_000,
      },
    ]),
  );

/** What stands out of the phone or of its card, is cut, or lies under what is pressed. */
const misplaced = (page: Page): Promise<string[]> =>
  page.evaluate(() => {
    const found: string[] = [];
    const seen = (selector: string): HTMLElement[] =>
      [...document.querySelectorAll<HTMLElement>(selector)].filter((each) =>
        each.checkVisibility({ visibilityProperty: true }),
      );
    const wide = document.documentElement.scrollWidth;
    if (wide > innerWidth) found.push(`the page is ${wide} wide`);
    for (const each of seen("main .surface :is(button, input, .mantine-SegmentedControl-root)")) {
      const card = each.closest(".surface")?.getBoundingClientRect();
      const { right } = each.getBoundingClientRect();
      if (card !== undefined && right > card.right + 0.5) found.push(`out of its card: ${each.textContent}`);
    }
    for (const each of seen(".total"))
      if (each.scrollWidth > each.clientWidth) found.push(`cut: ${each.textContent}`);
    for (const each of seen(".search-field input")) {
      const { paddingLeft, paddingRight } = getComputedStyle(each);
      const room = each.clientWidth - parseFloat(paddingLeft) - parseFloat(paddingRight);
      if (room < 50) found.push(`${room} pixels to search in`);
    }
    for (const each of seen(".model")) {
      const badge = each.querySelector(".badge")?.getBoundingClientRect();
      const actions = each.querySelector(".model__actions")?.getBoundingClientRect();
      if (badge && actions && badge.right > actions.left) found.push(`under its buttons: ${each.ariaLabel}`);
    }
    let end = -2;
    for (const label of seen(".nav_foot .nav-link__label")) {
      const range = document.createRange();
      range.selectNodeContents(label);
      const { left, right } = range.getBoundingClientRect();
      if (left < end + 2) found.push(`too near to the word before it: ${label.textContent}`);
      end = right;
    }
    return found;
  });

test.each([
  ["en-GB", 360],
  ["de-DE", 360],
  ["en-GB", 320],
  ["de-DE", 320],
])("every page and section fits a phone: %s, %i pixels", async (locale, width) => {
  const look = { locale, viewport: { width, height: 740 }, isMobile: true, hasTouch: true };
  const page = await stage.look("/downloads", look);
  await page.getByRole("article").first().waitFor();
  const found: Record<string, string[]> = {};
  for (const route of ROUTES) {
    await page.evaluate((to) => void (location.hash = to), `#/${route}`);
    // Not the page that was there before.
    await page.reload();
    await page.locator("main h1").waitFor();
    if (/^models$|images/.test(route)) await page.locator("main article").first().waitFor();
    await expect.poll(() => page.locator("main :is([class*=skeleton], .setting-line_empty)").count()).toBe(0);
    const wrong = await misplaced(page);
    if (wrong.length > 0) found[route] = wrong;
  }
  expect(found).toEqual({});
});
