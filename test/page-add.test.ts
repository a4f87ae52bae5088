/** Adding on the page: whatever is pasted, dropped or typed is shown as what would come of it before it starts. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobListMessage } from "../src/wire/requests.ts";
import { faultsOf } from "./world/axe.ts";
import { call } from "./world/api.ts";
import type { Visit } from "./world/browser.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const KB = 1_000;
/** What is in a line must be shown, never run. */
const HOSTILE = `<img src=x onerror="document.title='owned'">`;
const MANY = 10_000;

let stage: Stage;
let open: Visit;

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/a.safetensors": { size: 300 * KB, headers: { "X-Linked-Etag": `"${"ab".repeat(32)}"` } },
      "/b.bin": { size: 200 * KB },
      "/c.bin": { size: 100 * KB },
      "/get": { size: 10 * KB, disposition: 'attachment; filename="named by its server.bin"' },
      "/other.bin": { size: 50 * KB },
      "/once.bin": { size: 50 * KB },
      "/closed.bin": { size: 50 * KB, status: 403 },
    },
  });
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

async function show(options: BrowserContextOptions = {}): Promise<Page> {
  open = await stage.visit("/#/downloads", options);
  await open.page.getByRole("heading", { name: "Downloads", exact: true }).waitFor();
  return open.page;
}

const dialog = (page: Page): Locator => page.getByRole("dialog");
const plan = (page: Page): Locator => page.getByRole("region", { name: "What would come of it" });
const box = (page: Page): Locator => dialog(page).getByLabel("Addresses, lists, commands, ids");
const tick = (page: Page, name: string): Locator => dialog(page).getByLabel(`Download ${name}`);
const names = async (): Promise<string[]> =>
  (await call<JobListMessage>(`${stage.url}/jobs`)).body.jobs.map(({ name }) => name).toSorted();

/** As if somebody had pressed Ctrl V with the focus at `at`. */
async function paste(page: Page, text: string, at = "body"): Promise<void> {
  await page.locator(at).evaluate((element, pasted) => {
    const clipboardData = new DataTransfer();
    clipboardData.setData("text/plain", pasted);
    element.dispatchEvent(new ClipboardEvent("paste", { clipboardData, bubbles: true, cancelable: true }));
  }, text);
}

/** A file in the middle of the page: over it, then dropped. */
async function drag(page: Page, step: "dragenter" | "drop", name: string, text: string): Promise<void> {
  const file = { name, text, step };
  await page.locator("#main").evaluate((element, { name: called, text: inside, step: event }) => {
    const dataTransfer = new DataTransfer();
    dataTransfer.items.add(new File([inside], called, { type: "application/json" }));
    element.dispatchEvent(new DragEvent(event, { dataTransfer, bubbles: true, cancelable: true }));
  }, file);
}

test("a list that is pasted anywhere is shown line by line; what is unticked stays out, and nothing begins before", async () => {
  const page = await show();
  const lines = ["/a.safetensors", "/b.bin", "/get", "/b.bin#again"].map((path) => stage.origin.url + path);
  await paste(page, ["# models", ...lines, "ftp://x/y", HOSTILE].join("\n"));
  await plan(page).getByText("3 files, 510\u00a0kB").waitFor();
  await plan(page).getByText("named by its server.bin").waitFor();
  await plan(page).getByText("sha256 known").waitFor();
  await plan(page).getByText("twice in the list").waitFor();
  await plan(page).getByText("line 6").waitFor();
  await plan(page).getByText("<img src=x onerror=").waitFor();
  await plan(page).getByText(/free/).waitFor();
  expect(await names()).toEqual([]);
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);

  await tick(page, "b.bin").first().uncheck();
  await plan(page).getByText("2 files, 310\u00a0kB").waitFor();
  await dialog(page).getByRole("button", { name: "Download 2 files · 310\u00a0kB" }).click();
  await page.getByText("Added 2 files to the queue").waitFor();
  await dialog(page).waitFor({ state: "hidden" });
  await expect.poll(names).toEqual(["a.safetensors", "named by its server.bin"]);
  expect(await page.title()).not.toContain("owned");
  expect(open.troubles).toEqual([]);
});

