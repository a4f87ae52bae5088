/**
 * Pictures of the page, taken of a real server that downloads from a real origin.
 *
 *   npm run screenshots                       those the README shows, anew
 *   npm run screenshots -- --out /tmp/shots   every page and dialog, by day and night, on a desk and a phone
 *   npm run screenshots -- --out DIR --only settings-   those of them whose names begin so; again and again
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import type { Browser, Page } from "playwright-core";
import { chromium } from "playwright-core";
import { createWorld, startHaulyard, waitFor } from "../test/world/haulyard.ts";
import type { Origin } from "../test/world/origin.ts";
import { startOrigin } from "../test/world/origin.ts";
import { ROOT } from "./run-command.ts";
import { buildPage } from "./build-page.ts";
import { prepareInstances } from "./screenshot-instances.ts";
import type { Shown } from "./screenshot-pages.ts";
import { ACCOUNT_PASSWORD, accountsPages, newcomersPages, pagesOf, questionsOf } from "./screenshot-pages.ts";
import { imageCatalogue, layOut, requestFor, SCENES } from "./screenshot-scenes.ts";
import { findProgram } from "./test-tools.ts";

interface Look {
  viewport: { width: number; height: number };
  deviceScaleFactor: number;
  colorScheme: "light" | "dark";
}

/** A desk and a phone, by day and by night. */
const LOOKS: readonly Look[] = [
  { viewport: { width: 1440, height: 900 }, deviceScaleFactor: 1 },
  { viewport: { width: 390, height: 844 }, deviceScaleFactor: 2 },
].flatMap((screen) => [
  { ...screen, colorScheme: "light" as const },
  { ...screen, colorScheme: "dark" as const },
]);
/** Long enough for speeds, times left and the curve of the last minute to have a shape. */
const WATCH_MS = 35_000;
/** A folder people could have; it is shown on the Models page. */
const FOLDER = join(tmpdir(), "workspace");
/** Likewise. Taken if it is free. */
const ORIGIN_PORT = 9000;

const { values } = parseArgs({
  options: { out: { type: "string" }, only: { type: "string", multiple: true } },
});
const out = values.out ?? join(ROOT, "docs/screenshots");
/** Names of the pictures that are taken; null: all of them. */
const wanted = values.out === undefined ? picturesOf(readFileSync(join(ROOT, "README.md"), "utf8")) : null;

const executablePath = findProgram("chromium");
if (executablePath === null) throw new Error("needs Chromium (Debian: chromium)");
if (existsSync(FOLDER)) throw new Error(`${FOLDER} is in the way`);
const built = await buildPage();
if (built.kind === "failed") throw new Error(built.output);
mkdirSync(out, { recursive: true });

