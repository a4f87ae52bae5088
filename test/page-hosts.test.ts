/**
 * Instances and resource cards in a real browser, with a real sshd: a line is pasted, keys are compared, cards are
 * installed, keys change; by mouse and by keyboard.
 */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, expect, test } from "vitest";
import type { HostMessage } from "../src/wire/hosts.ts";
import type { JobListMessage } from "../src/wire/requests.ts";
import { call } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import type { Visit } from "./world/browser.ts";
import { waitFor } from "./world/haulyard.ts";
import type { World } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";
import { startSshd } from "./world/sshd.ts";
import type { Sshd } from "./world/sshd.ts";

const MB = 1_000_000;
const FENCE = "```";
/** What is in a name must be shown, never run. */
const HOSTILE = `<img src=x onerror="document.title='owned'">`;

let stage: Stage;
let sshd: Sshd;
const ends = new AsyncDisposableStack();
let open: Visit;

/** Each test goes on where the one before it ended, as a person does. */
beforeAll(async () => {
  sshd = ends.use(await startSshd({ hostKeys: ["ed25519", "ecdsa"] }));
  stage = ends.use(
    await openStage({
      origin: {
        "/one.bin": { size: 2 * MB },
        "/vae.bin": { size: MB },
        "/gone.bin": { size: MB, status: 404 },
        "/stuck.bin": { size: 10 * MB, cutAfter: 5 * MB, cut: "stall" },
        "/late.bin": { size: MB },
      },
      lay: putCards,
    }),
  );
});
afterEach(() => stage.endVisits());
afterAll(() => ends.disposeAsync());

async function putCards({ folder: root }: World, { url }: Origin): Promise<void> {
  const put = async (path: string, matter: string, text: string, ...lines: string[]): Promise<void> => {
    const full = join(root, "resources", path);
    await mkdir(join(full, ".."), { recursive: true });
    const script = `# Download\n\n${FENCE}bash\n${lines.join("\n")}\n${FENCE}\n`;
    await writeFile(full, `---\n${matter}\n---\n\n${text}\n\n${script}`);
  };
  const wget = (name: string, folder: string): string =>
    `wget -c ${url}/${name} -P "$UI_HOME/models/${folder}"`;
  await put(
    "checkpoints/one.md",
    'title: "Model One"\ntags: [flux, image]\necosystem: flux\ntype: checkpoint\ndependencies: [the_vae]\nimage: https://pictures.invalid/one.jpeg',
    `The **first** one. ${HOSTILE} [evil](javascript:alert(1)) [page](https://example.org/)`,
    wget("one.bin", "unet"),
  );
  await put(
    "loras/two.md",
    `title: ${JSON.stringify(`Two ${HOSTILE}`)}\ntags: [lora]\necosystem: sdxl\ntype: lora`,
    "Another one.",
    wget("gone.bin", "loras"),
  );
  await put(
    "vae/vae.md",
    'title: "The VAE"\nAIR: the_vae\ntags: [flux]\necosystem: flux\ntype: vae',
    "",
    wget("vae.bin", "vae"),
  );
  await put(
    "z/stuck.md",
    'title: "Stuck one"\ntags: [slow]\ntype: checkpoint',
    "",
    wget("vae.bin", "again"),
    wget("stuck.bin", "z"),
  );
  await put(
    "z/tools.md",
    'title: "With civitdl"\ntags: [slow]\ntype: lora',
    "",
    'civitdl 1 "$UI_HOME/models"',
  );
  await writeFile(join(root, "resources/broken.md"), "# Download\n\nnothing to run\n");
}

async function show(route: string, viewport = { width: 1280, height: 900 }): Promise<Page> {
  open = await stage.visit(route, { viewport });
  await open.page.getByRole("heading", { level: 1 }).waitFor();
  return open.page;
}

const dialog = (page: Page): Locator => page.getByRole("dialog");
const tasks = (page: Page): Locator => page.getByRole("list", { name: "Tasks of gpu" });
const task = (page: Page, name: string): Locator =>
  tasks(page).getByRole("listitem").filter({ hasText: name });
const hashOf = (type: "ed25519" | "ecdsa"): string => sshd.fingerprint(type).split(" ")[1] ?? "";
const card = (page: Page, title: string): Locator => page.getByRole("article", { name: title });
const isFocused = (part: Locator): Promise<boolean> =>
  part.evaluate((element) => element === document.activeElement);

async function hostOf(): Promise<HostMessage | undefined> {
  return (await call<{ hosts: HostMessage[] }>(`${stage.url}/hosts`)).body.hosts[0];
}

