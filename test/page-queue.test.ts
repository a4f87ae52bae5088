/** The list of downloads as a tool: narrowed, selected, put in order, tidied; by mouse and by keyboard. */
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { JobListMessage } from "../src/wire/requests.ts";
import { call, jobOf } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import type { Visit } from "./world/browser.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
/** What is in a name must be shown, never run. */
const HOSTILE = `<img src=x onerror="document.title='owned'">.bin`;
/** A queue longer than any screen. */
const MANY = 1_000;
const QUEUE = ["a.bin", "b.bin", "c.bin", "d.bin"];

let stage: Stage;
let open: Visit;

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/slow.bin": { size: 900 * MB, bytesPerSecond: MB },
      "/done.bin": { size: 2000 },
      "/gone.bin": { size: MB, status: 404 },
      "/secret.bin": { size: MB, status: 401 },
    },
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1", HAULYARD_CONNECTIONS: "1" },
  });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** One at work, four that wait, one complete, two that failed. */
beforeEach(async () => {
  for (const name of ["done.bin", "gone.bin", "secret.bin"]) {
    const id = await add(name);
    await waitFor(
      "the end",
      () => jobOf(stage.url, id),
      ({ ended_at: at }) => at !== null,
    );
  }
  await add("slow.bin");
  for (const path of QUEUE) await add("slow.bin", path);
  open = await stage.visit();
  await row("slow.bin").getByText("Downloading").waitFor();
});
afterEach(async () => {
  try {
    await stage.endVisits();
  } finally {
    await call(`${stage.url}/jobs/actions`, "POST", { action: "remove", filter: {} });
  }
});

async function add(name: string, path?: string): Promise<string> {
  const body = { source: `${stage.origin.url}/${name}`, ...(path === undefined ? {} : { path }) };
  return (await call<JobMessage>(`${stage.url}/jobs`, "POST", body)).body.id;
}
const row = (name: string, page: Page = open.page): Locator =>
  page.getByRole("article", { name, exact: true });
const name = (of: string): Locator => row(of).getByRole("link");
const bar = (): Locator => open.page.getByRole("region", { name: "Selected downloads" });
const rows = (): Promise<string[]> =>
  open.page.getByRole("article").evaluateAll((all) => all.map((one) => one.getAttribute("aria-label") ?? ""));
const shownQueue = async (): Promise<string[]> => (await rows()).filter((one) => QUEUE.includes(one));
async function queue(): Promise<string[]> {
  const { body } = await call<JobListMessage>(`${stage.url}/jobs?status=PENDING&sort=priority`);
  return body.jobs.map((job) => job.name);
}
async function jobs(): Promise<Record<string, string>> {
  const { body } = await call<JobListMessage>(`${stage.url}/jobs?limit=1000`);
  return Object.fromEntries(body.jobs.map((job) => [job.name, job.status]));
}
const becomes = <T>(what: string, ask: () => Promise<T>, wanted: T): Promise<T> =>
  waitFor(what, ask, (now) => JSON.stringify(now) === JSON.stringify(wanted));

describe("the queue", () => {
  test("is put in order by keyboard: the row keeps the focus, and the server takes it in that order", async () => {
    const { keyboard } = open.page;
    await name("d.bin").focus();
    await keyboard.press("Alt+ArrowUp");
    await becomes("one up", shownQueue, ["a.bin", "b.bin", "d.bin", "c.bin"]);
    await expect.poll(() => name("d.bin").evaluate((link) => link === document.activeElement)).toBe(true);
    await keyboard.press("Alt+Shift+ArrowUp");
    await becomes("the top", queue, ["d.bin", "a.bin", "b.bin", "c.bin"]);
    await name("a.bin").focus();
    await keyboard.press("Alt+Shift+ArrowDown");
    await becomes("the bottom", queue, ["d.bin", "b.bin", "c.bin", "a.bin"]);
    await becomes("the same on the page", shownQueue, ["d.bin", "b.bin", "c.bin", "a.bin"]);
    await open.page.reload();
    await row("a.bin").waitFor();
    expect(await shownQueue()).toEqual(["d.bin", "b.bin", "c.bin", "a.bin"]);
    expect(open.troubles).toEqual([]);
  });

  test("is put in order by dragging, between two others; Escape leaves it as it is", async () => {
    const { mouse, keyboard } = open.page;
    const grip = async (of: string): Promise<void> => {
      await row(of).hover();
      const box = await row(of).locator(".row__grip").boundingBox();
      await mouse.move((box?.x ?? 0) + 6, (box?.y ?? 0) + 20);
      await mouse.down();
    };
    const top = async (of: string): Promise<number> => ((await row(of).boundingBox())?.y ?? 0) + 6;
    await grip("d.bin");
    await mouse.move(600, await top("b.bin"), { steps: 5 });
    await open.page.locator("[data-drop='before']").waitFor();
    await mouse.up();
    await becomes("dropped", queue, ["a.bin", "d.bin", "b.bin", "c.bin"]);
    await grip("c.bin");
    await mouse.move(600, await top("a.bin"), { steps: 5 });
    await keyboard.press("Escape");
    await mouse.up();
    expect(await open.page.locator("[data-drop], [data-dragged]").count()).toBe(0);
    expect(await queue()).toEqual(["a.bin", "d.bin", "b.bin", "c.bin"]);
  });

  test("is put in order by the menu, for whom neither drags nor has keys", async () => {
    await row("c.bin").getByRole("button", { name: "More for c.bin" }).click();
    await open.page.getByRole("menuitem", { name: "Move to the top" }).click();
    await becomes("the top", queue, ["c.bin", "a.bin", "b.bin", "d.bin"]);
  });
});

