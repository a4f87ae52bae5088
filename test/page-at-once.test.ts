/** What is pressed is shown before the server has answered, asked for once, and taken back with the reason where it is refused. */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call, jobOf } from "./world/api.ts";
import { waitFor } from "./world/haulyard.ts";
import type { World } from "./world/haulyard.ts";
import { layCard } from "./world/lay-card.ts";
import type { Origin } from "./world/origin.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
/** More than the page asks for at once. */
const MODELS = ["A", "B", "C", "D", "E", "F"];
const REFUSAL = { success: false, code: "unavailable", message: "Not now.", error: "Not now." };

let stage: Stage;
let page: Page;

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/model.bin": { size: 900 * MB, bytesPerSecond: MB },
      "/image.qcow2": { size: 900 * MB, bytesPerSecond: MB },
      "/gone.bin": { size: MB, status: 404 },
    },
    catalogue: ({ url }) => {
      const model = (name: string) => ({
        name,
        url: `${url}/model.bin`,
        path: `unet/${name}.bin`,
        size: 900 * MB,
      });
      const models = Object.fromEntries(MODELS.map((name) => [name.toLowerCase(), model(name)]));
      return { flux: { name: "FLUX.1", models } };
    },
    lay: layImageAndCard,
    env: ({ folder }) => ({
      HAULYARD_LIMIT_RATE: "200kB",
      HAULYARD_LOCAL_JOBS: "1",
      HAULYARD_IMAGE_CATALOG: join(folder, "images.json"),
    }),
  });
  // All that is asked for after it waits.
  await call(`${stage.url}/jobs`, "POST", { source: `${stage.origin.url}/model.bin`, path: "first.bin" });
});
afterEach(() => stage.endVisits(/status of 503/));
afterAll(() => stage?.[Symbol.asyncDispose]());

async function layImageAndCard(world: World, { url }: Origin): Promise<void> {
  const os = { family: "linux", distribution: "debian", version: "13", architecture: "x86_64" };
  const image = { id: "debian", name: "Debian", url: `${url}/image.qcow2`, format: "qcow2", os };
  await writeFile(join(world.folder, "images.json"), JSON.stringify({ images: [image] }));
  await layCard(world, "card.md", "A card", `wget ${url}/model.bin -P "$UI_HOME/models"`);
}

interface Held {
  /** Bodies of what was asked so far. */
  asked: string[];
  /** Refuses what is held and what comes from now on. */
  refuse: () => void;
  /** Lets it through. */
  let: () => void;
}

/** The server's answers to this are as far away as one likes. */
async function hold(url: RegExp): Promise<Held> {
  const asked: string[] = [];
  const { promise, resolve } = Promise.withResolvers<"refuse" | "let">();
  await page.route(url, async (route) => {
    const request = route.request();
    if (request.method() !== "POST") return route.fallback();
    asked.push(request.postData() ?? "");
    if ((await promise) === "let") await route.continue();
    else await route.fulfill({ status: 503, json: REFUSAL });
  });
  return { asked, refuse: () => resolve("refuse"), let: () => resolve("let") };
}

/** What it says in the frame that follows the press: a person sees nothing in between. */
function pressed(button: Locator, where: string): Promise<string> {
  return button.evaluate(
    (element, selector) =>
      new Promise<string>((resolve) => {
        const entry = element.closest(selector);
        (element as HTMLElement).click();
        requestAnimationFrame(() => resolve(entry?.querySelector(".badge, .row__stage")?.textContent ?? ""));
      }),
    where,
  );
}
const entry = (name: string): Locator => page.getByRole("article", { name, exact: true });
const says = (name: string, text: string): Promise<void> =>
  entry(name).getByText(text, { exact: true }).first().waitFor();
const refused = (): Promise<void> => page.getByRole("alert").getByText("Not now.").first().waitFor();

test("a model is queued as it is pressed, asked for once, and not here again when the server refuses", async () => {
  page = await stage.look("/models");
  const download = page.getByRole("button", { name: "Download A", exact: true });
  await download.waitFor();
  const first = await hold(/\/download$/);
  expect(await pressed(download, "article")).toBe("Waiting");
  await download.dblclick();
  await says("A", "Waiting");
  await waitFor(
    "the request",
    () => Promise.resolve(first.asked),
    ({ length }) => length > 0,
  );
  first.refuse();
  await refused();
  await says("A", "Not here");
  expect(first.asked).toHaveLength(1);
  await page.unrouteAll();

  const second = await hold(/\/download$/);
  await download.dblclick();
  await says("A", "Waiting");
  second.let();
  // What it becomes then is its job, which was not pressed a second time.
  await page.getByRole("button", { name: "Pause A", exact: true }).waitFor();
  await says("A", "Waiting");
  expect(second.asked).toHaveLength(1);
});