test("a pasted line is explained while it is typed, wrong parts are named, and the keys are asked about in full before anything is trusted", async () => {
  const page = await show("/#/instances");
  await page.getByText("No instances yet").waitFor();
  expect(await faultsOf(page)).toEqual([]);

  await page.getByRole("button", { name: "Paste an ssh line" }).click();
  const field = dialog(page).getByLabel("ssh line");
  await field.fill("ssh -o ProxyCommand=evil root@203.0.113.7");
  await dialog(page).getByText("-o ProxyCommand: only settings that say where the instance is").waitFor();
  await field.fill(`$ ${sshd.line()} -L 8080:localhost:8080`);
  await dialog(page).getByText("-L is remembered, not applied").waitFor();
  await dialog(page).getByText(String(sshd.port), { exact: true }).waitFor();
  await dialog(page).getByText(sshd.keyPath, { exact: true }).waitFor();
  await dialog(page).getByLabel("Name").fill("gpu");
  await dialog(page).getByLabel("UI home").fill("workspace");
  await page.keyboard.press("Enter");
  await dialog(page).getByText("Give an absolute path on the instance").waitFor();
  await expect.poll(() => isFocused(dialog(page).getByLabel("UI home"))).toBe(true);
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await dialog(page).getByLabel("UI home").fill(join(sshd.home, "ComfyUI"));
  await page.keyboard.press("Enter");

  // The new instance is asked for its keys at once.
  await dialog(page).getByText("Is this your machine?").waitFor();
  for (const type of ["ed25519", "ecdsa"] as const)
    await dialog(page).getByText(hashOf(type), { exact: true }).waitFor();
  await dialog(page).getByText("[ED25519 256]").waitFor();
  await expect.poll(() => isFocused(dialog(page).getByRole("button", { name: "Not now" }))).toBe(true);
  const compared = dialog(page).getByLabel("Paste here what you found");
  await compared.fill(`SHA256:${"x".repeat(43)}`);
  await dialog(page).getByText("None of them is shown here").waitFor();
  await compared.fill(sshd.fingerprint("ecdsa"));
  await dialog(page).getByText("One of them is shown here, to the letter").waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);

  await page.keyboard.press("Escape");
  const gpuCard = card(page, "gpu");
  expect((await hostOf())?.question?.changed, "nothing is trusted by looking").toBe(false);
  await gpuCard.getByRole("link", { name: /^Verify Host/ }).click();
  await dialog(page).getByRole("button", { name: "Trust", exact: true }).click();
  await page.getByText("gpu is trusted").waitFor();
  // Tools and space are looked at right away.
  await gpuCard.getByText(/^wget \d/).waitFor();
  await gpuCard.getByRole("button", { name: "Test gpu" }).click();
  await gpuCard.getByText(/an answer takes \d+ ms/).waitFor();
  expect(await faultsOf(page)).toEqual([]);
  expect(open.troubles).toEqual([]);
});

test("cards are found by filters that the address keeps, and shown without running or fetching anything of theirs", async () => {
  const page = await show("/#/resources");
  const asked: string[] = [];
  page.on("request", (request) => asked.push(request.url()));
  await card(page, "Model One").waitFor();
  await page.getByText("1 file is no usable card").waitFor();
  await page.getByText("broken.md").waitFor();
  await page.getByLabel("Ecosystem").selectOption("flux");
  await card(page, "The VAE").waitFor();
  await page.getByLabel("Tag", { exact: true }).selectOption("image");
  await card(page, "The VAE").waitFor({ state: "detached" });
  await page.reload();
  await card(page, "Model One").waitFor();
  expect(await page.getByRole("article").count()).toBe(1);

  await page.getByRole("link", { name: "Model One" }).click();
  await dialog(page).getByText("The first one.").waitFor();
  await dialog(page).getByText(HOSTILE).waitFor();
  expect(await dialog(page).getByRole("link", { name: "page" }).getAttribute("rel")).toContain("noreferrer");
  expect(await dialog(page).getByText("evil").getAttribute("href")).toBeNull();
  await dialog(page).getByText("$UI_HOME/models/unet/one.bin").waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await dialog(page).getByRole("link", { name: "the_vae" }).click();
  await dialog(page).getByRole("heading", { name: "The VAE" }).waitFor();
  await page.keyboard.press("Escape");
  await page.getByRole("button", { name: "Show all" }).click();

  await page.getByRole("searchbox").fill("another");
  await card(page, "Model One").waitFor({ state: "detached" });
  await card(page, "Two <img").waitFor();
  expect(await page.title()).not.toContain("owned");
  expect(asked.filter((url) => !url.startsWith(stage.url))).toEqual([]);
  expect(open.troubles).toEqual([]);
});

