/** The Image Library in a real browser: downloads live, filters, imports, deletions, by mouse and by keyboard. */
import { access, mkdir, readdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./world/axe.ts";
import { call } from "./world/api.ts";
import type { Visit } from "./world/browser.ts";
import { waitFor } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MB = 1_000_000;
/** What is in a name must be shown, never run. */
const HOSTILE = `<img src=x onerror="document.title='owned'">`;
/** Entries more than are drawn at once. */
const MANY = 200;

let stage: Stage;
let open: Visit;

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/debian.qcow2": { size: 100 * MB },
      "/rocky.qcow2": { size: MB / 10 },
      "/gone.qcow2": { size: MB, status: 404 },
      "/mine.iso": { size: MB },
    },
    lay: async (world, origin) => {
      await writeFile(join(world.folder, "images.json"), JSON.stringify({ images: catalogue(origin) }));
      const folder = join(world.data, "images/mine");
      await mkdir(folder, { recursive: true });
      const header = Buffer.from("QFI\u00fb\u0000\u0000\u0000\u0003", "latin1");
      const size = Buffer.from("0000000280000000", "hex");
      await writeFile(join(folder, "golden.qcow2"), Buffer.concat([header, Buffer.alloc(16), size]));
    },
    env: ({ folder }) => ({
      HAULYARD_IMAGE_CATALOG: join(folder, "images.json"),
      HAULYARD_KEEP_IMAGES: "2",
    }),
  });
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

function catalogue(origin: Origin): object[] {
  const entry = (id: string, name: string, distribution: string, path: string, more = {}): object => ({
    id,
    name,
    url: origin.url + path,
    format: "qcow2",
    os: { family: "linux", distribution, version: "1", architecture: "x86_64" },
    ...more,
  });
  const checksum = origin.hash("/debian.qcow2");
  return [
    entry("debian-13", "Debian 13", "debian", "/debian.qcow2", { checksum, build: "20261001" }),
    entry("rocky-10", "Rocky Linux 10", "rocky", "/rocky.qcow2"),
    entry("gone", "Gone", "fedora", "/gone.qcow2"),
    entry("evil", HOSTILE, HOSTILE, "/evil.qcow2", { description: HOSTILE }),
    entry("floppy", "Floppy", "debian", "/x", { format: "floppy" }),
    ...Array.from({ length: MANY }, (_, index) =>
      entry(`many-${index}`, `Many ${index}`, "alpine", "/x.qcow2"),
    ),
  ];
}

async function show(route = "", options: BrowserContextOptions = {}): Promise<Page> {
  open = await stage.visit(`/#/storage/images${route}`, options);
  await open.page.getByRole("heading", { name: "Image Library" }).waitFor();
  return open.page;
}

const card = (page: Page, name: string): Locator => page.getByRole("article", { name });
/** What the badge says while an image comes. */
const PERCENT = /^\d+\s%$/;
const badge = (page: Page, name: string, text: string | RegExp): Locator =>
  card(page, name).locator(".badge").filter({ hasText: text });
const dialog = (page: Page): Locator => page.getByRole("dialog");
const percentIn = async (page: Page, name: string): Promise<number> =>
  Number((await card(page, name).getByRole("progressbar").getAttribute("aria-valuenow")) ?? -1);
/** Slow enough to be met in the middle by any machine; lifted when the end is wanted. */
const limit = (rate: string): Promise<unknown> =>
  call(`${stage.url}/limit-rate`, "PUT", { limit_rate: rate });
const inFolder = (name: string): string => join(stage.world.data, "images", name);

test("an image comes with its percentage, bytes and bar, over a reload, a pause and beside another, and is verified", async () => {
  const page = await show();
  await badge(page, "Debian 13", "Not here").waitFor();
  await limit("300kB");
  await page.getByRole("button", { name: "Download: Debian 13" }).click();
  await badge(page, "Debian 13", PERCENT).waitFor();
  const before = await percentIn(page, "Debian 13");
  await page.reload();
  await badge(page, "Debian 13", PERCENT).waitFor();
  expect(await percentIn(page, "Debian 13")).toBeGreaterThanOrEqual(before);
  await card(page, "Debian 13")
    .getByText(/^Downloading… \d+\s%$/)
    .waitFor();
  await card(page, "Debian 13")
    .getByText(/\d\s[kM]B of 100\.0\sMB/)
    .waitFor();

  await page.getByRole("button", { name: "Download: Rocky Linux 10" }).click();
  await badge(page, "Rocky Linux 10", "Ready").waitFor();
  await card(page, "Rocky Linux 10").getByText("Unverified").first().waitFor();

  await page.getByRole("button", { name: "Pause: Debian 13" }).click();
  await badge(page, "Debian 13", "Paused").waitFor();
  await limit("none");
  // While the pause is under way the button asks for nothing more.
  await page
    .getByRole("button", { name: "Resume: Debian 13" })
    .and(page.locator(":not([aria-busy])"))
    .click();
  await badge(page, "Debian 13", "Ready").waitFor();
  await card(page, "Debian 13").getByText("Verified sha256").first().waitFor();
  await card(page, "Debian 13").getByText("build 20261001").waitFor();
  const bytes = await readFile(inFolder("debian-13-20261001.qcow2"));
  expect(bytes.equals(stage.origin.bytes("/debian.qcow2"))).toBe(true);
  expect(open.troubles).toEqual([]);
});

