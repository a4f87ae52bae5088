/** The page while its server is slow or away: nothing is sent twice, nothing that was typed is lost, what was asked for opens. */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { JobListMessage } from "../src/wire/requests.ts";
import { call } from "./world/api.ts";
import type { Visit } from "./world/browser.ts";
import { layCard } from "./world/lay-card.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

/** Of a command, ten a second. */
const LINES = 120;

let stage: Stage;
let open: Visit;

beforeAll(async () => {
  const talk = `for i in $(seq 1 ${LINES}); do echo "line $i of it"; sleep 0.1; done`;
  stage = await openStage({
    origin: { "/a.bin": { size: 2000 }, "/disk.qcow2": { size: 2000 } },
    catalogue: ({ url }) => ({
      flux: { name: "FLUX.1", models: { a: { name: "A", url: `${url}/a.bin`, path: "unet/a.bin" } } },
    }),
    lay: async (world) => {
      await layCard(world, "talk.md", "Talk", talk);
      await layCard(world, "gate.md", "Gate", `until [ -e ${join(world.folder, "go")} ]; do sleep 0.1; done`);
      await layCard(world, "word.md", "Word", "echo said so");
    },
  });
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

async function show(route: string): Promise<Page> {
  open = await stage.visit(`/#${route}`);
  await open.page.getByRole("heading", { level: 1 }).waitFor();
  return open.page;
}
const dialog = (): Locator => open.page.getByRole("dialog");
const away = (): Locator => open.page.getByRole("status").filter({ hasText: "Server away" });
async function comeBack(): Promise<void> {
  await stage.startAgain();
  await away().waitFor({ state: "hidden" });
}

/** Requests to a route wait until they are let go. */
async function hold(page: Page, url: string, method = "POST") {
  const reached = Promise.withResolvers<void>();
  const held = Promise.withResolvers<void>();
  const seen: string[] = [];
  await page.route(url, async (route) => {
    if (route.request().method() !== method) return route.fallback();
    seen.push(route.request().url());
    reached.resolve();
    await held.promise;
    await route.continue();
  });
  return { reached: reached.promise, letGo: held.resolve, seen };
}

/** Everything a hasty person does to a button; then the request is let through. */
async function pressAgainAndAgain(submit: Locator, field: Locator, held: Awaited<ReturnType<typeof hold>>) {
  await submit.dblclick();
  await held.reached;
  await expect.poll(() => submit.getAttribute("aria-busy")).toBe("true");
  await submit.click();
  await field.press("Enter");
  await field.press("Control+Enter");
  await submit.press("Enter");
  held.letGo();
}

test("a form is sent once, however often its button, Enter and Ctrl+Enter are pressed while the server is slow", async () => {
  const page = await show("/downloads");
  await page.keyboard.press("n");
  await dialog().getByLabel("Address").fill(`${stage.origin.url}/a.bin`);
  await dialog().getByText("a.bin").first().waitFor();
  const jobs = await hold(page, "**/jobs");
  await pressAgainAndAgain(
    dialog().getByRole("button", { name: /^Download/ }),
    dialog().getByLabel("Address"),
    jobs,
  );
  await dialog().waitFor({ state: "detached" });
  expect(jobs.seen).toHaveLength(1);

  await page.getByRole("link", { name: "Instances" }).first().click();
  await page.getByRole("button", { name: "Add instance" }).click();
  await dialog().getByLabel("ssh line").fill("ssh -p 9 root@127.0.0.1");
  const hosts = await hold(page, "**/hosts");
  // Nobody answers there; that is not what this is about.
  await page.route("**/hosts/*/verify", (route) => route.abort());
  await pressAgainAndAgain(
    dialog().getByRole("button", { name: "Add instance" }),
    dialog().getByLabel("ssh line"),
    hosts,
  );
  await dialog().getByText("Verify Host").waitFor();
  expect(hosts.seen).toHaveLength(1);
  await page.keyboard.press("Escape");

  await page.goto(`${stage.url}/#/settings/access`);
  await page.getByRole("button", { name: "Add key" }).click();
  await page.getByLabel("Name").fill("script");
  const keys = await hold(page, "**/access/keys");
  await pressAgainAndAgain(page.getByRole("button", { name: "Make key" }), page.getByLabel("Name"), keys);
  await page.getByText("It is shown this once.").waitFor();
  expect(keys.seen).toHaveLength(1);
});

test("a form that was closed while it was sent disturbs nobody: the next one stays open, and a refusal is told", async () => {
  const page = await show("/models");
  const add = page.getByRole("button", { name: "Add model" }).first();
  const fill = async (name: string): Promise<void> => {
    await add.click();
    await dialog().getByLabel("Name", { exact: true }).fill(name);
    await dialog().getByLabel("Address").fill(`${stage.origin.url}/a.bin`);
    await dialog().getByLabel("Path").fill(`unet/${name}.bin`);
  };
  const held = await hold(page, "**/add_model");
  await fill("First");
  await page.keyboard.press("Enter");
  await held.reached;
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await fill("Second");
  held.letGo();
  await page.getByRole("alert").getByText("First was added").waitFor();
  expect(await dialog().getByLabel("Name", { exact: true }).inputValue()).toBe("Second");
  await page.unrouteAll();
  const refused = await hold(page, "**/add_model");
  await dialog().getByLabel("Path").fill("unet/First.bin");
  await dialog().getByLabel("Address").fill("http://127.0.0.1:1/");
  await page.keyboard.press("Enter");
  await refused.reached;
  await stage.haulyard.kill9();
  await page.keyboard.press("Escape");
  refused.letGo();
  await page.getByRole("alert").getByText("Second was not saved").waitFor();
  await comeBack();
  expect(await readFile(stage.world.catalogue, "utf8")).toContain("First");
});

test("what was typed outlives a server that is killed and back, and is sent then", async () => {
  const page = await show("/storage/images");
  await page.getByRole("button", { name: "Import" }).first().click();
  await dialog().getByLabel("Address").fill(`${stage.origin.url}/disk.qcow2`);
  await dialog().getByLabel("Name").fill("mine");
  await stage.haulyard.kill9();
  await away().waitFor();
  expect(await dialog().getByRole("button", { name: "Import" }).isDisabled()).toBe(true);
  await dialog().getByLabel("Name").press("Enter");
  await dialog().getByLabel("Name").fill("mine too");
  await comeBack();
  await dialog().getByRole("button", { name: "Import" }).click();
  await dialog().waitFor({ state: "detached" });
  await page.getByRole("article", { name: "mine too.qcow2" }).waitFor();
});

test("what was typed and not sent is there again after Escape or a look elsewhere, and gone once it is sent", async () => {
  const page = await show("/models");
  const again = async (opener: string, label: string): Promise<void> => {
    await page.getByRole("button", { name: opener }).first().click();
    await dialog().getByLabel(label).fill("half typed");
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
    await page.getByRole("button", { name: opener }).first().click();
    expect(await dialog().getByLabel(label).inputValue()).toBe("half typed");
  };
  const leave = async (): Promise<void> => {
    await page.keyboard.press("Escape");
    await dialog().waitFor({ state: "detached" });
  };
  await again("Add model", "Name");
  await dialog().getByLabel("Path").fill("unet/half.bin");
  await dialog().getByLabel("Address").fill("http://127.0.0.1:1/");
  await page.keyboard.press("Enter");
  await dialog().waitFor({ state: "detached" });
  await page.getByRole("button", { name: "Add model" }).first().click();
  expect(await dialog().getByLabel("Name").inputValue()).toBe("");
  await leave();
  const go = (route: string): Promise<unknown> => page.goto(`${stage.url}/#${route}`);
  await go("/instances");
  await again("Add instance", "ssh line");
  await leave();
  const limit = page.getByLabel("At all times");
  const token = page.getByLabel("Hugging Face token");
  await go("/settings/limits");
  await limit.fill("300k");
  await go("/settings/tokens");
  await token.fill("hf_half");
  await go("/settings/limits");
  await expect.poll(() => limit.inputValue()).toBe("300k");
  await go("/settings/tokens");
  await expect.poll(() => token.inputValue()).toBe("hf_half");
  expect(await page.evaluate(() => JSON.stringify([localStorage, sessionStorage]))).not.toContain("hf_half");
});

test("what adding would come to is asked for again when the server is back", async () => {
  const page = await show("/downloads");
  await page.keyboard.press("n");
  await dialog().waitFor();
  await stage.haulyard.kill9();
  await away().waitFor();
  await page.keyboard.type(`${stage.origin.url}/a.bin`);
  await dialog().getByText("The server does not answer.").waitFor();
  await comeBack();
  await dialog().getByText("a.bin", { exact: true }).first().waitFor();
  expect(await dialog().getByText("The server does not answer.").count()).toBe(0);
});

test("a log is followed over a kill of the server to its last line, without gaps or doubles; it is searched and downloaded", async () => {
  const { body: job } = await call<JobMessage>(`${stage.url}/jobs`, "POST", { source: "talk.md" });
  const page = await show(`/downloads?job=${job.id}`);
  const log = dialog().getByRole("log");
  await log.getByText("line 3 of it").waitFor();
  await stage.haulyard.kill9();
  await away().waitFor();
  await comeBack();
  await log.getByText(`line ${LINES} of it`).waitFor();
  const lines = async (): Promise<string[]> =>
    ((await log.textContent()) ?? "").split("\n").filter((line) => /^line \d/.test(line));
  const all = Array.from({ length: LINES }, (_, index) => `line ${index + 1} of it`);
  expect(await lines()).toEqual(all);
  const coming = page.waitForEvent("download");
  await dialog().getByRole("button", { name: "Download the log" }).click();
  const file = join(stage.world.folder, "saved.log");
  await (await coming).saveAs(file);
  expect((await readFile(file, "utf8")).split("\n").filter((line) => /^line \d/.test(line))).toEqual(all);
  await dialog().getByLabel("Search the log").fill("OF line 7");
  await expect.poll(lines).toEqual(all.filter((line) => line.includes("7")));
  await dialog().getByLabel("Search the log").fill("nowhere");
  await dialog().getByText("No line holds these words.").waitFor();
});

test("what a command wrote is shown, though the page never heard that it was at work", async () => {
  const add = async (source: string, more: object = {}): Promise<JobMessage> =>
    (await call<JobMessage>(`${stage.url}/jobs`, "POST", { source, ...more })).body;
  const gate = await add("gate.md");
  const job = await add("word.md", { after: gate.id });
  const { page } = await stage.visit("about:blank");
  // It asks every two seconds only, and the command takes none.
  await page.addInitScript("delete globalThis.SharedWorker");
  await page.route("**/events*", (route) => route.abort());
  await page.goto(`${stage.url}/#/downloads?job=${job.id}`);
  const log = page.getByRole("dialog").getByRole("log");
  await log.getByText("Nothing was written yet.").waitFor();
  await writeFile(join(stage.world.folder, "go"), "");
  await log.getByText("said so").waitFor();
  await stage.endVisits(/events|ERR_FAILED/);
});

test("a page and a dialog that are asked for while the server is away open when it is back, and look as they should", async () => {
  const page = await show("/downloads");
  await page.getByRole("article").first().waitFor();
  await stage.haulyard.kill9();
  await away().waitFor();
  await page.keyboard.press("?");
  await page.keyboard.press("l");
  await page.getByRole("link", { name: "Images" }).first().click();
  // It goes on showing what it knows, and is no page of an error.
  await page.evaluate(() => new Promise((passed) => setTimeout(passed, 1_500)));
  expect(await page.getByText("This page has a fault").count()).toBe(0);
  await page.getByRole("heading", { level: 1, name: "Downloads" }).waitFor();
  await comeBack();
  await page.getByRole("dialog", { name: "Keyboard" }).waitFor();
  await page.getByRole("dialog", { name: "Limit" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Escape");
  await dialog().waitFor({ state: "detached" });
  await page.getByRole("heading", { level: 1, name: "Image Library" }).waitFor();
  await page.locator(".image").first().waitFor();
  expect(
    await page.evaluate(
      () =>
        [...document.querySelectorAll<HTMLLinkElement>("link[rel=stylesheet]")].filter(
          ({ sheet }) => sheet === null,
        ).length,
    ),
  ).toBe(0);
  const { body } = await call<JobListMessage>(`${stage.url}/jobs`);
  expect(body.jobs.length).toBeGreaterThan(0);
});