test("many cards are chosen by keyboard, the plan shows every command before anything runs, and the tasks run to whole files", async () => {
  const page = await show("/#/resources");
  await card(page, "Model One").waitFor();
  // Model One and, with Shift, the one beside it.
  await page.getByRole("link", { name: "Model One" }).focus();
  await page.keyboard.press("Space");
  await page.keyboard.press("Shift+ArrowRight");
  await page.getByText("2 selected").waitFor();
  await expect.poll(() => isFocused(page.getByRole("link", { name: "Two <img" }))).toBe(true);
  expect(await faultsOf(page)).toEqual([]);

  await page.getByLabel("Install on").selectOption("gpu");
  await page.getByRole("button", { name: "Install Selected" }).focus();
  await page.keyboard.press("Enter");
  await dialog(page).getByText(`wget -c ${stage.origin.url}/one.bin -P "$UI_HOME/models/unet"`).waitFor();
  await dialog(page).getByText(join(sshd.home, "ComfyUI/models/unet/one.bin")).waitFor();
  await dialog(page).getByText("Model One needs the_vae, which is not chosen.").waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await dialog(page).getByRole("button", { name: "Add the_vae" }).click();
  await dialog(page).getByRole("button", { name: "Install 3 resources" }).click();
  await page.getByText("3 tasks queued for gpu").waitFor();

  await task(page, "Model One").getByText("✅ Complete").waitFor();
  await task(page, "The VAE").getByText("✅ Complete").waitFor();
  const made = await readFile(join(sshd.home, "ComfyUI/models/unet/one.bin"));
  expect(made.equals(stage.origin.bytes("/one.bin"))).toBe(true);

  // What failed says why, and is tried again by its one button.
  const failed = task(page, "Two <img");
  await failed.getByText("❌ Failed").waitFor();
  await failed.getByText(/404/).waitFor();
  stage.origin.put("/gone.bin", { size: MB });
  await failed.getByRole("button", { name: /^Retry Two/ }).click();
  await failed.getByText("✅ Complete").waitFor();
  expect(await page.title()).not.toContain("owned");
  expect(open.troubles).toEqual([]);
});

test("the plan says what is there already and which tools and tokens are missing; a task at work shows its percent and its command, and can be removed", async () => {
  const page = await show("/#/resources?q=slow");
  await card(page, "Stuck one").waitFor();
  await page.getByRole("link", { name: "Stuck one" }).click({ modifiers: ["Control"] });
  await page.getByRole("link", { name: "With civitdl" }).click({ modifiers: ["Shift"] });
  await page.getByRole("button", { name: "Install Selected" }).click();
  await dialog(page).getByText("Not found there: civitdl.").waitFor();
  await dialog(page).getByText("CIVITAI_API_KEY").waitFor();
  await dialog(page).getByRole("button", { name: "Cancel" }).click();
  // One of them is left out again.
  await page.getByRole("checkbox", { name: "Choose With civitdl" }).click();
  await page.getByText("1 selected").waitFor();
  await page.getByRole("button", { name: "Install Selected" }).click();
  await dialog(page).getByRole("button", { name: "Install 1 resource" }).click();

  const stuck = task(page, "Stuck one");
  await stuck.getByText("Command 2 of 2").waitFor();
  await stuck.getByText(/^⬇️ \d+%$/).waitFor();
  // What is known of the first command is not known of the second when it begins.
  await expect.poll(() => stuck.getByRole("progressbar").getAttribute("aria-valuenow")).toMatch(/^\d+$/);
  expect(await faultsOf(page)).toEqual([]);
  await stuck.getByRole("link", { name: "Details and log of Stuck one" }).click();
  await dialog(page).getByText("stuck.bin").first().waitFor();
  await page.keyboard.press("Escape");

  // A card whose files are all there is not installed again.
  await page.getByRole("searchbox").fill("The VAE");
  await page.getByRole("checkbox", { name: "Choose The VAE" }).click();
  await page.getByRole("button", { name: "Install Selected" }).click();
  await dialog(page).getByText("There already", { exact: true }).waitFor();
  expect(await dialog(page).getByRole("button", { name: "Nothing to install" }).isDisabled()).toBe(true);
  await page.keyboard.press("Escape");

  await stuck.getByRole("button", { name: "Remove Stuck one" }).click();
  await dialog(page).getByRole("button", { name: "Remove" }).click();
  await stuck.waitFor({ state: "detached" });
  // Gone from the page at once; from the instance when the server says so.
  await waitFor(
    "the removal",
    () => call<JobListMessage>(`${stage.url}/jobs?search=Stuck`),
    ({ body }) => body.jobs.length === 0,
  );
  expect(open.troubles).toEqual([]);
});

