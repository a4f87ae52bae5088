/**
 * How smoothly the page shows a long queue: it is scrolled in Chromium while progress comes in.
 * `npm run bench:page -- [jobs] [events per second]`
 *
 * The built page is served with a snapshot and events of our own: what is measured is the page, not the server.
 */
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { extname, join } from "node:path";
import type { CDPSession, Page } from "playwright-core";
import { makeJob } from "../src/client/testing/make-job.ts";
import { PAGE_POLICY } from "../src/server/security-headers.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import { launchChromium } from "../test/world/browser.ts";
import { buildPage } from "../tools/build-page.ts";
import { ROOT } from "../tools/run-command.ts";

const JOBS = Number(process.argv[2] ?? 10_000);
const EVENTS_PER_SECOND = Number(process.argv[3] ?? 50);
/** At work at once; the rest waits. */
const ACTIVE = 20;
const SECONDS = 10;
/** Pixels for each frame: a quick turn of the wheel, without a stop. */
const SCROLL_PX = 120;
const DIST = join(ROOT, "web/dist");
const TYPES: Record<string, string> = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript",
  ".css": "text/css",
  ".svg": "image/svg+xml",
};

const idOf = (n: number): string => `0193d1c0-0000-7000-8000-${String(n).padStart(12, "0")}`;
const jobs: JobMessage[] = Array.from({ length: JOBS }, (_, n) =>
  makeJob({
    id: idOf(n),
    name: `model-${n}-of-a-name-that-is-about-as-long-as-they-are.safetensors`,
    status: n < ACTIVE ? "RUNNING" : "PENDING",
    started_at: n < ACTIVE ? "2026-11-21T11:00:00.000Z" : null,
    sequence: n + 1,
    progress:
      n < ACTIVE ? {} : { stage: null, percent: 0, bytes_done: 0, bytes_per_second: 0, eta_seconds: null },
  }),
);

/** Progress of one job after the other, without end. */
function sendEvents(response: ServerResponse): void {
  response.writeHead(200, { "content-type": "text/event-stream", "cache-control": "no-store" });
  response.write(`event: snapshot\nid: 1\ndata: ${JSON.stringify({ jobs })}\n\n`);
  let sent = 0;
  const timer = setInterval(() => {
    const job = jobs[sent++ % ACTIVE];
    if (job === undefined) return;
    const bytes = (job.progress.bytes_done + 1) % 990;
    job.progress = {
      ...job.progress,
      attempt: 1 + Math.floor(sent / 990 / ACTIVE),
      bytes_done: bytes,
      percent: Math.floor(bytes / 10),
    };
    const moved = { jobs: [{ id: job.id, progress: job.progress }] };
    response.write(`event: progress\ndata: ${JSON.stringify(moved)}\n\n`);
  }, 1000 / EVENTS_PER_SECOND);
  response.on("close", () => clearInterval(timer));
}

async function sendFile(path: string, response: ServerResponse): Promise<void> {
  const file = path === "/" ? "/index.html" : path;
  const text = await readFile(join(DIST, file)).catch(() => null);
  if (text === null) {
    response.writeHead(404, { "content-type": "application/json" });
    response.end('{"success":false,"code":"not_found","message":"not here"}');
    return;
  }
  const headers = {
    "content-type": TYPES[extname(file)] ?? "text/plain",
    "content-security-policy": PAGE_POLICY,
  };
  response.writeHead(200, headers).end(text);
}

interface Frames {
  /** Milliseconds from frame to frame, in order of length. */
  deltas: number[];
  /** Work that held everything else up for more than 50 ms: how often, and the longest. */
  longTasks: number;
  longest: number;
}

