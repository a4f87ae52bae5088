/** News in the corner do not lie over what is pressed at the foot of the page. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { call } from "./world/api.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ origin: { "/slow.bin": { size: 300 * MB, bytesPerSecond: MB } } });
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin` });
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

test.each([
  [1280, 800, {}],
  [360, 740, { isMobile: true, hasTouch: true }],
])("news make room for what can be done to selected rows: %i pixels", async (width, height, more) => {
  const page = await stage.look("/downloads", { viewport: { width, height }, ...more });
  await page.getByRole("article").first().waitFor();
  await page.getByRole("article").getByRole("link").first().focus();
  await page.keyboard.press("x");
  const bar = page.getByRole("region", { name: "Selected downloads" });
  await bar.getByRole("button", { name: "Pause" }).click();
  const news = page.locator(".mantine-Notification-root").first();
  await news.waitFor();
  const covered = async (): Promise<string[]> => {
    const buttons = await bar.getByRole("button").all();
    const under: string[] = [];
    for (const button of buttons) {
      const own = await button.evaluate((element) => {
        const { x, y, width: w, height: h } = element.getBoundingClientRect();
        return element.contains(document.elementFromPoint(x + w / 2, y + h / 2));
      });
      if (!own) under.push((await button.textContent()) ?? "");
    }
    return under;
  };
  await expect.poll(covered).toEqual([]);
  expect(await news.isVisible()).toBe(true);
  const [above, below] = [await news.boundingBox(), await bar.locator(".selection-bar").boundingBox()];
  expect((above?.y ?? 0) + (above?.height ?? 0)).toBeLessThanOrEqual(below?.y ?? 0);
  await bar.getByRole("button", { name: "Select nothing" }).click();
  await page.getByRole("button", { name: "Resume all" }).click();
});
