/** Machines on the page: what each is and has, as it is now; sent to rest, let work again, forgotten. */
import { join } from "node:path";
import type { BrowserContextOptions, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { NodeDraft } from "../src/job/node-contract.ts";
import type { JobStore } from "../src/job/store-contract.ts";
import { openSqliteStore } from "../src/store/open-sqlite-store.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { NodeMessage } from "../src/wire/nodes.ts";
import { call } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import { waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const HOSTILE = `<img src=x onerror="window.hacked=1">`;
/** Nobody beats for the machines that are only said to be there. */
const HOUR_MS = 3_600_000;

let stage: Stage;
const ends = new AsyncDisposableStack();
/** As another machine would have it. */
let store: JobStore;

beforeAll(async () => {
  stage = ends.use(await openStage({ env: { HAULYARD_NODE: "main", HAULYARD_LABELS: "site=ams" } }));
  store = await openSqliteStore({ path: join(stage.world.data, "haulyard.db") });
  ends.defer(() => store.close());
});
afterEach(() => stage.endVisits());
afterAll(() => ends.disposeAsync());

const show = (path = "settings/machines", options: BrowserContextOptions = {}): Promise<Page> =>
  stage.look(`/${path}`, options);

const node = (name: string, more: Partial<NodeDraft> = {}): NodeDraft => ({
  name,
  kind: "worker",
  version: "1.2.3",
  address: null,
  labels: {},
  folders: {},
  run: `${name}/1`,
  tokenHash: null,
  ...more,
});
const stateOf = async (name: string): Promise<string | undefined> => {
  const { body } = await call<{ nodes: NodeMessage[] }>(`${stage.url}/nodes`);
  return body.nodes.find((each) => each.name === name)?.state;
};

test("a single server says that it is the only machine, what it has, and how another one is added", async () => {
  const page = await show();
  const card = page.getByRole("article", { name: "main", exact: true });
  await card.getByText("At work").waitFor();
  await page.getByText("This is the only machine of this queue.").waitFor();
  expect(await page.getByRole("link", { name: "How to add one" }).getAttribute("href")).toBe(
    "manual/nodes.html",
  );
  await card.getByText("site=ams").waitFor();
  await card
    .getByText(/GiB free|TiB free|GB free|TB free|MB free/)
    .first()
    .waitFor();
  expect(await faultsOf(page)).toEqual([]);
});

test("one is sent to rest after a question; what waits for it says so at once, and goes on when it may work again", async () => {
  const page = await show();
  await page.getByRole("button", { name: "Send main to rest" }).click();
  const question = page.getByRole("dialog");
  await question.getByText("whatever is added waits").waitFor();
  await question.getByRole("button", { name: "Keep" }).click();
  expect(await stateOf("main")).toBe("alive");
  await page.getByRole("button", { name: "Send main to rest" }).click();
  await question.getByRole("button", { name: "Send to rest" }).click();
  const card = page.getByRole("article", { name: "main", exact: true });
  await card.getByText("Rests", { exact: true }).waitFor();
  const { body: job } = await call<JobMessage>(`${stage.url}/jobs`, "POST", {
    source: "http://127.0.0.1:9/never.bin",
  });
  const queue = await show("downloads");
  await queue.getByText("Machine rests").waitFor();
  await page.getByRole("button", { name: "Let main work again" }).click();
  await card.getByText("At work").waitFor();
  await queue.getByText("Machine rests").waitFor({ state: "detached" });
  await call(`${stage.url}/jobs/${job.id}`, "DELETE");
});

test("others are shown as they are now, by names that are never more than words, and forgotten when they are gone", async () => {
  const page = await show();
  await page.getByRole("article", { name: "main", exact: true }).waitFor();
  const labels = { [HOSTILE]: HOSTILE };
  const hostile = node(HOSTILE, {
    version: HOSTILE,
    address: HOSTILE,
    labels,
    folders: { [HOSTILE]: HOSTILE },
  });
  await store.nodes.register(hostile, Date.now() + HOUR_MS);
  const card = page.getByRole("article", { name: HOSTILE, exact: true });
  await card.getByText("At work").waitFor();
  await page.getByText("All of them work on one queue.").waitFor();
  await page.getByRole("article", { name: "main", exact: true }).getByText("This one answers you").waitFor();
  const phone = await show("settings/machines", { viewport: { width: 390, height: 844 } });
  await phone.getByRole("article", { name: HOSTILE, exact: true }).waitFor();
  for (const each of [page, phone]) {
    expect(await faultsOf(each)).toEqual([]);
    expect(await each.evaluate("window.hacked")).toBeUndefined();
  }
  expect(await card.getByRole("button", { name: /^Forget/ }).count()).toBe(0);
  await store.nodes.leave(hostile, Date.now());
  await card.getByText("Away", { exact: true }).waitFor();
  await card.getByRole("button", { name: /^Forget/ }).click();
  const question = page.getByRole("dialog");
  await question.getByRole("button", { name: "Forget" }).click();
  await card.waitFor({ state: "detached" });
  await waitFor(
    "it to be forgotten",
    () => stateOf(HOSTILE),
    (state) => state === undefined,
  );
});

test("an instance asks for labels in its form, and its downloads say that no machine has them", async () => {
  const { body } = await call<{ host: { id: string } }>(`${stage.url}/hosts`, "POST", {
    ssh_connection: "root@127.0.0.1:9",
    label: "far",
  });
  const page = await show("instances");
  await page.getByRole("button", { name: "More for far" }).click();
  await page.getByRole("menuitem", { name: "Edit" }).click();
  const form = page.getByRole("dialog");
  await form.getByLabel("Labels its machine needs").fill("site");
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByText("Give labels as name=value").waitFor();
  await form.getByLabel("Labels its machine needs").fill("site=fra");
  await form.getByRole("button", { name: "Save" }).click();
  await page.getByText("site=fra").waitFor();
  const { body: job } = await call<JobMessage>(`${stage.url}/jobs`, "POST", {
    source: "http://127.0.0.1:9/far.bin",
    to: body.host.id,
  });
  expect(job.waiting).toMatchObject({ why: "machine", machine: "missing", needs: { site: "fra" } });
  const queue = await show("downloads");
  await queue.getByText("No machine for it").waitFor();
  await call(`${stage.url}/jobs/${job.id}`, "DELETE");
});

test("whoever may only look sees the machines, in German, too, and nothing to do to them", async () => {
  const admin = await show("settings/machines", { locale: "de-DE" });
  await admin.getByRole("heading", { name: "Rechner", level: 2 }).waitFor();
  await admin.getByRole("button", { name: "main zur Ruhe schicken" }).waitFor();
  const page = await show("downloads", { locale: "de-DE" });
  await page.route("**/access", async (route) => {
    const answer = await route.fetch();
    const access = (await answer.json()) as { asker: { may: string[] } };
    access.asker.may = access.asker.may.filter((deed) => !deed.includes("/nodes"));
    await route.fulfill({ response: answer, json: access });
  });
  await page.goto(`${stage.url}/#/settings/machines`);
  await page.reload();
  await page.getByRole("article", { name: "main", exact: true }).getByText("Arbeitet").waitFor();
  await expect.poll(() => page.getByRole("button", { name: /Ruhe/ }).count()).toBe(0);
});
