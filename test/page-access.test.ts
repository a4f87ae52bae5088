/** The page for everybody: by keyboard, for screen readers, in both colour schemes, on a phone, behind a proxy. */
import { createServer, request } from "node:http";
import type { Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo } from "node:net";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { buildPage } from "../tools/build-page.ts";
import { faultsOf } from "./world/axe.ts";
import { launchChromium, visit } from "./world/browser.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";

const MB = 1_000_000;
const DIALOG = "[role=dialog]";
/** What is in a name must be shown, never run. */
const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let browser: Browser;
let origin: Origin;
let world: World;
let haulyard: Haulyard;

/** One download in every state the page has a look for. */
beforeAll(async () => {
  const built = await buildPage();
  if (built.kind === "failed") throw new Error(built.output);
  browser = await launchChromium();
  origin = await startOrigin({
    "/slow.safetensors": { size: 400 * MB, bytesPerSecond: MB },
    "/paused.safetensors": { size: 400 * MB, bytesPerSecond: MB },
    "/unknown.bin": { size: 400 * MB, bytesPerSecond: MB, length: "chunked", ranges: "off" },
    "/done.bin": { size: 200_000 },
    "/gone.bin": { size: MB, status: 404 },
  });
  world = await createWorld({
    good: {
      name: "Good ones",
      models: {
        slow: { name: "Slow one", url: `${origin.url}/slow.safetensors`, path: "unet/slow.safetensors" },
        gone: { name: "Gone one", url: `${origin.url}/gone.bin`, path: "unet/gone.bin" },
        here: { name: "Here already", url: `${origin.url}/done.bin`, path: "vae/done.bin" },
        idle: { name: HOSTILE, url: `${origin.url}/done.bin`, path: "vae/idle.bin", description: HOSTILE },
        evil: { name: "Evil", url: `${origin.url}/x`, path: "../../evil.bin" },
      },
    },
  });
  // What is slow over one connection is slow over many, too; slow enough to go on for as long as anybody looks.
  haulyard = await startHaulyard(world, { env: { HAULYARD_LIMIT_RATE: "900kB" } });
  await download("slow");
  await download("gone");
  await download("here");
  await add({ source: `${origin.url}/unknown.bin` });
  const paused = await add({ source: `${origin.url}/paused.safetensors` });
  // Some of it is here: removing it would lose something.
  await waitFor(
    "bytes",
    () => jobOf(paused),
    ({ progress }) => progress.bytes_done > MB / 2,
  );
  await post(`/jobs/${paused}/pause`);
  await waitFor(
    "paused",
    () => jobOf(paused),
    ({ status }) => status === "PAUSED",
  );
  for (const name of ["waiting-1.bin", "waiting-2.bin"])
    await add({ source: `${origin.url}/slow.safetensors`, path: name });
});
afterAll(async () => {
  await browser.close();
  await haulyard.stop();
  await world.remove();
  await origin[Symbol.asyncDispose]();
});

async function post(path: string, body?: unknown): Promise<{ id: string }> {
  const headers = body === undefined ? {} : { "content-type": "application/json" };
  const init = { method: "POST", headers, ...(body === undefined ? {} : { body: JSON.stringify(body) }) };
  const answer = await fetch(haulyard.url + path, init);
  expect(answer.ok, await answer.clone().text()).toBe(true);
  return (await answer.json()) as { id: string };
}
const add = async (body: object): Promise<string> => (await post("/jobs", body)).id;
const download = (model_id: string) => post("/download", { model_set: "good", model_id });
async function jobOf(id: string): Promise<JobMessage> {
  return (await (await fetch(`${haulyard.url}/jobs/${id}`)).json()) as JobMessage;
}

