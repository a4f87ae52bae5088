/**
 * Groups in a real browser: a set goes onto several places in one go, and is one entry with one progress; by mouse, by
 * keyboard, on a phone, with two people looking, and with a server that is killed.
 */
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { GroupAnswer, GroupListMessage } from "../src/wire/groups.ts";
import { addTrustedInstance } from "./world/add-instance.ts";
import { call } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import { waitFor } from "./world/haulyard.ts";
import { layCard } from "./world/lay-card.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";
import { startSshd } from "./world/sshd.ts";

const MB = 1_000_000;
/** What is in a name must be shown, never run; and it goes on for longer than any row. */
const HOSTILE = `<img src=x onerror="document.title='owned'"> ${"on and on ".repeat(15)}`;
const MACHINE = "gpu with a name that is far too long for the line it stands in, and then some";

let stage: Stage;
const ends = new AsyncDisposableStack();

/** Each test goes on where the one before it ended, as a person does. */
beforeAll(async () => {
  const sshd = ends.use(await startSshd());
  stage = ends.use(
    await openStage({
      origin: {
        "/vae.bin": { size: MB },
        "/clip.bin": { size: MB },
        "/slow.bin": { size: 400 * MB, bytesPerSecond: MB },
        "/long.bin": { size: 400 * MB, bytesPerSecond: MB },
        "/alone.bin": { size: 400 * MB, bytesPerSecond: MB },
      },
      catalogue: ({ url }) => ({
        set: {
          name: "A set",
          models: { vae: { name: "The VAE", url: `${url}/vae.bin`, path: "vae/vae.bin" } },
        },
      }),
      lay: (world, { url }) =>
        layCard(world, "vae.md", "A card", `wget -c ${url}/clip.bin -P "$UI_HOME/models/card"`),
      // Slow enough to be met in the middle; what is fetched on instances is not held up by it.
      env: { HAULYARD_LIMIT_RATE: "400kB" },
    }),
  );
  for (const [at, label] of [
    ["127.0.0.1", "gpu-1"],
    ["localhost", MACHINE],
  ] as const)
    await addTrustedInstance(stage, sshd, { at, label, uiHome: join(sshd.home, label.slice(0, 5)) });
});
afterEach(() => stage.endVisits());
afterAll(() => ends.disposeAsync());

const groups = async (): Promise<GroupListMessage["groups"]> =>
  (await call<GroupListMessage>(`${stage.url}/groups`)).body.groups;
const groupNamed = async (name: string) => (await groups()).find((group) => group.name === name);
const rowOf = (page: Page, name: string): Locator => page.getByRole("article", { name: `Group ${name}` });
const statusIs = (name: string, status: string): Promise<unknown> =>
  waitFor(
    `${name} ${status}`,
    () => groupNamed(name),
    (group) => group?.status === status,
  );
async function addGroup(name: string, ...paths: string[]): Promise<GroupAnswer> {
  const sources = paths.map((path) => `${stage.origin.url}${path}`);
  return (await call<GroupAnswer>(`${stage.url}/groups`, "POST", { name, sources })).body;
}