describe("rows that are selected", () => {
  test("by click, Ctrl, Shift and box are acted on together", async () => {
    await name("a.bin").click({ modifiers: ["Control"] });
    await name("c.bin").click({ modifiers: ["Shift"] });
    await bar().getByText("3 selected").waitFor();
    await name("b.bin").click();
    await bar().getByText("2 selected").waitFor();
    await row("b.bin").getByRole("checkbox", { name: "Select b.bin" }).check({ force: true });
    await bar().getByRole("button", { name: "Pause" }).click();
    await open.page.getByRole("alert").getByText("3 downloads paused").waitFor();
    await becomes(
      "paused",
      async () => Object.values(await jobs()).filter((one) => one === "PAUSED").length,
      3,
    );

    await bar().getByRole("button", { name: "Priority" }).click();
    await open.page.getByRole("menuitem", { name: "High" }).click();
    await open.page.getByRole("alert").getByText("Priority of 3 downloads: High").waitFor();
    await bar().getByRole("button", { name: "Resume" }).click();
    await becomes("in front", queue, ["a.bin", "b.bin", "c.bin", "d.bin"]);
    expect(await faultsOf(open.page, ".selection-bar")).toEqual([]);
    expect(open.troubles).toEqual([]);
  });

  test("by keyboard alone: x, Shift and arrows, Ctrl+A, Space, Escape, Delete", async () => {
    const { keyboard } = open.page;
    await name("a.bin").focus();
    await keyboard.press("x");
    await keyboard.press("Shift+ArrowDown");
    await bar().getByText("2 selected").waitFor();
    await keyboard.press("Space");
    await bar().getByText("1 selected").waitFor();
    await keyboard.press("Escape");
    await bar().getByText("selected").waitFor({ state: "detached" });
    await keyboard.press("Control+a");
    await bar().getByText("8 selected").waitFor();
    await keyboard.press("Escape");
    await name("c.bin").focus();
    await keyboard.press("x");
    await keyboard.press("ArrowDown");
    await keyboard.press("x");
    await keyboard.press("Delete");
    const question = open.page.getByRole("dialog", { name: "Remove 2 downloads?" });
    await question.getByText("Their addresses, their headers").waitFor();
    await question.getByRole("button", { name: "Remove" }).and(open.page.locator(":focus")).waitFor();
    await keyboard.press("Enter");
    await becomes("removed", queue, ["a.bin", "b.bin"]);
    expect(open.troubles).toEqual([]);
  });
});

describe("what is removed", () => {
  test("and would not come back whole is asked about, with the focus on the neighbour afterwards", async () => {
    const { page } = open;
    const question = page.getByRole("dialog", { name: "Remove b.bin?" });
    await name("b.bin").press("Delete");
    await question.getByText("its headers and its place in the queue").waitFor();
    await page.keyboard.press("Escape");
    await question.waitFor({ state: "detached" });
    expect(await queue()).toEqual(QUEUE);
    await name("b.bin").and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Delete");
    await question.getByRole("button", { name: "Remove" }).and(page.locator(":focus")).waitFor();
    await page.keyboard.press("Enter");
    await becomes("removed", queue, ["a.bin", "c.bin", "d.bin"]);
    await name("c.bin").and(page.locator(":focus")).waitFor();
  });

  test("while it stands still can be taken back", async () => {
    const { page } = open;
    await name("b.bin").press("Space");
    await row("b.bin")
      .getByRole("button", { name: "Resume b.bin" })
      .and(page.locator(":not([aria-busy])"))
      .waitFor();
    await name("b.bin").press("Delete");
    await row("b.bin").waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await row("b.bin").waitFor();
    expect((await jobs())["b.bin"]).toBe("PAUSED");
  });
});