test("by keyboard: n, an address, Enter; what is here already is said, and the focus comes back", async () => {
  const page = await show();
  const button = page.getByRole("button", { name: "Add download" });
  await button.focus();
  await page.keyboard.press("n");
  await expect.poll(() => box(page).evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type(`${stage.origin.url}/c.bin`);
  await plan(page).getByText("1 file, 100\u00a0kB").waitFor();
  await page.keyboard.press("Enter");
  await dialog(page).waitFor({ state: "hidden" });
  await expect.poll(() => button.evaluate((element) => element === document.activeElement)).toBe(true);
  // The file has its name a moment before the queue says that it is done.
  await waitFor(
    "the file",
    () => call<JobListMessage>(`${stage.url}/jobs?status=COMPLETE`),
    ({ body }) => body.jobs.some((job) => job.name === "c.bin"),
  );
  await readFile(join(stage.world.downloads, "files/c.bin"));
  await page.keyboard.press("n");
  await box(page).fill(`${stage.origin.url}/c.bin`);
  await plan(page).getByText("All of it is here already").waitFor();
});

test("what a link of another page sends is only shown; nobody is asked about it before a person says so", async () => {
  const url = stage.origin.put("/sent.bin", { size: 70 * KB });
  const asked: string[] = [];
  open = await stage.visit("about:blank");
  const { page } = open;
  page.on("request", (request) => asked.push(new URL(request.url()).pathname));
  await page.goto(`${stage.url}/send?title=A%20file&text=${encodeURIComponent(`Look: ${url}`)}`);
  await plan(page).getByText(new URL(url).host).waitFor();
  expect(await box(page).inputValue()).toBe(url);
  // In the place of the address that was opened: loading it again sends nothing again.
  await expect.poll(() => new URL(page.url()).hash).toBe("#/downloads");
  // Longer than the form waits before it asks by itself.
  await page.evaluate(() => new Promise((resolve) => setTimeout(resolve, 1_000)));
  expect(asked).not.toContain("/plan");
  expect(stage.origin.seen("/sent.bin")).toEqual([]);
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);

  // Left and opened again it is still what somebody else wrote.
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await page.keyboard.press("n");
  await plan(page).getByText("It leads to").waitFor();
  await dialog(page).getByRole("button", { name: "Look what it is" }).click();
  await plan(page).getByText("1 file, 70\u00a0kB").waitFor();
  expect(await names()).not.toContain("sent.bin");
  await dialog(page).getByRole("button", { name: "Download 1 file · 70\u00a0kB" }).click();
  await expect.poll(names).toContain("sent.bin");
  expect(open.troubles).toEqual([]);
});

test("a workflow that is dropped says which models nobody knows, and where to look for them", async () => {
  const page = await show();
  const nodes = { "1": { class_type: "LoraLoader", inputs: { lora_name: "style/deep_blue.safetensors" } } };
  await drag(page, "dragenter", "flow.json", "");
  await page.getByText("Drop it to see what would come of it").waitFor();
  await drag(page, "drop", "flow.json", JSON.stringify(nodes));
  await dialog(page).getByRole("list", { name: "Files" }).getByText("flow.json").waitFor();
  const link = plan(page).getByRole("link", { name: "Look for it on Hugging Face" });
  await link.waitFor();
  expect(await link.getAttribute("href")).toBe("https://huggingface.co/models?search=deep%20blue");
  expect(await link.getAttribute("rel")).toContain("noopener");
  await dialog(page).getByRole("button", { name: "Take flow.json out" }).click();
  await plan(page).getByText("a repo of Hugging Face").waitFor();
  // A file that is nothing of the kind is refused by its name, and what is there stays.
  await box(page).fill("debian-13");
  await drag(page, "drop", "model.bin.json.zip", "PK");
  await drag(page, "drop", "notes.json", "no JSON at all");
  await dialog(page).getByRole("list", { name: "Files" }).getByText("notes.json").waitFor();
  expect(await box(page).inputValue()).toBe("debian-13");
  // What was put together is there again after a press of Escape.
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  await page.keyboard.press("n");
  await dialog(page).getByRole("list", { name: "Files" }).getByText("notes.json").waitFor();
  expect(await box(page).inputValue()).toBe("debian-13");
});