test("keys that changed hold every task back, are shown beside the old ones, and are trusted only once they were compared; then the task goes on", async () => {
  const old = hashOf("ed25519");
  await sshd.changeHostKeys();
  await sshd.killConnections();
  const { body } = await call<HostMessage>(`${stage.url}/hosts/${(await hostOf())?.id ?? ""}`);
  await writeFile(
    join(stage.world.folder, "resources/vae/late.md"),
    `---\ntitle: Late\n---\n\n# Download\n\n${FENCE}bash\nwget ${stage.origin.url}/late.bin -P "$UI_HOME/late"\n${FENCE}\n`,
  );
  await call(`${stage.url}/jobs`, "POST", { source: "vae/late.md", to: body.id });

  // On a phone.
  const page = await show("/#/instances", { width: 390, height: 844 });
  const late = task(page, "Late");
  await late.getByText("🔐 Verify Host").click();
  await dialog(page).getByText("The key of this machine has changed").waitFor();
  await dialog(page).getByText("Waiting for your answer: Late").waitFor();
  await dialog(page).getByText(old, { exact: true }).waitFor();
  await dialog(page).getByText(hashOf("ed25519"), { exact: true }).waitFor();
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  const trust = dialog(page).getByRole("button", { name: "Trust the new key" });
  expect(await trust.isDisabled()).toBe(true);
  await dialog(page).getByLabel("I compared the new fingerprint").focus();
  await page.keyboard.press("Space");
  await trust.click();
  await page.getByText("1 download that waited for it goes on.").waitFor();
  await late.getByText("✅ Complete").waitFor();
  expect(
    (await readFile(join(sshd.home, "ComfyUI/late/late.bin"))).equals(stage.origin.bytes("/late.bin")),
  ).toBe(true);
  expect(await faultsOf(page)).toEqual([]);
  await page
    .getByRole("navigation")
    .getByRole("link", { name: "Resources" })
    .filter({ visible: true })
    .click();
  await card(page, "Late").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  expect(open.troubles).toEqual([]);
});

test("keys that are not the machine's are rejected; an instance is renamed, and removed with its tasks, by keyboard alone", async () => {
  await sshd.changeHostKeys();
  await sshd.killConnections();
  const { body: job } = await call<{ id: string }>(`${stage.url}/jobs`, "POST", {
    source: "checkpoints/one.md",
    to: (await hostOf())?.id,
  });
  await waitFor(
    "the question",
    () => call<{ status: string }>(`${stage.url}/jobs/${job.id}`),
    ({ body }) => body.status === "HOST_VERIFICATION_NEEDED",
  );
  // The question can be asked over every page.
  const page = await show(`/#/downloads?verify=${(await hostOf())?.id ?? ""}`);
  await dialog(page).getByRole("button", { name: "These are not its keys" }).click();
  await page.getByText("The keys of gpu were rejected").waitFor();
  const { body: rejected } = await call<{ status: string }>(`${stage.url}/jobs/${job.id}`);
  expect(rejected.status).toBe("FAILED");

  await page.goto(`${stage.url}/#/instances`);
  const more = page.getByRole("button", { name: "More for gpu" });
  await more.focus();
  await page.keyboard.press("Enter");
  await expect.poll(() => isFocused(page.getByRole("menuitem", { name: "Edit" }))).toBe(true);
  await page.keyboard.press("Enter");
  await dialog(page).getByLabel("Name").fill(`gpu ${HOSTILE}`);
  await page.keyboard.press("Enter");
  await card(page, "gpu <img").waitFor();
  expect((await hostOf())?.label).toBe(`gpu ${HOSTILE}`);

  await call(`${stage.url}/jobs/${job.id}/retry`, "POST");
  // That it failed before "needs you" as well.
  await page.getByRole("listitem").filter({ hasText: "Model One" }).getByText("🔐 Verify Host").waitFor();
  await card(page, "gpu <img").getByText("1 needs you").waitFor();
  await page.getByRole("button", { name: "More for gpu <img" }).focus();
  await page.keyboard.press("Enter");
  // The menu takes the focus to its first item once it is open.
  await expect.poll(() => isFocused(page.getByRole("menuitem", { name: "Edit" }))).toBe(true);
  await page.getByRole("menuitem", { name: "Remove" }).press("Enter");
  await dialog(page).getByText("1 job has not ended and will be stopped:").waitFor();
  await expect.poll(() => isFocused(dialog(page).getByRole("button", { name: "Keep" }))).toBe(true);
  expect(await faultsOf(page, "[role=dialog]")).toEqual([]);
  await dialog(page).getByRole("button", { name: "Stop 1 job and remove" }).press("Enter");
  await page.getByText("No instances yet").waitFor();
  await waitFor("it to be forgotten", hostOf, (host) => host === undefined);
  expect(await page.title()).not.toContain("owned");
  expect(open.troubles).toEqual([]);
});
