/** The page in other languages than English. */
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

let stage: Stage;

beforeAll(async () => {
  stage = await openStage();
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

test("the page speaks the browser's language; another one that is chosen by keyboard is kept over a reload", async () => {
  const { page } = await stage.visit("/", { locale: "de-AT" });
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
});

test("while the words of a language do not come, the page speaks English", async () => {
  const { page } = await stage.visit("/docs", { locale: "de-DE" });
  await page.route(/german.*\.js$/, (route) => route.abort());
  await page.goto(stage.url);
  await page.getByRole("link", { name: "Models" }).first().waitFor();
  expect(await page.locator("html").getAttribute("lang")).toBe("en");
});