describe("the list", () => {
  test("is narrowed and sorted, and the address keeps it over a reload; what is hidden is not acted on", async () => {
    const { page } = open;
    await page.keyboard.press("Control+a");
    await page.keyboard.press("/");
    await page.keyboard.type("b.bin");
    await row("a.bin").waitFor({ state: "detached" });
    await bar().getByText("1 selected").waitFor();
    await page.getByRole("combobox", { name: "Order" }).selectOption("By name");
    await page.getByRole("combobox", { name: "Kind" }).selectOption("Addresses");
    await waitFor(
      "the address",
      async () => page.url(),
      (url) => /q=b.bin/.test(url) && /sort=name/.test(url),
    );
    await page.reload();
    await row("b.bin").waitFor();
    expect(await rows()).toEqual(["b.bin"]);
    await page.getByRole("combobox", { name: "Kind" }).selectOption("VM images");
    await page.getByRole("button", { name: "Show all downloads" }).click();
    await row("a.bin").waitFor();
  });

  test("is gone into by arrow from a page where nothing has the focus", async () => {
    const { page } = open;
    const all = await rows();
    await page.keyboard.press("ArrowDown");
    await name(all[0] ?? "")
      .and(page.locator(":focus"))
      .waitFor();
    await page.keyboard.press("ArrowDown");
    await name(all[1] ?? "")
      .and(page.locator(":focus"))
      .waitFor();
    await page.reload();
    await row("a.bin").waitFor();
    await page.keyboard.press("ArrowUp");
    await name(all.at(-1) ?? "")
      .and(page.locator(":focus"))
      .waitFor();
  });

  test("goes back through what was chosen, and not letter by letter", async () => {
    const { page } = open;
    await page.getByRole("group", { name: "Show" }).getByRole("button", { name: "Waiting" }).click();
    await row("done.bin").waitFor({ state: "detached" });
    await page.keyboard.press("/");
    await page.keyboard.type("b.bin");
    await row("a.bin").waitFor({ state: "detached" });
    await page.goBack();
    await row("done.bin").waitFor();
    expect(page.url()).not.toMatch(/show=|q=/);
    await page.goForward();
    await expect.poll(rows).toEqual(["b.bin"]);
  });

  test("gives back what was cleared, until the time for that is over; leaving the page carries it out", async () => {
    const { page } = open;
    await page.getByRole("button", { name: "Clear Completed" }).click();
    await row("done.bin").waitFor({ state: "detached" });
    expect((await jobs())["done.bin"], "the server is not asked before").toBe("COMPLETE");
    await page.getByRole("button", { name: "Undo" }).click();
    await row("done.bin").waitFor();
    await page.getByRole("button", { name: "Clear Completed" }).click();
    await row("done.bin").waitFor({ state: "detached" });
    await page.keyboard.press("Control+z");
    await row("done.bin").waitFor();

    await page.getByRole("button", { name: "Clear Completed" }).click();
    await row("done.bin").waitFor({ state: "detached" });
    await page.reload();
    await becomes("cleared", async () => (await jobs())["done.bin"] ?? "gone", "gone");
    await row("a.bin").waitFor();
    expect(await rows()).not.toContain("done.bin");
  });

  test("is tidied row by row in the delete mode", async () => {
    const { page } = open;
    await page.getByRole("button", { name: "Remove one by one" }).click();
    for (const one of ["gone.bin", "done.bin"])
      await row(one)
        .getByRole("button", { name: `Remove ${one}` })
        .click();
    await row("done.bin").waitFor({ state: "detached" });
    await becomes("removed", async () => Object.keys(await jobs()).length, 6);
    await page.getByRole("button", { name: "Remove one by one" }).click();
    await row("a.bin").getByRole("button", { name: "Pause a.bin" }).waitFor();
  });

  test("says of each problem what helps; names are shown, never run", async () => {
    const { page } = open;
    await row("gone.bin").getByRole("button", { name: "Retry gone.bin" }).waitFor();
    await row("secret.bin").getByRole("button", { name: "Set the token: secret.bin" }).click();
    await page.getByRole("dialog").getByText("Authorization: Bearer").first().waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });
    await add("slow.bin", HOSTILE);
    await row(HOSTILE).waitFor();
    await name(HOSTILE).click({ modifiers: ["Control"] });
    await bar().getByText("1 selected").waitFor();
    expect(await page.title()).not.toContain("owned");
    expect(await page.locator("main img").count()).toBe(0);
    expect(open.troubles).toEqual([]);
  });

  test("takes back what the server refuses, and says so", async () => {
    const { page } = open;
    await page.route("**/pause", (route) =>
      route.fulfill({ status: 409, json: { success: false, code: "conflict", message: "Not now." } }),
    );
    await row("a.bin").getByRole("button", { name: "Pause a.bin" }).click();
    await page.getByRole("alert").getByText("Not now.").waitFor();
    await row("a.bin").getByRole("button", { name: "Pause a.bin" }).waitFor();
    expect((await jobs())["a.bin"]).toBe("PENDING");
  });
});

