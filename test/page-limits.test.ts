/** Limits on the page: changed by hand and by keyboard, felt by what runs, seen by everybody who looks. */
import type { Browser, BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { LimitMessage } from "../src/wire/limits.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call, jobOf } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import { waitFor } from "./world/haulyard.ts";
import { untilMeasured } from "./world/until-measured.ts";
import { openBrowser, openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;

let browser: Browser;
let stage: Stage;
let job: string;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  stage = await openStage({
    browser,
    origin: { "/big.bin": { size: 1_200 * MB, bytesPerSecond: 4 * MB } },
    env: { HAULYARD_LIMIT_RATE: "30MB" },
  });
  const source = `${stage.origin.url}/big.bin`;
  job = (await call<JobMessage>(`${stage.url}/jobs`, "POST", { source })).body.id;
});
afterEach(() => stage?.[Symbol.asyncDispose]());

async function show(route = "/", options: BrowserContextOptions = {}): Promise<Page> {
  const open = await stage.visit(route, options);
  await open.page.getByRole("article", { name: "big.bin" }).waitFor();
  return open.page;
}

const limitNow = async (): Promise<LimitMessage> =>
  (await call<LimitMessage>(`${stage.url}/limit-rate`)).body;
const dialog = (page: Page): Locator => page.getByRole("dialog", { name: "Limit for all downloads" });
const hasFocus = (element: Locator): Promise<boolean> =>
  element.evaluate((found) => found === document.activeElement);

/** Bytes per second of the job, over a second and a half. */
async function speed(): Promise<number> {
  const before = (await jobOf(stage.url, job)).progress.bytes_done;
  const began = Date.now();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  return (((await jobOf(stage.url, job)).progress.bytes_done - before) * 1000) / (Date.now() - began);
}

describe("the limit for all", () => {
  test("is changed by keyboard alone, felt by what runs, and seen by everybody at once", async () => {
    const page = await show();
    const other = await show("/", { viewport: { width: 390, height: 844 } });
    await other.getByRole("button", { name: "Limit: 30 MB/s. Change it" }).waitFor();
    await page.keyboard.press("l");
    await dialog(page).getByText("30 MB/s", { exact: true }).waitFor();
    await dialog(page).getByText("From the setting HAULYARD_LIMIT_RATE").waitFor();
    await dialog(page)
      .getByText(/B\/s at present$/)
      .waitFor();
    const field = dialog(page).getByLabel("Limit", { exact: true });
    await expect.poll(() => hasFocus(field)).toBe(true);
    await page.keyboard.press("ControlOrMeta+a");
    await page.keyboard.type("1M");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor({ state: "hidden" });
    for (const each of [page, other])
      await each.getByRole("button", { name: "Limit: 1 MiB/s. Change it" }).waitFor();
    expect(await limitNow()).toMatchObject({ limit_rate: "1MiB", source: "person" });
    await untilMeasured("it to be slow", speed, (now) => now < 2.5 * MB);

    await page.getByRole("button", { name: "Limit: 1 MiB/s. Change it" }).click();
    await dialog(page).getByText("Changed just now; the setting says 30MB.").waitFor();
    await dialog(page).getByRole("button", { name: "Back to the setting" }).click();
    await dialog(page).waitFor({ state: "hidden" });
    await other.getByRole("button", { name: "Limit: 30 MB/s. Change it" }).waitFor();
  });

  test("stops all downloads with off, which says so, and lets them go on with none", async () => {
    const page = await show();
    const row = page.getByRole("article", { name: "big.bin" });
    await page.getByRole("button", { name: /^Limit for all downloads/ }).click();
    await dialog(page).getByRole("button", { name: "off", exact: true }).click();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await row.getByText("Downloads are switched off.").waitFor();
    await page.getByRole("button", { name: "Limit: off. Change it" }).click();
    await dialog(page).getByText("Off: downloads wait").waitFor();
    await dialog(page).getByRole("button", { name: "none", exact: true }).click();
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await row.getByRole("button", { name: /^Pause/ }).waitFor();
    await page.getByRole("button", { name: /^Limit: / }).waitFor({ state: "hidden" });
  });

  test("that is none of any is refused at the field, and nothing is changed", async () => {
    const page = await show();
    await page.keyboard.press("l");
    const field = dialog(page).getByLabel("Limit", { exact: true });
    await field.fill("mo-fr 8-18 fast");
    await page.keyboard.press("Enter");
    await dialog(page).getByText("Write a rate such as 20M").waitFor();
    expect(await field.getAttribute("aria-invalid")).toBe("true");
    expect(await hasFocus(field)).toBe(true);
    expect(await limitNow()).toMatchObject({ source: "setting" });
    await field.fill("Mon-Fri 08:00-18:00 5M, off 23:00-06:00");
    await page.keyboard.press("Enter");
    await dialog(page).waitFor({ state: "hidden" });
    expect(await limitNow()).toMatchObject({ limit_rate: "mon-fri 08:00-18:00=5MiB, 23:00-06:00=off" });
  });
});