test("a file of the same name is replaced only if somebody ticks it; what is wrong with a folder is said there", async () => {
  await mkdir(join(stage.world.downloads, "files"), { recursive: true });
  await writeFile(join(stage.world.downloads, "files/other.bin"), "something else");
  const page = await show({ viewport: { width: 390, height: 844 } });
  await page.keyboard.press("n");
  await box(page).fill(`${stage.origin.url}/other.bin`);
  await plan(page).getByText("another file has this name").waitFor();
  await plan(page).getByText("Nothing is chosen").waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await dialog(page).getByLabel("Folder").fill("../../etc");
  await expect.poll(() => dialog(page).getByLabel("Folder").getAttribute("aria-invalid")).toBe("true");
  await dialog(page).getByLabel("Folder").fill("");
  await dialog(page).getByLabel("Replace other.bin").check();
  await dialog(page)
    .getByRole("button", { name: /^Download 1 file/ })
    .click();
  await dialog(page).waitFor({ state: "hidden" });
  await waitFor(
    "the new one",
    () => readFile(join(stage.world.downloads, "files/other.bin")),
    (bytes) => bytes.equals(stage.origin.bytes("/other.bin")),
  );
});

test("of what a server refuses the reason is said, and not that its size is unknown", async () => {
  const page = await show();
  await paste(page, `${stage.origin.url}/closed.bin`);
  await plan(page).getByText("403").first().waitFor();
  expect(await plan(page).getByText("size unknown").count()).toBe(0);
});

test("ten thousand lines are pasted, shown, searched and chosen at once", async () => {
  const page = await show();
  await page.keyboard.press("n");
  await box(page).waitFor();
  const lines = Array.from({ length: MANY }, (_, index) => `${stage.origin.url}/many/file-${index}.bin`);
  await paste(page, lines.join("\n"), "textarea[name=text]");
  // Some of them are asked about, and are missing.
  await plan(page)
    .getByText(/^(?:9,\d{3}|10,000) files of unknown size/)
    .waitFor();
  expect(await plan(page).locator(".plan-row").count()).toBeLessThan(MANY / 100);
  await plan(page)
    .getByLabel("Search the files")
    .fill(`file-${MANY - 1}.bin`);
  await tick(page, `file-${MANY - 1}.bin`).waitFor();
  await plan(page).getByLabel("Search the files").fill("");
  await plan(page).getByLabel("All files").check();
  await plan(page).getByText("10,000 files of unknown size").waitFor();
  await plan(page).getByLabel("All files").uncheck();
  await plan(page).getByText("Nothing is chosen").waitFor();
  expect(open.troubles).toEqual([]);
});

test("what was sent is not in the form that is opened while the old one fades away", async () => {
  const page = await show({ reducedMotion: "no-preference" });
  await page.keyboard.press("n");
  await box(page).fill(`${stage.origin.url}/once.bin`);
  const press = dialog(page).getByRole("button", { name: /^Download 1 file/ });
  await press.waitFor();
  // From now on with each frame: the first time that counts is in the midst of the fading.
  await page.evaluate(() => {
    const again = (): void => {
      document.body.dispatchEvent(
        new KeyboardEvent("keydown", { key: "n", bubbles: true, cancelable: true }),
      );
      requestAnimationFrame(again);
    };
    again();
  });
  await press.click();
  await expect.poll(() => box(page).inputValue()).toBe("");
  await dialog(page).getByRole("button", { name: "Download", exact: true }).waitFor();
  await expect.poll(names).toContain("once.bin");
});
