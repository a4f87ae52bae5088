/** A group's entry stands still but for itself: the progress of a member draws its row and no other. */
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "./world/api.ts";
import type { Visit } from "./world/browser.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";
import { forgetDrawn, WATCH_DRAWN, watched } from "./world/watch-drawn.ts";

const MB = 1_000_000;
const MOVING = "Group moving";

let stage: Stage;
let open: Visit;
let page: Page;

/** One download at a time: all but one member of one group stand still for as long as anybody looks. */
beforeAll(async () => {
  const slow = { size: 900 * MB, bytesPerSecond: MB };
  stage = await openStage({
    origin: { "/runs.bin": slow, "/waits.bin": slow, "/other.bin": slow, "/alone.bin": slow },
    env: { HAULYARD_LIMIT_RATE: "200kB", HAULYARD_LOCAL_JOBS: "1" },
  });
  const { url, origin } = stage;
  const group = (name: string, ...files: string[]) =>
    call(`${url}/groups`, "POST", { name, sources: files.map((file) => `${origin.url}/${file}`) });
  await group("moving", "runs.bin", "waits.bin");
  await group("resting", "other.bin");
  await call(`${url}/jobs`, "POST", { source: `${origin.url}/alone.bin` });
  open = await stage.visit("about:blank");
  page = open.page;
  await page.addInitScript(WATCH_DRAWN);
  await page.goto(url);
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const row = (name: string): Locator => page.getByRole("article", { name, exact: true });

/** So many steps ahead are looked at together. */
const STEPS = 5;

/** Which rows were drawn while the group went on. A row has many components: names are told, not counted. */
async function drawnWhileItMoves(): Promise<string[]> {
  await forgetDrawn(page);
  const steps = new Set<string>();
  await waitFor(
    "progress",
    async () => steps.add((await row(MOVING).locator(".row__bytes").textContent()) ?? "").size,
    (seen) => seen > STEPS,
  );
  const { drawn } = await watched(page);
  return [...new Set(drawn)].toSorted();
}

/** What the server tells of others after the page has opened may draw them once: as often as this they are looked at anew. */
const LOOKS = 10;

/** Whoever is drawn by each step of the group is drawn by all of them. */
async function settle(expected: readonly string[]): Promise<string[]> {
  for (let look = 1; ; look++) {
    const drawn = await drawnWhileItMoves();
    if (look === LOOKS || drawn.join() === expected.join()) return drawn;
  }
}

test("while a member of a folded group goes on, the group's row is drawn and no other", async () => {
  for (const name of ["resting", "alone.bin"])
    await page.getByRole("button", { name: `Pause ${name}` }).waitFor();
  await row(MOVING).getByText("Downloading").waitFor();
  expect(await settle([MOVING])).toEqual([MOVING]);
});

test("of an open group the row of the member that goes on is drawn as well, and of those that wait none", async () => {
  await row(MOVING).getByRole("link", { name: "moving", exact: true }).click();
  await row("waits.bin").waitFor();
  await row("runs.bin").getByText("Downloading").waitFor();
  const both = [MOVING, "runs.bin"];
  expect(await settle(both)).toEqual(both);

  // The counting sees every row: a change of another is seen as that.
  await page.getByRole("button", { name: "Pause resting" }).click();
  await row("Group resting").getByText("Paused", { exact: true }).waitFor();
  expect((await watched(page)).drawn).toContain("Group resting");
  expect(open.troubles).toEqual([]);
});
