/** The focus is never lost: who works by keyboard goes on where they are, whatever a press has taken away. */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call } from "./world/api.ts";
import type { Visit } from "./world/browser.ts";
import { layCard } from "./world/lay-card.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;

let stage: Stage;
let open: Visit;

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/slow.bin": { size: 900 * MB, bytesPerSecond: MB },
      "/done.bin": { size: 2000 },
      "/gone.bin": { size: 2000, status: 404 },
    },
    catalogue: ({ url }) => {
      const model = (name: string) => ({ name, url: `${url}/slow.bin`, path: `unet/${name}.bin`, size: 9 });
      return { flux: { name: "FLUX.1", models: { a: model("A"), b: model("B") } } };
    },
    lay: (world, { url }) =>
      layCard(world, "one.md", "Card one", `wget ${url}/done.bin -O "$UI_HOME/one.bin"`),
    // So slow that nothing ends meanwhile, whatever the number of connections.
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1" },
  });
  await add("done.bin");
  for (const path of ["first.bin", "a.bin", "b.bin", "c.bin", "d.bin"]) await add("slow.bin", path);
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

const add = async (name: string, path: string = name): Promise<string> =>
  (await call<JobMessage>(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/${name}`, path })).body
    .id;

async function show(route: string): Promise<Page> {
  open = await stage.visit(`/#${route}`);
  await open.page.getByRole("heading", { level: 1 }).waitFor();
  return open.page;
}
const button = (name: string, within: Page | Locator = open.page): Locator =>
  within.getByRole("button", { name, exact: true });
const dialog = (): Locator => open.page.getByRole("dialog");
const link = (name: string): Locator =>
  open.page.getByRole("article", { name, exact: true }).getByRole("link");
const press = (key: string): Promise<void> => open.page.keyboard.press(key);
/** While what it has asked for is under way it asks for nothing more. */
const idle = (name: string): Promise<void> =>
  button(name).and(open.page.locator(":not([aria-busy])")).first().waitFor();
const choose = (name: string): Promise<void> => open.page.getByRole("menuitem", { name }).press("Enter");

/** By the key alone: the button has the focus. */
async function confirmRemoving(): Promise<void> {
  await hasFocus(button("Remove", dialog()));
  await press("Enter");
}

/** It comes to have the focus, and keeps it. */
async function hasFocus(what: Locator): Promise<void> {
  await what.waitFor();
  await expect
    .poll(() => what.evaluate((element) => element === document.activeElement), { message: String(what) })
    .toBe(true);
}

test("a row that goes to another group takes the focus along, with the button that put it there", async () => {
  await show("/downloads");
  await button("Pause a.bin").press("Enter");
  await hasFocus(button("Resume a.bin"));
  await idle("Resume a.bin");
  await press("Enter");
  await hasFocus(button("Pause a.bin"));
  await idle("Pause a.bin");
  await link("b.bin").press("Space");
  await idle("Resume b.bin");
  await hasFocus(link("b.bin"));
  await press("Space");
  await idle("Pause b.bin");
  await hasFocus(link("b.bin"));
  await button("Pause all").first().press("Enter");
  await hasFocus(button("Resume all"));
  await idle("Resume all");
  await press("Enter");
  await hasFocus(button("Pause all").first());
});

test("a press that takes the focus away on purpose is left alone", async () => {
  const page = await show("/downloads");
  await link("a.bin").focus();
  await page.getByRole("heading", { level: 1 }).click();
  await button("Pause a.bin").evaluate((element) => element.remove());
  await press("/");
  await hasFocus(page.getByRole("searchbox"));
  await press("Escape");
  // The list goes on being drawn meanwhile; nobody is brought back to the search.
  await link("first.bin").getByText("first.bin").waitFor();
  await page.evaluate(() => new Promise((drawn) => setTimeout(drawn, 500)));
  expect(await page.evaluate(() => document.activeElement?.tagName)).toBe("BODY");
});

test("what removes its own row leaves the focus on the next one, by key, by menu and in the bar of what is selected", async () => {
  const page = await show("/downloads");
  const waiting = page.locator("article[data-queued]");
  await expect.poll(() => waiting.count()).toBe(4);
  const names = await waiting.evaluateAll((rows) => rows.map((row) => row.getAttribute("aria-label") ?? ""));
  const [one = "", two = "", three = "", four = ""] = names;
  await link(two).press("Delete");
  await confirmRemoving();
  await hasFocus(link(three));
  await button(`More for ${one}`).press("Enter");
  await choose("Remove");
  await confirmRemoving();
  await hasFocus(button(`More for ${three}`));
  // After the last of a group comes the one before it, not the next group.
  await link(four).press("Delete");
  await confirmRemoving();
  await hasFocus(link(three));
  await press("x");
  await button("Remove", page.getByRole("region", { name: "Selected downloads" })).press("Enter");
  await confirmRemoving();
  await link(three).waitFor({ state: "detached" });
  await expect.poll(() => open.page.evaluate(() => document.activeElement?.tagName)).not.toBe("BODY");
});

test("whatever opens gives the focus back: drawers, forms, menus, questions, and what the address has opened", async () => {
  await show("/downloads");
  await link("first.bin").press("Enter");
  await dialog().getByText("Saved to").waitFor();
  const address = open.page.url();
  await press("Escape");
  await hasFocus(link("first.bin"));
  for (const key of ["n", "l", "?", "Control+k"]) {
    await press(key);
    await dialog().waitFor();
    await press("Escape");
    await dialog().waitFor({ state: "detached" });
    await hasFocus(link("first.bin"));
  }
  await open.context.close();
  open = await stage.visit(address);
  await dialog().getByText("Saved to").waitFor();
  await press("Escape");
  await hasFocus(open.page.getByRole("main"));
});

test("models: a button that becomes another keeps the focus; what a menu opens gives it back; a deleted entry leaves it on the next", async () => {
  await show("/models");
  await button("Download A").press("Enter");
  await hasFocus(button("Pause A"));
  await idle("Pause A");
  await press("Enter");
  await hasFocus(button("Resume A"));
  await button("More for A").press("Enter");
  await choose("Edit entry");
  await dialog().waitFor();
  await press("Escape");
  await hasFocus(button("More for A"));
  await press("Enter");
  await choose("Delete entry");
  await button("Delete entry", dialog()).press("Enter");
  await hasFocus(button("More for B"));
});

test("resources, instances, keys: where a press removes what it was on, the focus stays near", async () => {
  await show("/resources");
  await open.page.getByRole("article", { name: "Card one" }).getByRole("link").press("Enter");
  await button("Choose for install").press("Enter");
  await hasFocus(button("Leave out"));
  await press("Escape");
  await hasFocus(open.page.getByRole("article", { name: "Card one" }).getByRole("link"));
  await open.context.close();

  await show("/settings/access");
  for (const name of ["one", "two"]) {
    await button("Add key").press("Enter");
    await open.page.getByLabel("Name").fill(name);
    await press("Enter");
    await hasFocus(button("Copy the key"));
    const revoke = open.page.getByRole("button", { name: `Revoke ${name}`, includeHidden: true });
    await revoke.waitFor({ state: "attached" });
    await button("Done").press("Enter");
  }
  await hasFocus(button("Add key"));
  await button("Revoke one").press("Enter");
  await button("Revoke", dialog()).press("Enter");
  await hasFocus(button("Revoke two"));
  await press("Enter");
  await button("Revoke", dialog()).press("Enter");
  await hasFocus(button("Add key"));
});

test("a button that works for long keeps the focus, and so does one whose server is away for a while", async () => {
  const page = await show("/models");
  const reached = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  await page.route("**/download", async (route) => {
    reached.resolve();
    await held.promise;
    await route.continue();
  });
  await button("Download B").press("Enter");
  await reached.promise;
  await hasFocus(button("Download B"));
  expect(await button("Download B").getAttribute("aria-busy")).toBe("true");
  held.resolve();
  await hasFocus(button("Pause B"));
  await stage.haulyard.kill9();
  await page.getByRole("status").filter({ hasText: "Server away" }).waitFor();
  expect(await button("Pause B").isDisabled()).toBe(true);
  await stage.startAgain();
  await hasFocus(button("Pause B"));
});

test("what had the focus and is gone is never followed by a button that does something else", async () => {
  const ask = (action: string, which: object) =>
    call(`${stage.url}/jobs/actions`, "POST", { action, ...which });
  await ask("remove", { filter: {} });
  await add("gone.bin");
  await add("done.bin", "ready.bin");
  const e = await add("slow.bin", "e.bin");
  await add("slow.bin", "f.bin");
  await ask("cancel", { ids: [await add("slow.bin", "g.bin")] });
  const page = await show("/downloads");
  await button("Retry all").waitFor();
  await button("Clear Cancelled").waitFor();
  await button("Clear Completed").waitFor();
  await button("Pause all").first().press("Enter");
  await hasFocus(button("Resume all"));
  await idle("Resume all");
  await press("Enter");
  await hasFocus(button("Pause all").first());
  await button("Clear Completed").press("Enter");
  await button("Clear Completed").waitFor({ state: "detached" });
  await hasFocus(page.getByRole("heading", { level: 2, name: "History" }));
  await button("Retry all").press("Enter");
  await page.getByRole("heading", { level: 1 }).click();
  await press("l");
  await dialog().waitFor();
  await press("Escape");
  await dialog().waitFor({ state: "detached" });
  await page.evaluate(() => new Promise((settled) => setTimeout(settled, 400)));
  expect(await page.evaluate(() => document.activeElement?.tagName)).not.toBe("BUTTON");
  await link("e.bin").press("Enter");
  await button("Pause", dialog()).focus();
  await ask("cancel", { ids: [e] });
  await hasFocus(dialog().getByRole("heading", { name: "e.bin" }));
});
