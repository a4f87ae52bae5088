/** Many tabs of one browser: a browser opens six connections to a server, and every tab has to be live all the same. */
import { once } from "node:events";
import { createServer, request } from "node:http";
import type { AddressInfo } from "node:net";
import type { BrowserContext, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from "vitest";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

/** More than a browser gives connections. */
const TABS = 8;
const MB = 1_000_000;

let stage: Stage;
const ends = new AsyncDisposableStack();
let counter: Counter;
let context: BrowserContext;

beforeAll(async () => {
  const slow = { size: 80 * MB, bytesPerSecond: 50_000 };
  stage = ends.use(await openStage({ origin: { "/slow.bin": slow } }));
  await post("/jobs", { source: `${stage.origin.url}/slow.bin` });
  counter = await startCounter(stage.haulyard.port);
  ends.defer(() => counter.stop());
});
afterAll(() => ends.disposeAsync());

beforeEach(async () => {
  context = await stage.browser.newContext({ reducedMotion: "reduce" });
  context.setDefaultTimeout(180_000);
});
afterEach(() => context.close());

async function post(path: string, body: object): Promise<{ id: string }> {
  const headers = { "content-type": "application/json" };
  const answer = await fetch(stage.url + path, { method: "POST", headers, body: JSON.stringify(body) });
  expect(answer.ok).toBe(true);
  return (await answer.json()) as { id: string };
}

async function openTabs(count: number): Promise<Page[]> {
  const tabs: Page[] = [];
  for (let opened = 0; opened < count; opened++) {
    const tab = await context.newPage();
    await tab.goto(counter.url);
    await tab.locator("[data-link='live']").first().waitFor({ state: "attached" });
    tabs.push(tab);
  }
  return tabs;
}

/** Adds a download that every tab has to hear of. */
async function allHearOf(name: string, tabs: readonly Page[]): Promise<void> {
  await post("/jobs", { source: `${stage.origin.url}/${name}` });
  for (const tab of tabs) await tab.getByRole("article", { name }).waitFor();
}

test("eight tabs are live over one stream, answer, and go on when any of them is closed", async () => {
  const tabs = await openTabs(TABS);
  await allHearOf("first.bin", tabs);
  await expect.poll(() => counter.open()).toBe(1);

  // Not only the stream: what is pressed in the last tab is done, and the first shows it.
  await tabs.at(-1)?.getByRole("button", { name: "Pause slow.bin" }).click();
  await tabs[0]?.getByRole("button", { name: "Resume slow.bin" }).click();
  await tabs.at(-1)?.getByRole("button", { name: "Pause slow.bin" }).waitFor();

  await tabs.shift()?.close();
  await allHearOf("second.bin", tabs);
  await tabs[0]?.reload();
  await allHearOf("third.bin", tabs);
  await expect.poll(() => counter.open()).toBe(1);
});

test("without shared workers one tab follows for all; it is closed, and the others go on", async () => {
  await context.addInitScript("delete globalThis.SharedWorker");
  const tabs = await openTabs(TABS);
  await allHearOf("fourth.bin", tabs);
  await expect.poll(() => counter.open()).toBe(1);
  // The first has the stream. It gets no chance to say so: it is gone from one moment to the next.
  await tabs.shift()?.close({ runBeforeUnload: false });
  await allHearOf("fifth.bin", tabs);
  await expect.poll(() => counter.open()).toBe(1);
});

test("where tabs cannot agree on one, each follows by itself", async () => {
  await context.addInitScript("delete globalThis.SharedWorker; delete globalThis.BroadcastChannel");
  const tabs = await openTabs(2);
  await allHearOf("sixth.bin", tabs);
  await expect.poll(() => counter.open()).toBe(2);
});

interface Counter {
  url: string;
  /** Event streams that are open now. */
  open: () => number;
  stop: () => Promise<void>;
}

/** Passes everything on to the server, and counts the event streams. */
async function startCounter(port: number): Promise<Counter> {
  let open = 0;
  const server = createServer((incoming, outgoing) => {
    if ((incoming.url ?? "").startsWith("/events")) {
      open += 1;
      outgoing.on("close", () => (open -= 1));
    }
    const { method, url: path, headers } = incoming;
    const onward = request({ port, host: "127.0.0.1", method, path, headers }, (answer) => {
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(outgoing);
    });
    onward.on("error", () => outgoing.destroy());
    outgoing.on("close", () => onward.destroy());
    incoming.pipe(onward);
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/`,
    open: () => open,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    },
  };
}