test("all that is missing is queued in one press, also what is asked for later, and each is taken back by itself", async () => {
  page = await stage.look("/models");
  await says("B", "Not here");
  const asked: string[] = [];
  const answer = Promise.withResolvers<void>();
  await page.route(/\/download$/, async (route) => {
    const body = route.request().postData() ?? "";
    asked.push(body);
    await answer.promise;
    if (body.includes('"f"')) await route.fulfill({ status: 409, json: { ...REFUSAL, code: "conflict" } });
    else await route.continue();
  });
  await page.getByRole("button", { name: /^Download all missing \(5/ }).click();
  for (const name of MODELS) await says(name, "Waiting");
  expect(asked.length).toBeLessThan(5);
  await page.getByRole("button", { name: "Nothing else to download" }).waitFor();
  answer.resolve();
  await refused();
  await says("F", "Not here");
  await page.getByRole("button", { name: "Pause E", exact: true }).waitFor();
  expect(asked).toHaveLength(5);
});

test("an image is queued as it is pressed, and not here again when the server refuses", async () => {
  page = await stage.look("/storage/images");
  const download = page.getByRole("button", { name: /^Download: Debian/ });
  await download.waitFor();
  const held = await hold(/\/images\/debian\/download$/);
  expect(await pressed(download, "article")).toBe("Waiting");
  await download.dblclick();
  await waitFor(
    "the request",
    () => Promise.resolve(held.asked),
    ({ length }) => length > 0,
  );
  held.refuse();
  await refused();
  await page
    .getByRole("article", { name: /^Debian/ })
    .getByText("Not here")
    .waitFor();
  expect(held.asked).toHaveLength(1);
  await page.unrouteAll();
  await download.click();
  await page.getByRole("button", { name: /^Pause: Debian/ }).waitFor();
});

test("a card is among the tasks as it is installed; refused, it is chosen as before", async () => {
  page = await stage.look("/resources");
  await page.getByText("A card").first().waitFor();
  await page.getByRole("checkbox", { name: "Choose A card" }).click();
  const install = async (): Promise<void> => {
    await page.getByRole("button", { name: "Install Selected" }).click();
    await page.getByRole("dialog").getByRole("button", { name: "Install 1 resource" }).dblclick();
  };
  const task = page.getByRole("list", { name: "Tasks of This machine" }).getByRole("listitem");
  const held = await hold(/\/jobs$/);
  await install();
  await task.filter({ hasText: "A card" }).getByText("Queued").waitFor();
  await page.getByText("1 task to go").waitFor();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await waitFor(
    "the request",
    () => Promise.resolve(held.asked),
    ({ length }) => length > 0,
  );
  held.refuse();
  await refused();
  await task.waitFor({ state: "detached" });
  await page.getByText("1 selected").waitFor();
  expect(held.asked).toHaveLength(1);
  await page.unrouteAll();
  await install();
  await task.getByRole("link", { name: "A card", exact: true }).waitFor();
  expect(await task.count()).toBe(1);
});

test("a download that is tried again or goes on waits as it is pressed, and has failed again when the server refuses", async () => {
  const { body: job } = await call<JobMessage>(`${stage.url}/jobs`, "POST", {
    source: `${stage.origin.url}/gone.bin`,
    priority: 5,
  });
  await call(`${stage.url}/jobs/actions`, "POST", { action: "pause", filter: { search: "first.bin" } });
  await waitFor(
    "the failure",
    () => jobOf(stage.url, job.id),
    ({ status }) => status === "FAILED",
  );
  page = await stage.look("/downloads");
  const retry = page.getByRole("button", { name: "Retry gone.bin" });
  await retry.waitFor();
  const held = await hold(/\/jobs\/[^/]+\/(retry|resume)$/);
  await retry.click();
  await says("gone.bin", "Waiting");
  held.refuse();
  await refused();
  await page.getByRole("button", { name: "Retry gone.bin" }).waitFor();
  expect((await jobOf(stage.url, job.id)).status).toBe("FAILED");

  await page.getByRole("button", { name: "Resume first.bin" }).click();
  await page.getByText("Resuming did not work: first.bin").waitFor();
  await says("first.bin", "Paused");
});

test("what is pasted while the form for new downloads is still on its way is in it once it is there, all of it", async () => {
  page = await stage.look("/downloads");
  await page.getByRole("heading", { name: "Downloads", exact: true }).waitFor();
  const { promise: fetched, resolve: fetch } = Promise.withResolvers<void>();
  await page.route(/\/add-dialog.*\.js$/, async (route) => {
    await fetched;
    await route.continue();
  });
  // Nobody listens there: it is not asked for.
  const lines = ["http://127.0.0.1:1/one.bin", "http://127.0.0.1:1/two.bin"];
  for (const line of lines)
    await page.locator("body").evaluate((body, text) => {
      const clipboardData = new DataTransfer();
      clipboardData.setData("text/plain", text);
      body.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
    }, line);
  fetch();
  const box = page.getByRole("dialog").getByLabel("Addresses, lists, commands, ids");
  await box.waitFor();
  expect((await box.inputValue()).trim().split("\n")).toEqual(lines);
});