await using origin = await startOrigin({}, { port: ORIGIN_PORT }).catch(() => startOrigin());
const world = await createWorld(layOut(origin), FOLDER);
await using instances = await prepareInstances(world, origin);
await instances.putCards();
const imageFile = join(world.folder, "images.json");
writeFileSync(imageFile, JSON.stringify(imageCatalogue(origin)));
const haulyard = await startHaulyard(world, { env: { HAULYARD_IMAGE_CATALOG: imageFile } });
const pages = pagesOf(origin);
const browser = await chromium.launch({
  executablePath,
  args: [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
try {
  const watching = await openViews(
    browser,
    pages.filter(({ watches }) => watches === true),
  );
  await playScenes(haulyard.url, origin);
  const ids = await instances.play((path, body) => post(haulyard.url + path, body));
  await sleep(WATCH_MS);
  for (const view of watching) await shoot(view);
  // The others one after the other: so many pages that are drawn all the time would slow each other down.
  await shootAll([...pages.filter(({ watches }) => watches !== true), ...questionsOf(ids)]);
  if (wanted === null) await shootNewcomers();
} finally {
  await browser.close();
  await haulyard.stop();
  await world.remove();
}

async function shootAll(all: readonly Shown[], url = haulyard.url): Promise<void> {
  for (const shown of all)
    for (const look of looksOf(shown)) {
      const view = await openView(browser, shown, look, url);
      // One that cannot be taken does not cost the others.
      await shoot(view).catch((error: unknown) => {
        console.error(`${view.file}: ${String(error)}`);
        process.exitCode = 1;
      });
    }
}

/** A server without anything, which asks who is there. */
async function shootNewcomers(): Promise<void> {
  const empty = await createWorld();
  const server = await startHaulyard(empty, { env: { HAULYARD_AUTH: "always" } });
  try {
    const token = readFileSync(join(empty.data, "token"), "utf8").trim();
    await shootAll(newcomersPages(token), server.url);
    const name = "anna";
    const account = { name, password: ACCOUNT_PASSWORD, role: "admin" };
    await post(`${server.url}/access/users`, account, { authorization: `Bearer ${token}` });
    await shootAll(accountsPages(name), server.url);
  } finally {
    await server.stop();
    await empty.remove();
  }
}

/** Brings the server into the situation the pictures show. */
async function playScenes(url: string, from: Origin): Promise<void> {
  for (const scene of SCENES) {
    if (scene.asked === undefined) continue;
    const { route, body } = requestFor(scene, from);
    const { job_id: modelJob, id } = (await post(url + route, body)) as { job_id?: string; id?: string };
    const job = `${url}/jobs/${modelJob ?? id ?? ""}`;
    const { until, pauseAfterMs } = scene.asked;
    if (until !== undefined) {
      await waitFor(
        `${until} of ${scene.path}`,
        () => statusOf(job),
        (status) => status === until,
      );
    }
    if (pauseAfterMs !== undefined) {
      await sleep(pauseAfterMs);
      await post(`${job}/pause`);
    }
  }
}

async function post(url: string, body?: unknown, headers: Record<string, string> = {}): Promise<unknown> {
  const json = { headers: { "content-type": "application/json", ...headers }, body: JSON.stringify(body) };
  const answer = await fetch(url, { method: "POST", ...(body === undefined ? {} : json) });
  if (!answer.ok) throw new Error(`${url}: ${answer.status} ${await answer.text()}`);
  return answer.json();
}

async function statusOf(job: string): Promise<string> {
  const answer = await fetch(job);
  return ((await answer.json()) as { status: string }).status;
}

interface View {
  /** Of the picture. */
  file: string;
  page: Page;
  shown: Shown;
}

async function openViews(from: Browser, pages: readonly Shown[]): Promise<View[]> {
  const views: View[] = [];
  for (const shown of pages) {
    for (const look of looksOf(shown)) views.push(await openView(from, shown, look));
  }
  return views;
}

/** Those of a page that are wanted. */
function looksOf(shown: Shown): Look[] {
  const { only = [""] } = values;
  if (!only.some((begin) => shown.name.startsWith(begin))) return [];
  return LOOKS.filter((look) => wanted === null || wanted.has(fileOf(shown, look)));
}

function fileOf({ name }: Shown, { colorScheme, viewport }: Look): string {
  return `${name}-${colorScheme}-${viewport.width}.png`;
}

/** The pictures a text shows. */
function picturesOf(text: string): Set<string> {
  return new Set([...text.matchAll(/docs\/screenshots\/([\w-]+\.png)/g)].map(([, name = ""]) => name));
}

async function openView(from: Browser, shown: Shown, look: Look, url = haulyard.url): Promise<View> {
  // A context each: the browser gives the pages of one only six connections, and each keeps one for events.
  const context = await from.newContext(look);
  const page = await context.newPage();
  await page.goto(`${url}/#${shown.route}`);
  return { file: fileOf(shown, look), page, shown };
}

async function shoot({ file, page, shown }: View): Promise<void> {
  await page.bringToFront();
  // On a phone words of the navigation are there and not seen.
  await page.getByText(shown.ready).filter({ visible: true }).first().waitFor();
  await shown.press?.(page);
  await page.evaluate("document.fonts.ready");
  await page.screenshot({ path: join(out, file), animations: "disabled" });
  await shown.after?.(page);
  await page.context().close();
  console.log(file);
}
