/** Names and texts from outside at their worst, in every place that shows them: never executed, and never wider than the screen. */
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { JobMessage } from "../src/wire/job-message.ts";
import { call } from "./world/api.ts";
import { waitFor } from "./world/haulyard.ts";
import type { World } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const MARKUP = `<img src=x onerror="window.hacked=1">`;
/** Runs from right to left, pictures of several characters, and a word that no line can break. */
const ODD = `${MARKUP} مرحبا بالعالم 👩‍👩‍👧‍👦 `;
const LONG = ODD + "W".repeat(90);
/** A name of at most 255 bytes, as file systems have them. */
const FILE = `${MARKUP} مرحبا 👩‍👩‍👧 ${"W".repeat(120)}.bin`;
const CARD = "worst.md";

let stage: Stage;
let jobs: JobMessage[];

beforeAll(async () => {
  stage = await openStage({
    origin: {
      "/a.bin": { size: 1000 },
      "/slow.bin": { size: 900_000_000, bytesPerSecond: 100_000 },
      [`/${encodeURIComponent(MARKUP)}`]: { size: 1, status: 404 },
    },
    catalogue: ({ url }) => {
      const model = { name: LONG, url: `${url}/a.bin`, path: `unet/${FILE}`, description: LONG };
      const broken = { name: LONG, url: LONG, path: LONG };
      return { [MARKUP]: { name: LONG, models: { [MARKUP]: model, broken } } };
    },
    lay: fillFolders,
    env: ({ folder }) => ({ HAULYARD_RESOURCES: join(folder, "resources"), HAULYARD_LOCAL_JOBS: "2" }),
  });
  await fillStore();
});
afterEach(() => stage.endVisits());
afterAll(() => stage?.[Symbol.asyncDispose]());

async function fillFolders({ folder, models }: World): Promise<void> {
  await mkdir(join(folder, "resources"));
  const front = {
    title: LONG,
    tags: [LONG, ODD],
    creator: LONG,
    ecosystem: LONG,
    basemodel: LONG,
    type: LONG,
  };
  const lines = Object.entries(front).map(([key, value]) => `${key}: ${JSON.stringify(value)}`);
  await writeFile(
    join(folder, "resources", CARD),
    // oxfmt-ignore
    ["---", ...lines, `url: "javascript:window.hacked=1"`, "---", LONG, `[link](javascript:window.hacked=1) ${MARKUP}`,
      "# Download", "```bash", `# ${LONG}`, `echo '${LONG}' >&2; exit 3`, "```", ""].join("\n"),
  );
  await writeFile(join(models, FILE), "a file that nobody knows");
}

/** Something of every kind whose words come from outside; one download in each state. */
async function fillStore(): Promise<void> {
  const post = async (path: string, body: object): Promise<void> => {
    const { status, body: answer } = await call(`${stage.url}${path}`, "POST", body);
    expect(status, `${path}: ${JSON.stringify(answer)}`).toBeLessThan(300);
  };
  await post("/jobs", { source: `${stage.origin.url}/a.bin`, path: `done/${FILE}` });
  await post("/jobs", {
    source: `${stage.origin.url}/${encodeURIComponent(MARKUP)}`,
    path: `failed/${FILE}`,
  });
  await post("/jobs", { source: CARD });
  const settled = (list: readonly JobMessage[]): boolean =>
    list.length === 3 && list.every(({ ended_at: at }) => at !== null);
  await waitFor("what ends", listJobs, settled);
  for (const folder of ["slow", "slower", "waiting"])
    await post("/jobs", { source: `${stage.origin.url}/slow.bin`, path: `${folder}/${FILE}` });
  await post("/hosts", { ssh_connection: "nobody@127.0.0.1 -p 1", label: LONG.slice(0, 100) });
  await post("/notifications", {
    name: LONG.slice(0, 90),
    settings: { kind: "webhook", url: `https://127.0.0.1:1/${"W".repeat(300)}` },
  });
  await post("/access/keys", { name: `${MARKUP} مرحبا 🧨 ${"W".repeat(45)}`, role: "read" });
  await post("/images/import", {
    name: `${MARKUP} ${"W".repeat(90)}.img`,
    url: `${stage.origin.url}/slow.bin?image`,
  });
  jobs = await listJobs();
}

