/** The page in colours people chose themselves: what is chosen, how far things are and where dialogs end can be seen. */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { call } from "./world/api.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
let stage: Stage;

beforeAll(async () => {
  stage = await openStage({ origin: { "/slow.bin": { size: 90 * MB, bytesPerSecond: MB } } });
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/slow.bin` });
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

const groundOf = (one: Locator): Promise<string> =>
  one.evaluate((element) => getComputedStyle(element).backgroundColor);
const systemColour = (page: Page, name: string): Promise<string> =>
  page.evaluate((colour) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.cssText = `forced-color-adjust: none; color: ${colour}`;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);

test.each(["light", "dark"] as const)("in forced colours, %s", async (colorScheme) => {
  const page = await stage.look("/downloads", { forcedColors: "active", colorScheme });
  const highlight = await systemColour(page, "Highlight");
  const chosen = async (selector: string): Promise<void> => {
    const one = page.locator(selector).filter({ visible: true }).first();
    await one.waitFor();
    expect(await groundOf(one), selector).toBe(highlight);
  };
  await page.getByRole("article").first().waitFor();
  for (const selector of [".bar__fill", ".nav-link[aria-current]", ".filter-tab[aria-pressed=true]"])
    await chosen(selector);
  expect(await groundOf(page.locator(".nav-link:not([aria-current])").first())).not.toBe(highlight);
  await chosen(".mantine-SegmentedControl-label[data-active]");

  await page.keyboard.press("ControlOrMeta+k");
  await chosen(".palette__entry[aria-selected=true]");
  const edgeOf = (): Promise<string> =>
    page.getByRole("dialog").evaluate((element) => getComputedStyle(element).borderTopWidth);
  expect(await edgeOf()).toBe("1px");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });

  await page.keyboard.press("n");
  await page.getByRole("dialog").waitFor();
  expect(await edgeOf()).toBe("1px");

  await page.goto(`${stage.url}/#/settings/appearance`);
  await page.reload();
  await chosen(".settings__link[aria-current]");
  await chosen(".settings-group__rows .mantine-SegmentedControl-label[data-active]");
});
