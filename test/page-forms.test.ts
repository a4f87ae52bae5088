/** What people write into the page: new downloads, entries of the catalogue, the server's token. */
import { access, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from "vitest";
import type { Visit } from "./world/browser.ts";
import { openBrowser, openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const SIZE = 300_000;

let browser: Browser;
let stage: Stage;
let open: Visit;

beforeAll(async () => {
  browser = await openBrowser();
});
afterAll(() => browser?.close());

beforeEach(async () => {
  stage = await openStage({
    browser,
    origin: {
      "/a.bin": { size: SIZE },
      "/b.bin": { size: SIZE },
      "/gone.bin": { size: 1, status: 404 },
    },
    catalogue: ({ url }) => ({
      flux: {
        name: "FLUX.1",
        x_owner: "somebody",
        models: {
          a: {
            name: "Model A",
            url: `${url}/a.bin?token=geheim`,
            path: "unet/a.bin",
            sha256: "ab".repeat(32),
            x_note: "keep me",
          },
          b: { name: "Model B", url: `${url}/b.bin`, path: "unet/b.bin", size: SIZE },
        },
      },
    }),
  });
});
afterEach(() => stage?.[Symbol.asyncDispose]());

const catalogue = async (): Promise<Record<string, { models: Record<string, Record<string, unknown>> }>> =>
  JSON.parse(await readFile(stage.world.catalogue, "utf8")) as Record<
    string,
    { models: Record<string, Record<string, unknown>> }
  >;
const dialog = (page: Page): Locator => page.getByRole("dialog");

async function show(route: string): Promise<Page> {
  open = await stage.visit(route);
  return open.page;
}

describe("a new download", () => {
  test("an address, a folder and a name become a file there, verified against the hash that was given", async () => {
    const page = await show("/");
    await page.getByText("Nothing to haul yet").waitFor();
    await page.getByRole("button", { name: "Add a download" }).click();
    await dialog(page).getByLabel("Address").fill(`${stage.origin.url}/a.bin`);
    await dialog(page).getByLabel("Folder").fill("parts");
    await dialog(page).getByLabel("File name").fill("first.bin");
    await dialog(page).getByText("More options").click();
    await dialog(page)
      .getByLabel("SHA-256")
      .fill(`sha256:${stage.origin.hash("/a.bin").toUpperCase()}`);
    await dialog(page).getByRole("button", { name: "Download" }).click();
    const row = page.getByRole("article", { name: "first.bin" });
    await row.getByText("Verified sha256").waitFor();
    expect(
      (await readFile(join(stage.world.downloads, "files/parts/first.bin"))).equals(
        stage.origin.bytes("/a.bin"),
      ),
    ).toBe(true);

    await page.getByRole("button", { name: "Clear Completed" }).click();
    await page.getByText("Nothing to haul yet").waitFor();
    await access(join(stage.world.downloads, "files/parts/first.bin"));
    expect(open.troubles).toEqual([]);
  });

  test("what the server refuses is said at the field, the focus goes there, and nothing is queued", async () => {
    const page = await show("/");
    await page.getByText("Nothing to haul yet").waitFor();
    await page.keyboard.press("n");
    await dialog(page).getByLabel("Address").fill(`${stage.origin.url}/a.bin`);
    await dialog(page).getByLabel("Folder").fill("../../etc");
    await dialog(page).getByRole("button", { name: "Download" }).click();
    await dialog(page).getByText("path must").first().waitFor();
    const folder = dialog(page).getByLabel("Folder");
    expect(await folder.getAttribute("aria-invalid")).toBe("true");
    expect(await folder.evaluate((element) => element === document.activeElement)).toBe(true);
    const { jobs } = (await (await fetch(`${stage.url}/jobs`)).json()) as { jobs: unknown[] };
    expect(jobs).toEqual([]);
  });

  test("a failed download is tried again by its one button, and ends", async () => {
    const page = await show("/");
    await page.getByText("Nothing to haul yet").waitFor();
    await page.keyboard.press("n");
    await dialog(page).getByLabel("Address").fill(`${stage.origin.url}/gone.bin`);
    await dialog(page).getByText("404").waitFor();
    // What fails already is not proposed; somebody may know better.
    await dialog(page).getByLabel("Download gone.bin").check();
    await dialog(page).getByLabel("Address").focus();
    await page.keyboard.press("Enter");
    const row = page.getByRole("article", { name: "gone.bin" });
    const retry = row.getByRole("button", { name: "Retry gone.bin" });
    await retry.waitFor();
    stage.origin.put("/gone.bin", { size: SIZE });
    await retry.click();
    await row.getByText("just now").waitFor();
    expect(
      (await readFile(join(stage.world.downloads, "files/gone.bin"))).equals(stage.origin.bytes("/gone.bin")),
    ).toBe(true);
  });

  test("the details tell where from, where to, the hash and the history, and copy a command without secrets", async () => {
    const page = await show("/#/models");
    await open.context.grantPermissions(["clipboard-read", "clipboard-write"]);
    await page.getByRole("button", { name: "Download Model A" }).click();
    const failed = page.getByRole("article", { name: "Model A" }).getByRole("link", { name: /^Failed/ });
    await failed.click();
    await dialog(page).getByText(join(stage.world.models, "unet/a.bin"), { exact: true }).waitFor();
    await dialog(page).getByText("Running").first().waitFor();
    // It says so for a moment only.
    await Promise.all([
      dialog(page).getByRole("button", { name: "Copied" }).waitFor(),
      dialog(page).getByRole("button", { name: "Copy as curl command" }).click(),
    ]);
    const copied = await page.evaluate(() => navigator.clipboard.readText());
    expect(copied).toContain("curl -fL -C - -o a.bin -- ");
    expect(copied).not.toContain("geheim");
    expect(await dialog(page).textContent()).not.toContain("geheim");
  });
});

describe("the catalogue", () => {
  test("an entry is changed, and what the form does not know stays: other fields, and the secret in its address", async () => {
    const page = await show("/#/models");
    await page.getByRole("button", { name: "More for Model A" }).click();
    await page.getByRole("menuitem", { name: "Edit entry" }).click();
    await dialog(page).getByLabel("Name").fill("Model A, renamed");
    await dialog(page).getByLabel("SHA-256").fill("");
    await dialog(page).getByRole("button", { name: "Save" }).click();
    await page.getByRole("article", { name: "Model A, renamed" }).waitFor();
    const entry = (await catalogue())["flux"]?.models["a"];
    expect(entry).toEqual({
      name: "Model A, renamed",
      url: `${stage.origin.url}/a.bin?token=geheim`,
      path: "unet/a.bin",
      description: "",
      x_note: "keep me",
    });
    expect((await catalogue())["flux"]).toHaveProperty("x_owner", "somebody");
  });

  test("a path out of the models folder is refused at its field, and the file is as it was", async () => {
    const before = await readFile(stage.world.catalogue, "utf8");
    const page = await show("/#/models");
    await page.getByRole("button", { name: "Add model" }).click();
    await dialog(page).getByLabel("Name").fill("Evil");
    await dialog(page).getByLabel("Address").fill(`${stage.origin.url}/b.bin`);
    await dialog(page).getByLabel("Path").fill("../../evil.bin");
    await dialog(page).getByRole("button", { name: "Add model" }).click();
    await dialog(page).getByText("path must stay inside the models folder").waitFor();
    expect(await dialog(page).getByLabel("Path").getAttribute("aria-invalid")).toBe("true");
    expect(await readFile(stage.world.catalogue, "utf8")).toBe(before);
  });

  test("a model goes into a new set, is downloaded with all that is missing, and its entry is deleted after a question", async () => {
    const page = await show("/#/models");
    await page.getByRole("button", { name: "Add model" }).click();
    await dialog(page).getByLabel("Name").fill("Model C");
    await dialog(page).getByLabel("Set", { exact: true }).selectOption("New set…");
    await dialog(page).getByLabel("Name of the new set").fill("Up scalers");
    await dialog(page).getByLabel("Address").fill(`${stage.origin.url}/b.bin`);
    await dialog(page).getByLabel("Path").fill("up/");
    await dialog(page).getByRole("button", { name: "Add model" }).click();
    const set = page.getByRole("region", { name: "Up scalers" });
    await set.getByText("0 of 1 here").waitFor();

    await set.getByRole("button", { name: "Download all missing models of Up scalers" }).click();
    await set.getByText("1 of 1 here").waitFor();
    expect((await readFile(join(stage.world.models, "up/b.bin"))).equals(stage.origin.bytes("/b.bin"))).toBe(
      true,
    );
    await page.getByRole("button", { name: /^Download all missing \(2/ }).click();
    await page.getByRole("article", { name: "Model B" }).getByText("Here", { exact: true }).waitFor();

    await set.getByRole("button", { name: "More for Model C" }).click();
    await page.getByRole("menuitem", { name: "Delete entry" }).click();
    await page.getByRole("button", { name: "Delete entry" }).click();
    // Gone from the page at once; from the file when the server says so.
    await set.getByText("No models yet.").waitFor();
    await page.getByText("Model C was taken out of the catalogue").waitFor();
    expect((await catalogue())["up_scalers"]?.models).toEqual({});
    await access(join(stage.world.models, "up/b.bin"));
    expect(open.troubles).toEqual([]);
  });

  test("an edit of the file by hand is seen after a reload; a broken one is named, the rest stays usable", async () => {
    const page = await show("/#/models");
    await page.getByRole("article", { name: "Model A" }).waitFor();
    const edited = await catalogue();
    if (edited["flux"] === undefined) throw new Error("the catalogue has a set flux");
    edited["flux"].models["a"] = { name: "Model A", url: "ftp://nowhere", path: "a" };
    await writeFile(stage.world.catalogue, JSON.stringify(edited));
    await page.getByRole("button", { name: "Reload the catalogue" }).click();
    await page.getByRole("region", { name: "Entries that cannot be used" }).getByText("flux/a").waitFor();
    await page.getByRole("button", { name: "Download Model B" }).waitFor();
    await writeFile(stage.world.catalogue, "{ not json");
    await page.getByRole("button", { name: "Reload the catalogue" }).click();
    await page.getByText("The catalogue could not be read").first().waitFor();
  });

  test("search and filter leave what is looked for, and are kept over a reload", async () => {
    const page = await show("/#/models");
    await page.getByLabel("Search models").fill("model b.bin");
    await page.getByRole("article", { name: "Model A" }).waitFor({ state: "hidden" });
    await page.reload();
    await page.getByRole("article", { name: "Model B" }).waitFor();
    expect(await page.getByRole("article").count()).toBe(1);
    await page.getByRole("button", { name: /^Here/ }).click();
    await page.getByRole("button", { name: "Show all models" }).click();
    await page.getByRole("article", { name: "Model A" }).waitFor();
  });
});

test("a server that wants its token is opened with it, and not without", async () => {
  await stage.haulyard.stop();
  await stage.startAgain({ HAULYARD_TOKEN: "correct-horse-battery-staple" });
  const page = await show("/");
  await page.getByRole("heading", { name: "This server wants its token" }).waitFor();
  await page.getByLabel("Token", { exact: true }).fill("wrong");
  await page.getByRole("button", { name: "Open" }).click();
  await page.locator("[aria-invalid='true']").waitFor();
  await page.getByLabel("Token", { exact: true }).fill("correct-horse-battery-staple");
  await page.getByRole("button", { name: "Open" }).click();
  // Whoever has the token may make an account of it; nobody has to.
  await page.getByRole("button", { name: "Later" }).click();
  await page.getByText("Nothing to haul yet").waitFor();
  await page.reload();
  await page.getByText("Nothing to haul yet").waitFor();
});