describe("the limit of one download", () => {
  test("is changed where it stands in the details, felt, and told in the history", async () => {
    const page = await show(`/#/downloads?job=${(await jobOf(stage.url, job)).id}`);
    const details = page.getByRole("dialog", { name: "Details" });
    const change = details.getByRole("button", { name: "Change the limit of big.bin" });
    await change.click();
    const field = details.getByLabel("Limit of big.bin");
    await expect.poll(() => hasFocus(field)).toBe(true);
    await field.fill("fast");
    await page.keyboard.press("Enter");
    await details.getByText("Write a rate such as 500k").waitFor();
    await page.keyboard.press("Escape");
    await change.waitFor();
    await expect.poll(() => hasFocus(change), { message: "the focus is back where it was" }).toBe(true);
    await page.keyboard.press("Enter");
    await field.fill("500kB");
    await page.keyboard.press("Enter");
    await details.getByText("500 kB/s", { exact: false }).first().waitFor();
    await details.getByText("limited to 500 kB/s by a person").waitFor();
    await waitFor(
      "the limit",
      () => jobOf(stage.url, job),
      ({ limit_rate }) => limit_rate === 500_000,
    );
    await untilMeasured("it to be slow", speed, (now) => now < 1.5 * MB);
    await details.getByText(/B\/s at present/).waitFor();
    await change.click();
    await field.fill("");
    await details.getByRole("button", { name: "Save" }).click();
    await details.getByText("limit lifted by a person").waitFor();
  });
});

test("axe finds nothing to mend in the dialogs for limits, on a screen and on a phone", async () => {
  const page = await show("/#/downloads");
  await call(`${stage.url}/limit-rate`, "PUT", { limit_rate: "mon-sun 00:00-24:00=5M, 20M" });
  const everywhere = async (within?: string): Promise<void> => {
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await faultsOf(page, within), `${width} pixels`).toEqual([]);
    }
    await page.setViewportSize({ width: 1280, height: 800 });
  };
  await page.getByRole("button", { name: "Limit: 5 MiB/s. Change it" }).waitFor();
  await everywhere();
  await page.keyboard.press("l");
  await dialog(page).getByLabel("Limit", { exact: true }).fill("fast");
  await page.keyboard.press("Enter");
  await dialog(page).getByText("Write a rate such as 20M").waitFor();
  await everywhere("[role=dialog]");
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await page.getByRole("link", { name: "big.bin" }).click();
  await page.getByRole("button", { name: "Change the limit of big.bin" }).click();
  await page.getByLabel("Limit of big.bin").fill("fast");
  await page.keyboard.press("Enter");
  await page.getByText("Write a rate such as 500k").waitFor();
  await everywhere("[role=dialog]");
});