/** In the browser: turns the wheel a little in every frame, up and down the list, and notes how long each took. */
const SCROLL = `async (seconds, pixels) => {
  const tasks = [];
  const observer = new PerformanceObserver((list) => tasks.push(...list.getEntries().map(({ duration }) => duration)));
  observer.observe({ type: "longtask" });
  const deltas = [];
  await new Promise((done) => {
    const end = performance.now() + seconds * 1000;
    let last = performance.now();
    let step = pixels;
    const frame = (now) => {
      deltas.push(now - last);
      last = now;
      if (scrollY + innerHeight >= document.body.scrollHeight - pixels) step = -pixels;
      if (scrollY <= 0) step = pixels;
      scrollBy(0, step);
      if (now < end) requestAnimationFrame(frame);
      else done();
    };
    requestAnimationFrame(frame);
  });
  observer.disconnect();
  return { deltas: deltas.slice(1).sort((a, b) => a - b), longTasks: tasks.length, longest: Math.max(0, ...tasks) };
}`;

/** In the browser, before the page: notes when its title is there, and when its first row is. */
const NOTE_MOMENTS = `{
  const moments = (globalThis.moments = { title: NaN, rows: NaN });
  const seen = new MutationObserver(() => {
    if (isNaN(moments.title) && document.querySelector("h1")) moments.title = performance.now();
    if (!document.querySelector("article")) return;
    moments.rows = performance.now();
    seen.disconnect();
  });
  seen.observe(document, { childList: true, subtree: true });
}`;

interface Moments {
  paint: number;
  title: number;
  rows: number;
}

const MOMENTS = `({
  ...globalThis.moments,
  paint: performance.getEntriesByName("first-contentful-paint")[0]?.startTime ?? NaN,
})`;

function measureScroll(page: Page, seconds: number, pixels: number): Promise<Frames> {
  return page.evaluate<Frames>(`(${SCROLL})(${seconds}, ${pixels})`);
}

async function mainThreadSeconds(cdp: CDPSession): Promise<number> {
  const { metrics } = await cdp.send("Performance.getMetrics");
  return metrics.find(({ name }) => name === "TaskDuration")?.value ?? NaN;
}

let asked = 0;
const built = await buildPage();
if (built.kind === "failed") throw new Error(built.output);
const server = createServer((request, response) => {
  const { pathname } = new URL(request.url ?? "/", "http://x");
  asked += 1;
  if (pathname === "/events") sendEvents(response);
  else void sendFile(pathname, response);
}).listen(0, "127.0.0.1");
await new Promise((resolve) => server.once("listening", resolve));
const browser = await launchChromium();
try {
  const page = await browser.newPage({ viewport: { width: 1440, height: 900 } });
  await page.addInitScript(NOTE_MOMENTS);
  const cdp = await page.context().newCDPSession(page);
  // The processor's time, not the clock's: what others do on this machine does not count.
  await cdp.send("Performance.enable", { timeDomain: "threadTicks" });
  await page.goto(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`);
  await page.getByRole("article").first().waitFor();
  const first = await page.evaluate<Moments>(MOMENTS);
  const start = await mainThreadSeconds(cdp);
  const at = ({ deltas }: Frames, part: number): string =>
    (deltas[Math.floor(deltas.length * part)] ?? NaN).toFixed(1);
  console.log(`${JOBS} jobs, ${EVENTS_PER_SECOND} progress events a second`);
  console.log(
    `first paint (the frame) ${first.paint.toFixed(0)} ms, title and search ${first.title.toFixed(0)} ms, ` +
      `first rows ${first.rows.toFixed(0)} ms; work of the main thread until then ${(1000 * start).toFixed(0)} ms; ` +
      `${asked} files asked for until then`,
  );
  for (const [what, pixels] of [
    ["at rest", 0],
    ["scrolling", SCROLL_PX],
  ] as const) {
    const before = await mainThreadSeconds(cdp);
    const frames = await measureScroll(page, SECONDS, pixels);
    const busy = (1000 * ((await mainThreadSeconds(cdp)) - before)) / frames.deltas.length;
    const rate = (frames.deltas.length / SECONDS).toFixed(1);
    console.log(
      `${what.padEnd(10)} ${rate} frames a second; frame ms: median ${at(frames, 0.5)}, 95 % ${at(frames, 0.95)}, 99 % ${at(frames, 0.99)}; ` +
        `work of the main thread ${busy.toFixed(1)} ms a frame; tasks over 50 ms: ${frames.longTasks}, longest ${frames.longest.toFixed(0)} ms`,
    );
  }
} finally {
  await browser.close();
  server.closeAllConnections();
  server.close();
}
