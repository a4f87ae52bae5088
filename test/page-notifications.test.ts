/** Who is told, on the page: added, tested, switched off and removed; news of the browser while nobody looks. */
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { startReceiver } from "../src/notify/testing/receiver.ts";
import type { Receiver } from "../src/notify/testing/receiver.ts";
import { faultsOf } from "./world/axe.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

let stage: Stage;
let receiver: Receiver;
const ends = new AsyncDisposableStack();

beforeAll(async () => {
  receiver = await startReceiver();
  ends.defer(() => receiver.close());
  stage = ends.use(
    await openStage({ origin: { "/a.bin": { size: 1000 } }, env: { HAULYARD_DISK_LOW: "0" } }),
  );
});
afterEach(() => stage.endVisits());
afterAll(() => ends.disposeAsync());

const SECTION = "#/settings/notifications";
const HOSTILE = '<img src=x onerror="window.hacked=1"> ünï 🚀';

async function addChannel(page: Page): Promise<void> {
  await page.getByRole("button", { name: "Add channel" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByLabel("How").selectOption("webhook");
  await dialog.getByRole("button", { name: "Add channel" }).click();
  await dialog.getByText("This is needed.").waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await dialog.getByLabel("Address").fill(receiver.url);
  await dialog.getByLabel("Name").fill(HOSTILE);
  await dialog.getByLabel("Complete").uncheck();
  await dialog.getByRole("button", { name: "Add channel" }).click();
  await dialog.getByText(/^whsec_/).waitFor();
  await dialog.getByRole("button", { name: "Done" }).click();
  await dialog.waitFor({ state: "detached" });
}

test("a channel is added, tested, switched off and removed; what comes back is said, and no name is run", async () => {
  const { page, troubles } = await stage.visit(`/${SECTION}`);
  await page.getByText("Nobody yet").waitFor();
  await addChannel(page);
  await page.getByText("Failed, Needs attention, Disk space low").waitFor();

  receiver.answers.push({ status: 500, body: HOSTILE });
  await page.getByRole("button", { name: /^Send a test/ }).click();
  await page.getByText("HTTP 500").waitFor();
  await page.getByRole("button", { name: /^Send a test/ }).click();
  await page.getByText("the test arrived").waitFor();
  expect(receiver.got).toHaveLength(2);
  expect(await faultsOf(page)).toEqual([]);

  const kept = page.waitForResponse((answer) => answer.request().method() === "PATCH");
  await page.getByRole("switch", { name: /is told$/ }).focus();
  await page.keyboard.press("Space");
  expect((await kept).status()).toBe(200);
  await page.reload();
  await page.locator(".channel").waitFor();
  expect(await page.getByRole("switch", { name: /is told$/ }).isChecked()).toBe(false);
  await page.getByRole("button", { name: /^Remove/ }).click();
  // Gone from the page at once; from the server, where the next test looks, when that says so.
  const removed = page.waitForResponse((answer) => answer.request().method() === "DELETE");
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await page.getByText("Nobody yet").waitFor();
  expect((await removed).status()).toBe(200);
  expect(await page.evaluate("window.hacked")).toBeUndefined();
  expect(troubles).toEqual([]);
});

test("news of the browser come while the page is in the background, once they were switched on", async () => {
  const { page } = await stage.visit(`/${SECTION}`, {
    permissions: ["notifications"],
  });
  // The browser's own class, listened in on; and nobody looks at the page.
  await page.addInitScript(() => {
    const told: string[] = [];
    const Shown = window.Notification;
    window.Notification = class extends Shown {
      constructor(title: string, options?: NotificationOptions) {
        super(title, options);
        told.push(title);
      }
    };
    Object.assign(window, { told });
    Object.defineProperty(document, "hidden", { get: () => true });
  });
  await page.reload();
  await page.getByText("Nobody yet").waitFor();
  await page.getByRole("switch", { name: "Notifications of this browser" }).focus();
  await page.keyboard.press("Space");
  await expect
    .poll(() => page.getByRole("switch", { name: "Notifications of this browser" }).isChecked())
    .toBe(true);
  const told = (): Promise<string[]> => page.evaluate(() => (window as unknown as { told: string[] }).told);
  // Which of them is the first the page hears of is nobody's to say: it may still be connecting.
  let n = 0;
  const downloadAnother = async (): Promise<string[]> => {
    await fetch(`${stage.url}/jobs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify({ source: `${stage.origin.url}/a.bin`, path: `a${(n += 1)}.bin` }),
    });
    return told();
  };
  await waitFor("a notification", downloadAnother, (titles) => titles.length > 0);
  expect((await told())[0]).toMatch(/complete$/);
});