test("a set is put onto several places from the form, which says for each what would come of it", async () => {
  const page = await stage.look();
  await page.getByRole("button", { name: "Add download" }).first().click();
  const dialog = page.getByRole("dialog");
  await dialog
    .getByRole("textbox", { name: "Addresses, lists, commands, ids" })
    .fill(`${stage.origin.url}/vae.bin\n${stage.origin.url}/clip.bin`);
  await dialog.getByLabel("Place", { exact: true }).selectOption({ label: "Several places…" });
  // Who had chosen none goes on from this machine.
  expect(await dialog.getByRole("checkbox", { name: "This machine", exact: true }).isChecked()).toBe(true);
  await dialog.getByRole("checkbox", { name: "All places" }).check();
  const plan = dialog.getByRole("region", { name: "What would come of it" });
  for (const name of ["This machine", "gpu-1", MACHINE]) {
    const place = plan.locator(".plan-place").filter({ hasText: name });
    await place.getByText("2 files, 2.0 MB").waitFor();
    await place.getByText(/free$/).waitFor();
  }
  expect(await faultsOf(page)).toEqual([]);

  // One place less of one file: what is shown is what is queued.
  await plan.getByRole("button", { name: "gpu-1" }).click();
  await plan.getByRole("checkbox", { name: "Download clip.bin" }).uncheck();
  await plan.locator(".plan-place").filter({ hasText: "gpu-1" }).getByText("1 file, 1.0 MB").waitFor();
  await dialog.getByLabel("Name of the group").fill(HOSTILE.slice(0, 190));
  await dialog.getByRole("button", { name: /^Download 5 files/ }).click();

  const name = HOSTILE.slice(0, 190).trim();
  const row = rowOf(page, name);
  await row.getByText("Complete").waitFor();
  await row.getByText("3 of 3 places done").waitFor();
  expect(await groupNamed(name)).toMatchObject({ count: 5, places: 3, places_done: 3, percent: 100 });
  expect(await page.title()).not.toContain("owned");
  // Its downloads are folded away; it stands in the history, where they would.
  expect(await page.getByRole("article").count()).toBe(1);
  await page.getByText("5", { exact: true }).first().waitFor();

  await row.getByRole("link").first().click();
  await page
    .getByRole("list", { name: /^Places of / })
    .getByText("2 of 2")
    .first()
    .waitFor();
  await expect.poll(() => page.getByRole("article", { name: "vae.bin" }).count()).toBe(3);
  await page.getByRole("article", { name: "vae.bin" }).getByText("gpu-1", { exact: true }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test("what is there already is said, place by place, and nothing is left to do", async () => {
  const page = await stage.look("/models");
  await page.getByRole("button", { name: "Several places…" }).click();
  const dialog = page.getByRole("dialog");
  expect(await dialog.getByRole("textbox", { name: "Addresses, lists, commands, ids" }).inputValue()).toBe(
    "set/vae",
  );
  await dialog.getByText("Choose the places, and see what would come of it.").waitFor();
  await dialog.getByRole("button", { name: "Download", exact: true }).click();
  await dialog.getByText("Choose at least one place").waitFor();
  await dialog.getByRole("checkbox", { name: "This machine", exact: true }).check();
  await dialog.getByText("1 file, 1.0 MB").first().waitFor();
  await dialog.getByRole("button", { name: /^Download 1 file/ }).click();
  await statusIs("vae.bin", "COMPLETE");

  await page.getByRole("button", { name: "More for The VAE" }).click();
  await page.getByRole("menuitem", { name: "Put onto several places…" }).click();
  await dialog.getByRole("checkbox", { name: "This machine", exact: true }).check();
  await dialog.getByText("1 there already").waitFor();
  await dialog.getByText("Nothing to fetch").waitFor();
});

test("by keyboard a group opens, is paused and resumed, selected with all of its downloads, and kept", async () => {
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/alone.bin` });
  await addGroup("two", "/slow.bin", "/long.bin");
  const page = await stage.look();
  const link = rowOf(page, "two").getByRole("link").first();
  await link.focus();
  await page.keyboard.press("ArrowRight");
  await page.getByRole("article", { name: "slow.bin" }).waitFor();
  expect(await link.getAttribute("aria-expanded")).toBe("true");
  await page.keyboard.press("ArrowDown");
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("slow.bin");
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("ArrowLeft");
  await page.getByRole("article", { name: "slow.bin" }).waitFor({ state: "detached" });

  await page.keyboard.press(" ");
  await statusIs("two", "PAUSED");
  await rowOf(page, "two").getByText("Paused").waitFor();
  // Its row stands elsewhere now, and has the focus there.
  await expect.poll(() => page.evaluate(() => document.activeElement?.textContent)).toBe("two");
  await page.keyboard.press(" ");
  await waitFor(
    "goes on",
    () => groupNamed("two"),
    (group) => group?.counts.PAUSED === 0,
  );

  await page.keyboard.press("x");
  await page.getByText("2 selected").waitFor();
  // The next row is one more.
  await page.keyboard.press("Shift+ArrowDown");
  await page.getByText(/^[3-9] selected$/).waitFor();
  await page.keyboard.press("Escape");
  await page.getByText(/selected$/).waitFor({ state: "detached" });

  await link.focus();
  await page.keyboard.press("Delete");
  await page.getByRole("dialog", { name: "Remove the group two?" }).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  expect(await groupNamed("two")).toBeDefined();
});

test("its downloads are found one by one: by filter, by search and from the details, and a reload keeps it", async () => {
  const page = await stage.look();
  await page.getByLabel("Group", { exact: true }).selectOption({ label: "two" });
  await rowOf(page, "two").waitFor();
  await expect.poll(() => page.getByRole("article").count()).toBe(3);
  await page.reload();
  await page.getByRole("article", { name: "long.bin" }).waitFor();
  expect(page.url()).toContain("group=");
  // Closing it leads back to everything.
  await rowOf(page, "two").getByRole("link").first().click();
  await page.getByRole("article", { name: "alone.bin" }).waitFor();
  expect(page.url()).not.toContain("group=");

  const search = page.getByRole("searchbox", { name: "Search downloads" });
  await search.fill("slow");
  await page.getByRole("article", { name: "slow.bin" }).getByRole("link").first().click();
  const details = page.getByRole("dialog");
  await details.getByRole("link", { name: "two" }).click();
  await page.keyboard.press("Escape");
  await page.getByRole("article", { name: "long.bin" }).waitFor();

  await page.goto(`${stage.url}/#/downloads?q=two`);
  await rowOf(page, "two").getByRole("link").first().click();
  await page.getByRole("article", { name: "long.bin" }).waitFor();
  expect(page.url()).toMatch(/group=/);
});

test("two people see the same, and a reload in between takes nothing back", async () => {
  const [one, other] = [await stage.look(), await stage.look()];
  await rowOf(other, "two").waitFor();
  await rowOf(one, "two").getByRole("button", { name: "Pause two" }).click();
  await waitFor(
    "the server has begun",
    () => groupNamed("two"),
    (group) => (group?.counts.PAUSED ?? 0) > 0,
  );
  await one.reload();
  await rowOf(other, "two").getByText("Paused").waitFor();
  await rowOf(one, "two").getByText("Paused").waitFor();
  await rowOf(other, "two").getByRole("button", { name: "Resume two" }).click();
  await rowOf(one, "two").getByRole("button", { name: "Pause two" }).waitFor();
});

test("the server is killed and comes back: the group goes on, and one that came meanwhile is there", async () => {
  const page = await stage.look();
  await rowOf(page, "two").waitFor();
  await stage.haulyard.kill9();
  await page.getByRole("status").filter({ hasText: "Server away – reconnecting" }).waitFor();
  expect(await rowOf(page, "two").count()).toBe(1);
  await stage.startAgain();
  await call(`${stage.url}/groups`, "POST", { name: "later", sources: [`${stage.origin.url}/slow.bin`] });
  await rowOf(page, "later").waitFor();
  await rowOf(page, "two").getByText("Downloading").waitFor();
});

test("who may only look sees how far it is, and nothing to press that would be refused", async () => {
  const page = await stage.look();
  await page.route("**/access", async (route) => {
    const answer = await route.fetch();
    const body = (await answer.json()) as { asker: { may: string[] } };
    const may = body.asker.may.filter((deed) => deed.startsWith("GET"));
    await route.fulfill({ response: answer, json: { ...body, asker: { ...body.asker, may } } });
  });
  await page.reload();
  const row = rowOf(page, "two");
  await row.getByText("Downloading").waitFor();
  await row.getByRole("button", { name: "Pause two" }).waitFor({ state: "detached" });
  await row.getByRole("button", { name: "More for two" }).click();
  await page.getByRole("menuitem", { name: "Show only this group" }).waitFor();
  expect(await page.getByRole("menuitem").count()).toBe(1);
});

test.each(["light", "dark"] as const)(
  "on a phone, %s: nothing is wider than the screen, and axe finds no fault",
  async (colorScheme) => {
    const page = await stage.look("/downloads", { viewport: { width: 390, height: 844 }, colorScheme });
    await page
      .getByRole("article", { name: /^Group <img/ })
      .getByRole("link")
      .first()
      .click();
    await page.getByRole("list", { name: /^Places of / }).waitFor();
    const tooWide = await page.evaluate(() => document.documentElement.scrollWidth - innerWidth);
    expect(tooWide).toBeLessThanOrEqual(0);
    expect(await faultsOf(page)).toEqual([]);
  },
);

test("a group of hundreds is drawn only where it is seen, and is removed as one", async () => {
  const list = Array.from(
    { length: 200 },
    (_, n) => `${stage.origin.url}/slow.bin?${n}\n  out=many-${n}.bin`,
  ).join("\n");
  await call(`${stage.url}/groups`, "POST", { name: "hundreds", sources: [list] });
  const page = await stage.look();
  await rowOf(page, "hundreds").getByRole("link").first().click();
  await page
    .getByRole("article", { name: /^many-/ })
    .first()
    .waitFor();
  expect(await page.getByRole("article").count()).toBeLessThan(60);

  await rowOf(page, "hundreds").getByRole("button", { name: "More for hundreds" }).click();
  await page.getByRole("menuitem", { name: "Remove with its downloads" }).click();
  await page.getByRole("dialog").getByRole("button", { name: "Remove" }).click();
  await rowOf(page, "hundreds").waitFor({ state: "detached" });
  await waitFor(
    "it to be gone",
    () => groupNamed("hundreds"),
    (group) => group === undefined,
  );
  await page
    .getByRole("article", { name: /^many-/ })
    .first()
    .waitFor({ state: "detached" });

  // Alone it goes, and its downloads stay.
  await rowOf(page, "two").getByRole("button", { name: "More for two" }).click();
  await page.getByRole("menuitem", { name: "Ungroup" }).click();
  await page.getByRole("article", { name: "long.bin" }).waitFor();
});

test("cards are installed on several instances at once", async () => {
  const page = await stage.look("/resources");
  await page.getByRole("checkbox").first().check();
  await page.getByLabel("Install on").selectOption({ label: "Several places…" });
  await page.getByRole("button", { name: "Install Selected" }).click();
  const dialog = page.getByRole("dialog", { name: "Add downloads" });
  await dialog.getByRole("checkbox", { name: "gpu-1", exact: true }).check();
  await dialog.getByRole("checkbox", { name: MACHINE, exact: true }).check();
  for (const name of ["gpu-1", MACHINE])
    await dialog.locator(".plan-place").filter({ hasText: name }).getByText("1 file").waitFor();
  await dialog.getByRole("button", { name: /^Download 2 files/ }).click();
  const row = await waitFor("the group", groups, (all) => all.some(({ to }) => to.length === 2));
  expect(row.find(({ to }) => to.length === 2)).toMatchObject({ count: 2, places: 2 });
});
