/** Who may ask, on the page: the token, the first account, signing in and out, keys; by a real browser. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { faultsOf } from "./world/axe.ts";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const PASSWORD = "correct horse battery";
const HOSTILE = `<img src=x onerror="document.title='owned'">`;
let stage: Stage;
let token: string;

beforeAll(async () => {
  stage = await openStage({ env: { HAULYARD_AUTH: "always" } });
  token = (await readFile(join(stage.world.data, "token"), "utf8")).trim();
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

const heading = (page: Page, name: string) => page.getByRole("heading", { name, exact: true });
async function shoot(page: Page, name: string): Promise<void> {
  const folder = process.env["SHOTS"];
  if (folder !== undefined) await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true });
}

test("from the token to the first account, to a key, out and in again", async () => {
  const { page, troubles } = await stage.visit();
  await heading(page, "This server wants its token").waitFor();
  await shoot(page, "token");
  await page.getByLabel("Token").fill("wrong");
  await page.keyboard.press("Enter");
  await page.getByText("This is not the server’s token").waitFor();
  await page.getByLabel("Token").fill(token);
  await page.keyboard.press("Enter");

  await heading(page, "Make the first account").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await shoot(page, "first");
  await page.getByLabel("Name").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill("short");
  await page.keyboard.press("Enter");
  await page.getByText("must have at least 10 characters").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await heading(page, "Downloads").waitFor();
  await page.locator("#main:focus").waitFor();
  // The session that came with the account is enough.
  expect(await page.evaluate(() => localStorage.getItem("haulyard-token"))).toBeNull();

  await page.goto(`${stage.url}/#/settings/access`);
  await page.getByText("this browser").waitFor();
  await page.getByText("Chrome on Linux").first().waitFor();
  await page.getByRole("button", { name: "Add key" }).click();
  await page.getByLabel("Name").fill(HOSTILE);
  await page.getByRole("button", { name: "Make key" }).click();
  const secret = page.locator(".access-secret");
  await secret.waitFor();
  const key = await secret.innerText();
  expect(key).toMatch(/^hy_[\w-]{43}$/);
  const ask = () => fetch(`${stage.url}/jobs`, { headers: { "x-api-key": key } });
  expect((await ask()).status).toBe(200);
  await page.getByRole("button", { name: "Done" }).click();
  await page.getByText(HOSTILE, { exact: true }).first().waitFor();
  await page.getByRole("button", { name: "Add account" }).click();
  await page.getByLabel("Name").fill("kiosk");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.getByText("Look", { exact: true }).first().click();
  await page.getByRole("button", { name: "Make account" }).click();
  await page.getByText("kiosk", { exact: true }).first().waitFor();
  await page.getByText("Made an account").first().waitFor();
  for (const width of [1280, 390]) {
    await page.setViewportSize({ width, height: 900 });
    expect(await faultsOf(page), `${width} pixels`).toEqual([]);
    await shoot(page, `access-${width}`);
  }
  await page.setViewportSize({ width: 1280, height: 900 });
  await page.getByRole("button", { name: `Revoke ${HOSTILE}` }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Revoke" }).click();
  await expect.poll(async () => (await ask()).status).toBe(401);
  expect(await page.title()).not.toContain("owned");

  await page.getByRole("button", { name: "Sign out", exact: true }).click();
  await heading(page, "Sign in").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await shoot(page, "sign-in");
  await page.getByLabel("Name").fill("anna");
  await page.getByLabel("Password", { exact: true }).fill("not the right one");
  await page.keyboard.press("Enter");
  await page.getByText("The name or the password is wrong.").waitFor();
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("this browser").waitFor();
  expect(troubles).toEqual([]);
});

test("who may only look sees their own sessions, and neither accounts nor the log", async () => {
  const { page, troubles } = await stage.visit("/#/settings/access", {
    colorScheme: "dark",
  });
  await heading(page, "Sign in").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.getByLabel("Name").fill("kiosk");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByText("kiosk, this browser").waitFor();
  expect(await page.getByRole("heading", { name: "Accounts" }).count()).toBe(0);
  expect(await page.getByRole("heading", { name: "Audit log" }).count()).toBe(0);
  expect(await faultsOf(page)).toEqual([]);
  await shoot(page, "kiosk-dark");

  // What they may not do is not offered anywhere, so that nothing they see is ever refused.
  const refused: string[] = [];
  page.on("response", (answer) => {
    if (answer.status() === 403) refused.push(answer.url());
  });
  await asAdmin("POST", "/jobs", { source: "http://127.0.0.1:1/mine.bin" });
  const offered = async (path: string, name: string): Promise<string[]> => {
    await page.goto(`${stage.url}/#${path}`);
    await page.getByRole("heading", { level: 1, name }).waitFor();
    await page.locator("#root [class*=skeleton]").first().waitFor({ state: "detached" });
    return (await page.getByRole("main").getByRole("button").allInnerTexts()).filter((words) => words !== "");
  };
  const row = page.getByRole("article", { name: "mine.bin" });
  await offered("/downloads", "Downloads");
  // Until it is taken up its row is in another part of the list, and its menu would go with it.
  await row.getByText(/refuses connections/).waitFor();
  await row.getByRole("button", { name: "More for mine.bin" }).click();
  await page.getByRole("menuitem", { name: "Copy address" }).waitFor();
  expect(await page.getByRole("menuitem").allInnerTexts()).toEqual(["Copy address", "Copy path"]);
  await page.keyboard.press("Escape");
  expect(await row.getByRole("button").count()).toBe(1);
  expect(await row.getByRole("checkbox").count()).toBe(0);
  await row.getByRole("link").first().focus();
  for (const key of ["Space", "Delete", "x", "Control+a", "l"]) await page.keyboard.press(key);
  await page.keyboard.press("n");
  await page.getByRole("alert").filter({ hasText: "You may look here" }).waitFor();
  expect(await page.getByRole("dialog").count()).toBe(0);
  const TABS = /^(?:All|Active|Waiting|Problems|Paused|History|Done)/;
  expect((await offered("/downloads", "Downloads")).filter((words) => !TABS.test(words))).toEqual([]);
  expect(await offered("/instances", "Instances")).toEqual([]);
  for (const [path, name] of [
    ["/models", "Models"],
    ["/storage/images", "Image Library"],
    ["/resources", "Resources"],
  ] as const)
    expect((await offered(path, name)).join(" ")).not.toMatch(
      /\b(?:add|download|import|install|verify|reload)\b/i,
    );
  await offered("/settings", "Settings");
  expect(await page.getByRole("navigation", { name: "Sections" }).getByRole("link").allInnerTexts()).toEqual([
    "Notifications",
    "Machines",
    "Access",
    "Appearance",
    "About",
  ]);
  await page.getByRole("complementary").getByText("You may look").waitFor();
  for (const section of ["About", "Appearance", "Notifications"]) {
    await page.getByRole("link", { name: section, exact: true }).click();
    await page.getByRole("heading", { name: section, level: 2 }).waitFor();
  }
  expect(refused).toEqual([]);
  expect(await faultsOf(page)).toEqual([]);

  // With another role the same page offers what that one may.
  await asAdmin("PATCH", "/access/users/kiosk", { role: "operate" });
  // A change of it ends the sessions.
  await page.reload();
  await page.getByLabel("Name").fill("kiosk");
  await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await page.keyboard.press("Enter");
  await page.getByRole("complementary").getByText("You may operate").waitFor();
  expect(await offered("/instances", "Instances")).toEqual([]);
  expect(await offered("/downloads", "Downloads")).toContain("Add download");
  expect(refused).toEqual([]);
  expect(troubles).toEqual([]);
});

async function asAdmin(method: string, path: string, body: object): Promise<void> {
  const headers = { authorization: `Bearer ${token}`, "content-type": "application/json" };
  const answer = await fetch(stage.url + path, { method, headers, body: JSON.stringify(body) });
  expect(answer.ok, await answer.text()).toBe(true);
}