/** One after the other in a page that stays open: to load it costs more than to look at it. */
describe("axe finds nothing to mend in the light and the dark scheme", () => {
  const open = async (route: string) => {
    const seen = await visit(browser, haulyard.url + route);
    await seen.page.getByRole("heading", { level: 1 }).waitFor();
    await seen.page.getByRole("article").first().waitFor();
    return seen;
  };

  test.each([
    ["downloads", "/#/downloads"],
    ["models", "/#/models"],
  ])("on the page of %s, on a screen and on a phone", async (_, route) => {
    const { page, context, troubles } = await open(route);
    for (const width of [1280, 375]) {
      await page.setViewportSize({ width, height: 800 });
      expect(await faultsOf(page), `${width} pixels`).toEqual([]);
    }
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("in the dialogs: new download with errors, details, model entry, keys, confirmation", async () => {
    const { page, context } = await open("/#/downloads");
    const closed = async (): Promise<void> => {
      await page.keyboard.press("Escape");
      await page.getByRole("dialog").waitFor({ state: "hidden" });
    };
    await page.keyboard.press("n");
    await page.getByRole("dialog").getByRole("button", { name: "Download" }).click();
    await page.getByText("Paste an address, such as").waitFor();
    expect(await faultsOf(page, DIALOG)).toEqual([]);
    await closed();

    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
    expect(await faultsOf(page, DIALOG)).toEqual([]);
    await closed();

    await page.getByRole("link", { name: "gone.bin" }).click();
    await page.getByRole("dialog").getByText("Saved to").waitFor();
    expect(await faultsOf(page, DIALOG)).toEqual([]);
    await closed();

    await page.getByRole("button", { name: "More for paused.safetensors" }).click();
    await page.getByRole("menuitem", { name: "Remove" }).waitFor();
    expect(await faultsOf(page, "[role=menu]")).toEqual([]);
    await page.getByRole("menuitem", { name: "Remove" }).click();
    await page.getByRole("dialog", { name: "Remove paused.safetensors?" }).waitFor();
    expect(await faultsOf(page, DIALOG)).toEqual([]);
    await page.getByRole("button", { name: "Keep" }).click();
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await page.getByRole("button", { name: "More for gone.bin" }).click();
    await page.getByRole("menuitem", { name: "Copy path" }).click();
    await page.getByRole("alert").getByText("Path copied").waitFor();
    expect(await faultsOf(page)).toEqual([]);

    await page.goto(`${haulyard.url}/#/models`);
    await page.getByRole("button", { name: "Add model" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Add model" }).click();
    await page.getByText("Give it a name").waitFor();
    expect(await faultsOf(page, DIALOG)).toEqual([]);
    await context.close();
  });
});

describe("by keyboard alone", () => {
  test("a download is added, found, opened, paused, resumed and removed", async () => {
    const { page, context, troubles } = await visit(browser, haulyard.url);
    await page.getByRole("article").first().waitFor();
    await page.keyboard.press("n");
    const dialog = page.getByRole("dialog", { name: "Add downloads" });
    await expect.poll(() => hasFocus(dialog.getByLabel("Addresses"))).toBe(true);
    await page.keyboard.type(`${origin.url}/slow.safetensors`);
    const name = dialog.getByLabel("File name");
    await name.waitFor();
    for (let tab = 0; tab < 12 && !(await hasFocus(name)); tab++) await page.keyboard.press("Tab");
    await page.keyboard.type("by-keyboard.safetensors");
    await page.keyboard.press("Enter");
    const row = page.getByRole("article", { name: "by-keyboard.safetensors" });
    await row.waitFor();
    await page.getByRole("dialog").waitFor({ state: "hidden" });

    await page.keyboard.press("/");
    await page.keyboard.type("keyboard");
    await page.getByRole("article", { name: "waiting-1.bin" }).waitFor({ state: "hidden" });
    const link = row.getByRole("link");
    for (let tab = 0; tab < 30 && !(await hasFocus(link)); tab++) await page.keyboard.press("Tab");
    await expect.poll(() => hasFocus(link)).toBe(true);

    await page.keyboard.press("Space");
    await row.getByText("Paused", { exact: true }).waitFor();
    await expect.poll(() => hasFocus(link), { message: "the focus stays with the row" }).toBe(true);
    await page.keyboard.press("Enter");
    await page.getByRole("dialog").getByText("Saved to").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    await expect.poll(() => hasFocus(link), { message: "the focus is back where it was" }).toBe(true);
    await page.keyboard.press("Space");
    await row.getByRole("button", { name: /^Pause/ }).waitFor();
    await expect.poll(() => hasFocus(link), { message: "the focus stays with the row" }).toBe(true);
    await page.keyboard.press("Delete");
    await page.getByRole("dialog").getByRole("button", { name: "Remove" }).press("Enter");
    await row.waitFor({ state: "hidden" });
    expect(troubles).toEqual([]);
    await context.close();
  });

  test("arrows go from row to row, and the focus is seen", async () => {
    const { page, context } = await visit(browser, haulyard.url);
    const names = page.locator("[data-row-focus]");
    await names.nth(2).waitFor();
    await names.first().focus();
    await page.keyboard.press("ArrowDown");
    await expect.poll(() => hasFocus(names.nth(1))).toBe(true);
    const outline = await names
      .nth(1)
      .evaluate((element) => getComputedStyle(element, "::after").outlineStyle);
    expect(outline).toBe("solid");
    await page.keyboard.press("ArrowUp");
    await expect.poll(() => hasFocus(names.first())).toBe(true);
    await context.close();
  });

  test("opening and closing the details leaves the list where it was scrolled to", async () => {
    const { page, context } = await visit(browser, haulyard.url, { viewport: { width: 1000, height: 420 } });
    const last = page.locator("[data-row-focus]").last();
    // As far as a click scrolls: until it stands still and nothing is above it.
    await last.hover();
    const before = await page.evaluate(() => scrollY);
    expect(before).toBeGreaterThan(100);
    await last.click();
    await page.getByRole("dialog").getByText("Saved to").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "hidden" });
    expect(await page.evaluate(() => scrollY)).toBe(before);
    await context.close();
  });

  test("letters typed into a field are letters, not shortcuts", async () => {
    const { page, context } = await visit(browser, `${haulyard.url}/#/models`);
    await page.getByRole("article").first().waitFor();
    await page.keyboard.press("/");
    await page.keyboard.type("n?/");
    expect(await page.getByRole("searchbox").inputValue()).toBe("n?/");
    expect(await page.getByRole("dialog").count()).toBe(0);
    await context.close();
  });
});

describe("what the page tells", () => {
  test("an unknown length is shown as unknown, not as 0 %", async () => {
    const { page, context } = await visit(browser, haulyard.url);
    const row = page.getByRole("article", { name: "unknown.bin" });
    await row.getByText("of unknown size").waitFor();
    expect(await row.getByRole("progressbar").getAttribute("aria-valuenow")).toBeNull();
    await context.close();
  });

  test("a failure says what happened and what to do, with Retry beside it; the same on the models", async () => {
    const { page, context } = await visit(browser, haulyard.url);
    const row = page.getByRole("article", { name: "gone.bin" });
    await row.getByText("answered 404 Not Found").waitFor();
    await row.getByText("Check the address; the file may have been moved or removed.").waitFor();
    await row.getByRole("button", { name: "Retry gone.bin" }).waitFor();
    await page.getByRole("link", { name: "Models" }).filter({ visible: true }).click();
    const model = page.getByRole("article", { name: "Gone one" });
    await model.getByText("Failed", { exact: true }).waitFor();
    await model.getByText("answered 404 Not Found").waitFor();
    await page.getByRole("region", { name: "Entries that cannot be used" }).getByText("good/evil").waitFor();
    await context.close();
  });

  test("the choice of dark is kept over a reload, without a white flash before it", async () => {
    const { page, context } = await visit(browser, haulyard.url, { colorScheme: "light" });
    await page.getByTitle("Dark").click();
    await page.waitForFunction(() => document.documentElement.dataset["mantineColorScheme"] === "dark");
    // Only what is there before any module has run.
    await page.route("**/assets/*.js", (route) => route.abort());
    await page.reload();
    expect(await page.evaluate(() => document.documentElement.dataset["mantineColorScheme"])).toBe("dark");
    await context.close();
  });
});

test("under a path of a reverse proxy everything works", async () => {
  const proxy = await proxyUnder("/tools/haulyard", haulyard.port);
  const { page, context, troubles } = await visit(browser, `${proxy.url}/tools/haulyard/`);
  await page.getByRole("article", { name: "slow.safetensors" }).waitFor();
  await page.locator("[data-link='live']").filter({ visible: true }).waitFor();
  await page.getByRole("link", { name: "Models" }).filter({ visible: true }).click();
  await page.getByRole("article", { name: "Slow one" }).waitFor();
  expect(troubles).toEqual([]);
  await context.close();
  proxy.server.closeAllConnections();
  proxy.server.close();
});

function hasFocus(locator: ReturnType<Page["locator"]>): Promise<boolean> {
  return locator.evaluate((element) => element === document.activeElement);
}

/** Passes what is asked below a path on, without the path; everything else is not found. */
async function proxyUnder(prefix: string, port: number): Promise<{ url: string; server: Server }> {
  const server = createServer((incoming, outgoing) => {
    const path = incoming.url ?? "/";
    if (!path.startsWith(`${prefix}/`)) {
      outgoing.writeHead(404).end();
      return;
    }
    const options = {
      port,
      host: "127.0.0.1",
      method: incoming.method,
      path: path.slice(prefix.length),
      headers: incoming.headers,
    };
    const onward = request(options, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, server };
}