test("one that fails says why and is tried again by its one button; the badge opens its download", async () => {
  const page = await show("?state=missing&os=fedora");
  await page.getByRole("button", { name: "Download: Gone" }).click();
  // It is not among those that are missing any more.
  await card(page, "Gone").waitFor({ state: "hidden" });
  await page.getByRole("button", { name: /^Failed/ }).click();
  await card(page, "Gone").getByText("404").waitFor();
  await page.getByRole("link", { name: "Failed: show the details of the download" }).click();
  await dialog(page).getByText("gone.qcow2").first().waitFor();
  await page.keyboard.press("Escape");
  await dialog(page).waitFor({ state: "hidden" });
  stage.origin.put("/gone.qcow2", { size: MB });
  await page.getByRole("button", { name: "Retry: Gone" }).click();
  await page.getByRole("button", { name: /^All/ }).click();
  await badge(page, "Gone", "Ready").waitFor();
});

test("filters are in the address and survive a reload; wrong entries are named; nothing of a name is run", async () => {
  const page = await show();
  await page.getByRole("region", { name: "Troubles with the images" }).getByText("floppy").first().waitFor();
  await page.getByText("The 2 newest builds of each are kept").waitFor();
  await card(page, HOSTILE).waitFor();
  await page.getByLabel("System", { exact: true }).selectOption("Debian");
  await card(page, "Rocky Linux 10").waitFor({ state: "hidden" });
  expect(page.url()).toContain("os=debian");
  await page.reload();
  await card(page, "Debian 13").waitFor();
  expect(await page.getByRole("article").count()).toBe(1);
  await page.getByLabel("Search images").fill("nonsense");
  await page.getByRole("button", { name: "Show all images" }).click();
  await card(page, "Rocky Linux 10").waitFor();
  // Of hundreds only those are drawn that are seen, and all are found.
  expect(await page.getByRole("article").count()).toBeLessThan(MANY);
  // The button is gone, and the focus is back where the search was.
  await page.keyboard.type(`many ${MANY - 1}`);
  await card(page, `Many ${MANY - 1}`).waitFor();
  expect(await page.title()).not.toContain("owned");
  expect(open.troubles).toEqual([]);
});

test("an image is imported by keyboard alone: its server is asked while one writes, what is wrong is said at once", async () => {
  const page = await show();
  const button = page.getByRole("button", { name: "Import" });
  await button.focus();
  await page.keyboard.press("Enter");
  const address = dialog(page).getByLabel("Address");
  await address.waitFor();
  await expect.poll(() => address.evaluate((field) => field === document.activeElement)).toBe(true);
  await page.keyboard.type(`${stage.origin.url}/mine.iso`);
  await dialog(page).getByText("Its server has it · 1.0\u00a0MB").waitFor();
  await expect.poll(() => dialog(page).getByLabel("Name").inputValue()).toBe("mine.iso");
  await page.keyboard.press("Tab");
  await page.keyboard.press("Tab");
  await page.keyboard.type("abc");
  await dialog(page).getByText("this has 3").waitFor();
  await page.keyboard.press("ControlOrMeta+a");
  await page.keyboard.type(stage.origin.hash("/mine.iso"));
  await dialog(page).getByText("This is sha256").waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await page.keyboard.press("Enter");
  await dialog(page).waitFor({ state: "hidden" });
  await page.getByLabel("Search images").fill("mine.iso");
  await badge(page, "mine.iso", "Ready").waitFor();
  await card(page, "mine.iso").getByText("Verified sha256").first().waitFor();
});

test("a file that was put there is shown with the size of its disk, and is deleted only after a question", async () => {
  const page = await show("?q=golden");
  await card(page, "mine/golden.qcow2").getByText("a disk of 10.74\u00a0GB").waitFor();
  await page.getByRole("button", { name: "mine/golden.qcow2", exact: true }).click();
  await dialog(page).getByText(inFolder("mine/golden.qcow2")).waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await page.keyboard.press("Escape");
  const ask = async (): Promise<void> => {
    await page.getByRole("button", { name: "More for mine/golden.qcow2" }).click();
    await page.getByRole("menuitem", { name: "Delete file" }).click();
    await dialog(page).getByText("nothing here can bring it back").waitFor();
  };
  await ask();
  await page.getByRole("button", { name: "Keep" }).click();
  await access(inFolder("mine/golden.qcow2"));
  await ask();
  await dialog(page).getByRole("button", { name: "Delete file" }).click();
  await card(page, "mine/golden.qcow2").waitFor({ state: "hidden" });
  // The page shows it as gone before the server has answered.
  const left = (): Promise<string[]> => readdir(inFolder("mine")).catch(() => []);
  await waitFor("the deletion", left, (names) => !names.includes("golden.qcow2"));
});

test.each([
  ["a desk", { width: 1440, height: 900 }],
  ["a phone", { width: 390, height: 844 }],
])("on %s everybody can use it, in light and dark", async (_, viewport) => {
  await call(`${stage.url}/images/many-1/download`, "POST");
  const page = await show("", { viewport });
  await card(page, "Debian 13").waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test("on a phone the filters are as wide as what they say", async () => {
  const page = await show("", { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true });
  for (const name of ["System", "Machine", "Format"]) {
    const widths = await page.getByRole("combobox", { name }).evaluate((select: HTMLElement) => {
      const now = select.offsetWidth;
      const around = select.closest<HTMLElement>(".image-filters__facet");
      if (around !== null) around.style.cssText = "flex: none; max-width: none";
      select.style.cssText = "width: max-content; max-width: none";
      return { now, wanted: select.offsetWidth };
    });
    expect(widths.now, name).toBeGreaterThanOrEqual(widths.wanted);
  }
});