describe("from anywhere", () => {
  test("Ctrl+K finds what can be done, and any download by its name; the keys are in the help", async () => {
    const { page } = open;
    const palette = page.getByRole("dialog", { name: "Commands" });
    await page.keyboard.press("Control+k");
    await palette.getByRole("option", { name: "Pause all downloads" }).waitFor();
    expect(await faultsOf(page, "[role='dialog']")).toEqual([]);
    await page.keyboard.type("c.bin");
    await palette.getByRole("option", { name: "c.bin" }).waitFor();
    await page.keyboard.press("Enter");
    await page.getByRole("dialog", { name: "Details" }).getByText("Saved to").waitFor();
    await page.keyboard.press("Escape");
    await page.getByRole("dialog").waitFor({ state: "detached" });

    await page.keyboard.press("Control+k");
    await palette.getByRole("combobox").fill("models");
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { level: 1, name: "Models" }).waitFor();
    await page.keyboard.press("?");
    await page.getByRole("dialog", { name: "Keyboard" }).getByText("Select all rows").waitFor();
    expect(open.troubles).toEqual([]);
  });

  test("the details show the map of the file, its speed and both commands", async () => {
    const { page } = open;
    await name("slow.bin").click();
    const details = page.getByRole("dialog", { name: "Details" });
    await details.getByRole("heading", { name: "Map of the file" }).waitFor();
    await details.locator(".speed-chart canvas").waitFor();
    await details.getByText(/^wget -c -O slow.bin -- http/).waitFor();
    expect(await faultsOf(page, "[role='dialog']")).toEqual([]);
    expect(open.troubles).toEqual([]);
  });
});

test("with a thousand downloads only what is seen is drawn, and an event touches the row it is about", async () => {
  const lines = Array.from({ length: MANY }, (_, index) => `${stage.origin.url}/many/file-${index}.bin`);
  await call(`${stage.url}/jobs`, "POST", { source: lines.join("\n") });
  const { page } = open;
  await page.reload();
  await page.getByText(new RegExp(`${(MANY + QUEUE.length).toLocaleString("en")} waiting`)).waitFor();
  expect((await rows()).length).toBeLessThan(120);

  // Whatever is changed in a row from now on, once the page has heard all that there is to say at first.
  await row("a.bin").waitFor();
  await page.locator("[data-link='live']").first().waitFor({ state: "attached" });
  await page.evaluate(() => {
    const touched = new Set<string>();
    Object.assign(globalThis, { touched });
    new MutationObserver((changes) => {
      for (const { target } of changes) {
        const element = target instanceof Element ? target : target.parentElement;
        const label = element?.closest("article")?.getAttribute("aria-label");
        if (label != null) touched.add(label);
      }
    }).observe(document.body, { subtree: true, childList: true, characterData: true, attributes: true });
  });
  // Only this one moves; the others stand still, however often it tells of itself.
  const touched = (): Promise<string[]> =>
    page.evaluate(() => [...(globalThis as unknown as { touched: Set<string> }).touched]);
  await waitFor("progress", touched, (names) => names.length > 0);
  expect(await touched()).toEqual(["slow.bin"]);

  await page.evaluate(() => window.scrollTo(0, document.body.scrollHeight));
  await row(`file-${MANY - 1}.bin`).waitFor();
  await page.evaluate(() => window.scrollTo(0, 0));
  await row("a.bin").waitFor();
  expect((await rows()).length).toBeLessThan(120);
  expect(open.troubles).toEqual([]);
});
