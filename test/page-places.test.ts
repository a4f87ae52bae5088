/** What a row says of machines, and that nothing on a page is wider than it may be, in a real browser. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { BrowserContextOptions, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import { addInstance, addTrustedInstance } from "./world/add-instance.ts";
import { call } from "./world/api.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";
import { startSshd } from "./world/sshd.ts";

const MB = 1_000_000;
const MACHINE = "a rented machine in Reykjavik whose name is far too long for any phone there is";
const STRANGER = "nobody has looked at its key";
const DESK = { viewport: { width: 1280, height: 900 } };
const PHONE = { viewport: { width: 390, height: 844 }, hasTouch: true, isMobile: true };

let stage: Stage;
const ends = new AsyncDisposableStack();

beforeAll(async () => {
  const sshd = ends.use(await startSshd());
  stage = ends.use(
    await openStage({
      origin: {
        "/here.bin": { size: 400 * MB, bytesPerSecond: MB },
        "/there.bin": { size: 400 * MB, bytesPerSecond: MB },
        "/one.bin": { size: 400 * MB, bytesPerSecond: MB },
        "/two.bin": { size: 400 * MB, bytesPerSecond: MB },
        "/gone.bin": { size: MB, status: 403, html: "Accept the licence" },
      },
      lay: async ({ models }) => {
        await mkdir(join(models, "vae"));
        await writeFile(join(models, "vae/a-name-that-needs-more-room-than-there-is.bin"), "x");
      },
    }),
  );
  const uiHome = join(sshd.home, "ui");
  const machine = await addTrustedInstance(stage, sshd, { label: MACHINE, uiHome });
  await addInstance(stage, sshd, { at: "localhost", label: STRANGER, uiHome });
  const at = (path: string): string => stage.origin.url + path;
  await call(`${stage.url}/jobs`, "POST", { source: at("/here.bin") });
  await call(`${stage.url}/jobs`, "POST", { source: at("/there.bin"), to: machine });
  await call(`${stage.url}/jobs`, "POST", { source: at("/gone.bin") });
  // In the queue of every machine, behind what is there already.
  const sources = [at("/one.bin"), at("/two.bin")];
  await call(`${stage.url}/groups`, "POST", { name: "On every machine", sources, to: ["all"] });
});
afterEach(() => stage.endVisits());
afterAll(() => ends.disposeAsync());

const look = (route: string, options: BrowserContextOptions = DESK): Promise<Page> =>
  stage.look(route, options);

const rowOf = (page: Page, name: string): Locator =>
  page.getByRole("article").filter({ has: page.getByRole("link", { name, exact: true }) });

/** Words and buttons that stand out of what they are in, to the right; those of strips that are scrolled do not. */
const standingOut = (place: Locator): Promise<string[]> =>
  place.evaluate((box) => {
    const edge = box.getBoundingClientRect().right + 1;
    const inside = [...box.querySelectorAll("*")].filter(
      (one) => one.childElementCount === 0 && one.closest(".filter-tabs, .list-filters") === null,
    );
    return inside.filter((one) => one.getBoundingClientRect().right > edge).map((one) => one.outerHTML);
  });

test("a row says which machine its file goes to, where that is not this one", async () => {
  const page = await look("/downloads");
  const there = rowOf(page, "there.bin").first();
  await there.getByText(MACHINE).waitFor();
  const here = rowOf(page, "here.bin").first();
  await here.getByText("…/downloads/files").waitFor();
  expect(await here.textContent()).not.toContain("local");
});

test("on a desk with little room the words of a group stay in its row, none of them cut off", async () => {
  const page = await look("/downloads");
  const group = page.getByRole("article", { name: "Group On every machine" });
  const badge = group.getByText(/wait for a key/);
  await badge.waitFor();
  await group.getByText(/places done/).waitFor();
  expect(await standingOut(group.locator(".row__body"))).toEqual([]);
  expect(await badge.evaluate((box) => box.scrollWidth - box.clientWidth)).toBe(0);
});

test("on a phone nothing stands out of a page, however long a machine is called", async () => {
  for (const [route, ready] of [
    ["/downloads", /here\.bin/],
    ["/resources", /there\.bin/],
    ["/instances", /rented machine/],
    ["/settings/machines", /Last heard of/],
  ] as const) {
    const page = await look(route, PHONE);
    await page.getByText(ready).first().waitFor();
    expect(await standingOut(page.locator("main")), route).toEqual([]);
    expect(await page.evaluate(() => document.documentElement.scrollWidth), route).toBeLessThanOrEqual(390);
  }
});

test("on a phone a row that needs a person says its whole name, and its button stands below", async () => {
  const page = await look("/downloads?show=problem", PHONE);
  const row = rowOf(page, "gone.bin").first();
  const button = row.getByRole("link", { name: "Open the page: gone.bin" });
  const [name, pressed] = await Promise.all([
    row.getByText("gone.bin").first().boundingBox(),
    button.boundingBox(),
  ]);
  expect(pressed?.y).toBeGreaterThan((name?.y ?? 0) + (name?.height ?? 0));
});

test("on a phone the list of files says what is known of a hash in whole words", async () => {
  const page = await look("/models?view=files&all=true", PHONE);
  const row = page.getByRole("article", { name: /^a-name-that-needs/ });
  const badge = row.locator(".badge");
  await badge.waitFor();
  const words = await badge.evaluate(({ scrollWidth, clientWidth }) => scrollWidth - clientWidth);
  const [said, button] = await Promise.all([
    badge.boundingBox(),
    row.getByRole("button").first().boundingBox(),
  ]);
  expect(words).toBe(0);
  expect((said?.x ?? 0) + (said?.width ?? 0)).toBeLessThanOrEqual(button?.x ?? 0);
});

test("an address that asks for what there is not shows the page without it", async () => {
  for (const route of [
    "/downloads?show=problems&sort=fastest&kind=bits&place=%5B1%5D&group=none&q=%7B%7D",
    "/models?state=lost&view=attic&at=5&all=maybe",
    "/storage/images?state=lost&os=%5B%5D",
    "/resources?type=%7B%7D&card=5",
    "/downloads?job=12&verify=true",
  ]) {
    const page = await look(route);
    await page.getByRole("heading", { level: 1 }).waitFor();
    expect(await page.getByText("This page has a fault").count(), route).toBe(0);
    expect(await page.getByRole("dialog").count(), route).toBe(0);
  }
  const page = await look("/downloads?show=problems");
  await waitFor(
    "every job is shown",
    () => page.getByRole("article").count(),
    (count) => count >= 4,
  );
});