async function listJobs(): Promise<JobMessage[]> {
  return (await call<{ jobs: JobMessage[] }>(`${stage.url}/jobs?limit=100`)).body.jobs;
}

/** What is wrong with what is shown: something ran, or sticks out of the screen or of its dialog. */
async function look(page: Page, where: string): Promise<string[]> {
  const found = await page.evaluate<{ ran: boolean; images: number; wide: string[] }>(`(() => {
    const boxes = [document.documentElement, ...document.querySelectorAll("[role=dialog], main")];
    return {
      ran: window.hacked !== undefined,
      images: document.querySelectorAll("img[src='x']").length,
      wide: boxes.filter((box) => box.scrollWidth > box.clientWidth + 1)
        .map((box) => box.tagName + "." + box.className + " " + (box.scrollWidth - box.clientWidth)),
    };
  })()`);
  return [
    ...(found.ran ? [`${where}: it ran`] : []),
    ...(found.images > 0 ? [`${where}: became an element`] : []),
    ...found.wide.map((what) => `${where}: too wide: ${what}`),
  ];
}

const PAGES = [
  "downloads",
  "models",
  "models?view=files",
  "resources",
  "instances",
  "storage/images",
  "settings/access",
  "settings/notifications",
];

/** Opens what a page has behind a button, and answers once it is there. */
type Opening = [path: string, open: (page: Page) => Promise<void>];

const menu = async (page: Page, item: string): Promise<void> => {
  await page
    .getByRole("main")
    .getByRole("button", { name: /^More for/ })
    .first()
    .click();
  await page.getByRole("menuitem", { name: item }).click();
};
const DIALOGS: Opening[] = [
  [
    `resources?card=${CARD}`,
    // The server's word on the card comes after the dialog.
    (page) =>
      page
        .getByRole("dialog")
        .getByText(/is no download tool/)
        .first()
        .waitFor(),
  ],
  ["models", (page) => menu(page, "Edit entry")],
  ["models", (page) => menu(page, "Delete entry")],
  ["instances", (page) => menu(page, "Edit")],
  ["instances", (page) => menu(page, "Remove")],
  ["settings/access", (page) => page.getByRole("button", { name: /^Revoke/ }).click()],
  [
    "downloads",
    async (page) => {
      await page.keyboard.press("n");
      await page
        .getByRole("dialog")
        .getByRole("textbox")
        .first()
        .fill(`${stage.origin.url}/${encodeURIComponent(LONG)}`);
    },
  ],
  [
    "downloads",
    async (page) => {
      await page.keyboard.press("Control+k");
      await page.getByRole("dialog").getByRole("combobox").fill("onerror");
    },
  ],
];

/** Nothing that is looked for may be missing: what is not there cannot do harm. */
async function shown(page: Page, where: string, within = page.locator("body")): Promise<void> {
  try {
    await within.getByText("onerror").first().waitFor({ state: "attached" });
  } catch (error) {
    throw new Error(`${where} does not show it`, { cause: error });
  }
}

test.each([1440, 390])("at %i pixels every page and dialog shows them as text, and fits", async (width) => {
  const { page, troubles } = await stage.visit("/#/downloads", { viewport: { width, height: 900 } });
  const faults: string[] = [];
  for (const path of PAGES) {
    await page.goto(`${stage.url}/#/${path}`);
    await shown(page, path);
    faults.push(...(await look(page, path)));
  }
  for (const { id, status } of jobs) {
    await page.goto(`${stage.url}/#/downloads?job=${id}`);
    await shown(page, `details of ${status}`, page.getByRole("dialog"));
    faults.push(...(await look(page, `details of ${status}`)));
  }
  for (const [at, [path, open]] of DIALOGS.entries()) {
    // From elsewhere: the dialog before is gone.
    await page.goto(`${stage.url}/#/settings/about`);
    await page.goto(`${stage.url}/#/${path}`);
    await shown(page, path);
    await open(page);
    await page.getByRole("dialog").waitFor();
    faults.push(...(await look(page, `dialog ${at} of ${path}`)));
    await page.keyboard.press("Escape");
  }
  expect(faults).toEqual([]);
  expect(troubles).toEqual([]);
});
