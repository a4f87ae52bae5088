/** The page and the main job: press Download, reload, close the browser, kill the server; nothing is lost. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import { buildPage } from "../tools/build-page.ts";
import { launchChromium, visit } from "./world/browser.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";

const MB = 1_000_000;
/** Slow enough to be met in the middle by any machine; lifted when a test wants the end. */
const env = { HAULYARD_LIMIT_RATE: "600kB" };
const FILE = "/flux/flux1-dev.safetensors";
const SIZE = 72 * MB;

let browser: Browser;
let origin: Origin;
let world: World;
let haulyard: Haulyard;

beforeAll(async () => {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  browser = await launchChromium();
});
afterAll(() => browser.close());

beforeEach(async () => {
  origin = await startOrigin({ [FILE]: { size: SIZE } });
  world = await createWorld({
    flux: {
      name: "FLUX.1",
      models: {
        dev: {
          name: "FLUX.1 dev",
          url: origin.url + FILE,
          path: "unet/flux1-dev.safetensors",
          size: SIZE,
        },
        vae: { name: "FLUX.1 VAE", url: `${origin.url}/flux/ae.safetensors`, path: "vae/ae.safetensors" },
      },
    },
  });
  haulyard = await startHaulyard(world, { env });
});
afterEach(async () => {
  await haulyard.stop();
  await world.remove();
  await origin[Symbol.asyncDispose]();
});

const model = (page: Page): Locator => page.getByRole("article", { name: "FLUX.1 dev" });
const row = (page: Page): Locator => page.getByRole("article", { name: "flux1-dev.safetensors" });
const percentIn = async (part: Locator): Promise<number> =>
  Number((await part.getByRole("progressbar").getAttribute("aria-valuenow")) ?? -1);
const onDisk = (): Promise<Buffer> => readFile(join(world.models, "unet/flux1-dev.safetensors"));

async function pressDownload(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Download FLUX.1 dev" }).click();
  await model(page)
    .getByText(/[kM]B\/s/)
    .waitFor();
}

async function letItEnd(): Promise<void> {
  const headers = { "content-type": "application/json" };
  const body = JSON.stringify({ limit_rate: "none" });
  const answer = await fetch(`${haulyard.url}/limit-rate`, { method: "PUT", headers, body });
  expect(answer.status).toBe(200);
}

describe("a model download on the page", () => {
  test("pressing Download makes bytes, speed and time left move, and ends with the model here", async () => {
    const { page, context, troubles } = await visit(browser, `${haulyard.url}/#/models`);
    await model(page).getByText("Not here").waitFor();
    await pressDownload(page);
    const first = await model(page).textContent();
    expect(first).toMatch(/\d\s[kM]B of 72\.0\sMB/);
    await model(page)
      .getByText(/\d\ss left/)
      .waitFor();
    const before = await percentIn(model(page));
    await waitFor(
      "progress",
      () => percentIn(model(page)),
      (percent) => percent > before + 2,
    );
    await expect.poll(() => page.title()).toMatch(/^\d+\s% · [\d.]+\s[kM]B\/s – Haulyard$/);
    const icon = page.locator("link[rel='icon']");
    const ring = async (): Promise<number> => {
      const svg = decodeURIComponent((await icon.getAttribute("href")) ?? "");
      return Number(/stroke-dasharray="([\d.]+) /.exec(svg)?.[1] ?? -1);
    };
    const some = await ring();
    expect(some).toBeGreaterThanOrEqual(0);
    await waitFor("a fuller ring", ring, (length) => length > some);

    await letItEnd();
    await model(page).getByText("Here", { exact: true }).waitFor();
    expect((await onDisk()).equals(origin.bytes(FILE))).toBe(true);
    await expect.poll(() => page.title()).toBe("Haulyard");
    expect(await icon.getAttribute("href")).toBe("./favicon.svg");
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("a reload in the middle shows the progress at once, and it goes on", async () => {
    const { page, context, troubles } = await visit(browser, `${haulyard.url}/#/models`);
    await pressDownload(page);
    const before = await waitFor(
      "progress",
      () => percentIn(model(page)),
      (percent) => percent >= 5,
    );
    await page.reload();
    expect(await percentIn(model(page))).toBeGreaterThanOrEqual(before);
    await waitFor(
      "progress",
      () => percentIn(model(page)),
      (percent) => percent > before + 3,
    );
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("the browser is closed and another one opened: it is still there, and nothing was fetched twice", async () => {
    const first = await launchChromium();
    const { page } = await visit(first, `${haulyard.url}/#/models`);
    await pressDownload(page);
    const before = await waitFor(
      "progress",
      () => percentIn(model(page)),
      (percent) => percent >= 3,
    );
    await first.close();

    const { page: later, context } = await visit(browser, haulyard.url);
    expect(await percentIn(row(later))).toBeGreaterThanOrEqual(before);
    await letItEnd();
    await row(later).getByText("just now").waitFor();
    expect((await onDisk()).equals(origin.bytes(FILE))).toBe(true);
    expect(origin.seen(FILE).filter(({ bytesSent }) => bytesSent > MB)).toHaveLength(1);
    await context.close();
  });

  test("kill -9 of the server: the page says so, keeps what it knew, comes back live, and the file ends whole", async () => {
    const { page, context, troubles } = await visit(browser, haulyard.url);
    const body = JSON.stringify({ model_set: "flux", model_id: "dev" });
    await fetch(`${haulyard.url}/download`, {
      method: "POST",
      body,
      headers: { "content-type": "application/json" },
    });
    const before = await waitFor(
      "progress",
      () => percentIn(row(page)),
      (percent) => percent >= 6,
    );

    await haulyard.kill9();
    await page.getByRole("status").filter({ hasText: "Server away – reconnecting" }).waitFor();
    await expect.poll(() => page.title()).toBe("Server away – Haulyard");
    expect(await percentIn(row(page))).toBeGreaterThanOrEqual(before);
    await expectDisabled(row(page).getByRole("button", { name: "Pause flux1-dev.safetensors" }));

    // It does not say so for long.
    const again = page.getByText("Connected again").waitFor();
    [haulyard] = await Promise.all([startHaulyard(world, { port: haulyard.port, env }), again]);
    await page.locator("[data-link='live']").filter({ visible: true }).waitFor();
    await letItEnd();
    await row(page).getByText("just now").waitFor();
    expect((await onDisk()).equals(origin.bytes(FILE))).toBe(true);
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("where a proxy lets no event stream through, the page asks every two seconds", async () => {
    const { page, context } = await visit(browser, "about:blank");
    // What a shared worker asks for cannot be held back from here.
    await page.addInitScript("delete globalThis.SharedWorker");
    await page.route("**/events*", (route) => route.abort());
    await page.goto(`${haulyard.url}/#/models`);
    await page.locator("[data-link='polling']").filter({ hasText: "Every 2 s" }).waitFor();
    await pressDownload(page);
    await letItEnd();
    await model(page).getByText("Here", { exact: true }).waitFor();
    expect((await onDisk()).equals(origin.bytes(FILE))).toBe(true);
    await context.close();
  });
});

async function expectDisabled(button: Locator): Promise<void> {
  await button.waitFor();
  expect(await button.isDisabled()).toBe(true);
}
