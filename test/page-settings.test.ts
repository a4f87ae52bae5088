/** The settings on the page: changed in place, told where they come from, tried, found, kept over a kill -9. */
import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { LimitMessage } from "../src/wire/limits.ts";
import { readBackup } from "../src/backup/read-backup.ts";
import type { SettingMessage } from "../src/wire/settings.ts";
import { call } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import { waitFor } from "./world/haulyard.ts";
import { filesWith } from "./world/planted-secret.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const HOSTILE = `<img src=x onerror="window.hacked=1">`;
const GOOD = "PLANTED-good";

/** Knows one token, and calls its owner something that must not be executed. */
let service: Server;
let stage: Stage;
const ends = new AsyncDisposableStack();

beforeAll(async () => {
  service = createServer((request, response) => {
    const known = request.headers.authorization === `Bearer ${GOOD}`;
    response.writeHead(known ? 200 : 401, { "content-type": "application/json" });
    response.end(JSON.stringify(known ? { name: HOSTILE } : { error: "no" }));
  });
  ends.defer(() => {
    service.closeAllConnections();
    service.close();
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  const endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  const env = { HF_ENDPOINT: endpoint, CIVITAI_ENDPOINT: endpoint, HAULYARD_RETENTION_HOURS: "12" };
  stage = ends.use(await openStage({ env }));
});
afterEach(() => stage.endVisits());
afterAll(() => ends.disposeAsync());

async function show(section: string, options: BrowserContextOptions = {}): Promise<Page> {
  const page = await stage.look(`/settings/${section}`, options);
  await page.getByRole("heading", { name: "Settings", level: 1 }).waitFor();
  return page;
}

async function setting(name: string): Promise<SettingMessage | undefined> {
  const { body } = await call<{ settings: SettingMessage[] }>(`${stage.url}/settings`);
  return body.settings.find((each) => each.name === name);
}

const becomes = (name: string, text: string): Promise<unknown> =>
  waitFor(
    `${name} ${text}`,
    () => setting(name),
    (found) => found?.value.text === text,
  );
const news = (page: Page, text: string): Locator => page.getByRole("alert").filter({ hasText: text });

test("a backup is made on the page, and is one", async () => {
  const page = await show("backup");
  const coming = page.waitForEvent("download");
  await page.getByRole("button", { name: "Download", exact: true }).click();
  // It does not say so for long.
  await news(page, "The backup is in your downloads").waitFor();
  const download = await coming;
  expect(download.suggestedFilename()).toMatch(/^haulyard-\d{4}-\d\d-\d\d\.tar\.gz$/);
  const file = join(stage.world.folder, "backup.tar.gz");
  await download.saveAs(file);
  const { files, withSecrets } = await readBackup(file, null);
  expect(files.map(({ name }) => name)).toContain("haulyard.db");
  expect(withSecrets).toBe(false);

  // And is restored there: what is none is refused; what is one waits for a start, over a reload, until it is given up.
  const choose = page.getByLabel("Backup file");
  const hostile = { name: `${HOSTILE}.tar.gz`, mimeType: "application/gzip", buffer: Buffer.from("none") };
  await choose.setInputFiles(hostile);
  await page.getByRole("dialog", { name: HOSTILE }).getByRole("button", { name: "Check it" }).click();
  await news(page, "is no backup").waitFor();
  await choose.setInputFiles(file);
  await page.getByRole("button", { name: "Check it and restore" }).click();
  const waits = page.getByRole("status").filter({ hasText: "waits for a start of the server" });
  await waits.waitFor();
  await page.reload();
  await waits.waitFor();
  expect(await page.evaluate("window.hacked")).toBeUndefined();
  await page.getByRole("button", { name: "Give it up" }).click();
  await waits.waitFor({ state: "detached" });
});

describe("a setting on the page", () => {
  test("is changed in place by keyboard, says where it comes from, is undone, refused, and given up", async () => {
    const page = await show("retention");
    const field = page.getByLabel("Forget ended downloads after");
    await page.getByText("From HAULYARD_RETENTION_HOURS").waitFor();

    await field.fill("48");
    await field.press("Enter");
    await news(page, "It counts from now on.").waitFor();
    await becomes("retentionHours", "48");
    await page.getByText("Changed just now").waitFor();
    await news(page, "It counts from now on.").getByRole("button", { name: "Undo" }).click();
    await page.getByText("From HAULYARD_RETENTION_HOURS").waitFor();
    await becomes("retentionHours", "12");

    await field.fill("soon");
    await field.press("Enter");
    await page
      .getByText('Expected a number of hours greater than 0 and at most 87600, got "soon".')
      .waitFor();
    expect(await field.inputValue()).toBe("soon");
    await field.press("Escape");
    expect(await field.inputValue()).toBe("12");

    await field.fill("72");
    await field.press("Tab");
    await page.getByRole("button", { name: "Back to 12 (HAULYARD_RETENTION_HOURS)" }).waitFor();
    await page.reload();
    await page.getByRole("button", { name: "Back to 12 (HAULYARD_RETENTION_HOURS)" }).click();
    await becomes("retentionHours", "12");
    await expect.poll(() => field.inputValue()).toBe("12");
  });

  test("is found by its words, and has the focus", async () => {
    const page = await show("about");
    await page.keyboard.press("/");
    await page.keyboard.type("face token");
    await page.getByRole("button", { name: /^Hugging Face token/ }).click();
    const field = page.getByLabel("Hugging Face token", { exact: true });
    await expect.poll(() => field.evaluate((found) => found === document.activeElement)).toBe(true);
    expect(page.url()).toContain("#/settings/tokens");
    await page.keyboard.press("Escape");
    await page.getByRole("searchbox").fill("no such setting");
    await page.getByText("No setting is called that.").waitFor();
  });

  test("that is a folder counts from the next start on, and one that cannot be is refused", async () => {
    const page = await show("folders");
    const field = page.getByLabel("VM images", { exact: true });
    await field.fill(join(stage.world.catalogue, "inside"));
    await field.press("Enter");
    await page.getByText(/is no folder, or something above it is none/).waitFor();
    await field.fill(join(stage.world.folder, "other images"));
    await field.press("Enter");
    await page.getByText("From the next start on", { exact: true }).waitFor();
    expect(await setting("imagesDir")).toMatchObject({ pending: true });
  });
});

test("a token is set, tried, replaced and removed, and never shown or executed", async () => {
  const page = await show("tokens");
  const field = page.getByLabel("Hugging Face token", { exact: true });
  await field.fill("PLANTED-bad");
  await field.press("Enter");
  await page.getByRole("button", { name: "Test Hugging Face token" }).click();
  await page.getByText("The service refuses it").waitFor();
  await field.fill(GOOD);
  await page.getByRole("button", { name: "Save" }).first().click();
  await expect.poll(() => field.inputValue()).toBe("");
  await page.getByText("The service refuses it").waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Test Hugging Face token" }).click();
  await page.getByText(`It works, as ${HOSTILE}`).waitFor();
  expect(await page.evaluate("window.hacked")).toBeUndefined();
  expect(await page.content()).not.toContain("PLANTED");
  // The database keeps it; nothing else in the folder of the server does.
  expect(filesWith(stage.world.folder, GOOD).filter((file) => !file.includes("haulyard.db"))).toEqual([]);
  await page.getByRole("button", { name: "Remove Hugging Face token" }).click();
  await page.getByRole("button", { name: "Test Hugging Face token" }).waitFor({ state: "detached" });
  expect(await setting("hfToken")).toMatchObject({ value: { is_set: false, source: "changed" } });
});

test("the limit by day and hour is put together without knowing how it is written", async () => {
  const page = await show("limits");
  const limit = async (): Promise<string> =>
    (await call<LimitMessage>(`${stage.url}/limit-rate`)).body.limit_rate;
  await page.getByLabel("At all times").fill("20M");
  await page.getByRole("button", { name: "Add hours" }).click();
  const hours = page.getByRole("group", { name: "Hours 1" });
  await hours.getByRole("button", { name: "Friday" }).click();
  await hours.getByLabel("From").fill("09:30");
  await hours.getByLabel("Rate").fill("fast");
  await page.getByRole("button", { name: "Save" }).click();
  await page.getByText(/Write a rate such as 5M/).waitFor();
  await hours.getByLabel("Rate").fill("off");
  await page.getByRole("button", { name: "Save" }).click();
  await waitFor("the limit", limit, (text) => text === "mon-thu 09:30-18:00=off, 20MiB");
  await page.getByRole("button", { name: "Back to the setting" }).click();
  await waitFor("no limit", limit, (text) => text === "none");
  await page.getByLabel("At all times").waitFor();
});

test("what was changed holds after kill -9, in the page's other window, too", async () => {
  const page = await show("commands");
  await page.getByText("Plain calls only").click();
  await news(page, "It counts from now on.").waitFor();
  await call(`${stage.url}/settings`, "PATCH", { localJobs: 7, imagesDir: join(stage.world.folder, "kept") });
  // What it still meant to load is nobody's trouble.
  await page.context().close();
  await stage.haulyard.kill9();
  await stage.startAgain();
  expect(await setting("commands")).toMatchObject({ value: { source: "changed", text: "known" } });
  expect(await setting("localJobs")).toMatchObject({ value: { source: "changed", text: "7" } });
  expect(await setting("imagesDir")).toMatchObject({
    pending: false,
    value: { source: "changed", text: join(stage.world.folder, "kept") },
  });
  const other = await show("limits");
  await expect.poll(() => other.getByLabel("Downloads at a time").inputValue()).toBe("7");
});

test("every section is for everybody: no fault of axe in either theme, and it fits a phone", async () => {
  const desk = await show("tokens");
  const sections = desk.getByRole("navigation", { name: "Sections of the settings" }).getByRole("link");
  const names = await sections.allTextContents();
  expect(names.length).toBeGreaterThanOrEqual(8);
  const phone = await show("tokens", { viewport: { width: 390, height: 844 } });
  await phone.getByRole("button", { name: "More" }).click();
  await phone.getByRole("menuitem", { name: "Images" }).waitFor();
  expect(await phone.getByRole("menuitem", { name: "Settings" }).getAttribute("aria-current")).toBe("page");
  await phone.keyboard.press("Escape");
  const look = async (page: Page, name: string): Promise<void> => {
    await page.getByRole("heading", { name, level: 2 }).waitFor();
    await page.locator(".setting-line_empty").first().waitFor({ state: "detached" });
    expect([name, await faultsOf(page)]).toEqual([name, []]);
  };
  for (const name of names) {
    await sections.filter({ hasText: new RegExp(`^${name}$`) }).click();
    await look(desk, name);
    // The others are made of the same fields.
    if (!["Tokens", "Limits", "Folders"].includes(name)) continue;
    await phone.getByLabel("Section of the settings").selectOption(name);
    await look(phone, name);
  }
});
