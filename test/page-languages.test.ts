/** The page in other languages than English. */
import type { Browser } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { buildPage } from "../tools/build-page.ts";
import { launchChromium, visit } from "./world/browser.ts";
import { createWorld, startHaulyard } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";

let browser: Browser;
let world: World;
let haulyard: Haulyard;

beforeAll(async () => {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  browser = await launchChromium();
  world = await createWorld();
  haulyard = await startHaulyard(world);
});
afterAll(async () => {
  await browser.close();
  await haulyard.stop();
  await world.remove();
});

test("the page speaks the browser's language; another one that is chosen by keyboard is kept over a reload", async () => {
  const { page, context } = await visit(browser, haulyard.url, { locale: "de-AT" });
  const languageOfPage = (): Promise<string | null> => page.locator("html").getAttribute("lang");
  await page.getByRole("link", { name: "Modelle" }).first().waitFor();
  await expect.poll(languageOfPage).toBe("de");

  await page.getByRole("button", { name: "Sprache" }).focus();
  await page.keyboard.press("Enter");
  expect(await page.getByRole("menuitemradio", { name: "Deutsch" }).getAttribute("aria-checked")).toBe(
    "true",
  );
  await page.getByRole("menuitemradio", { name: "English" }).focus();
  await page.keyboard.press("Enter");
  await page.getByRole("link", { name: "Models" }).first().waitFor();
  await expect.poll(languageOfPage).toBe("en");
  await page.reload();
  await page.getByRole("link", { name: "Models" }).first().waitFor();
  await context.close();
});

test("while the words of a language do not come, the page speaks English", async () => {
  const { page, context } = await visit(browser, `${haulyard.url}/docs`, { locale: "de-DE" });
  await page.route(/german.*\.js$/, (route) => route.abort());
  await page.goto(haulyard.url);
  await page.getByRole("link", { name: "Models" }).first().waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
  await context.close();
});
