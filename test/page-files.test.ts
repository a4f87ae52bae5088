/** Models on the disk: room they take, files nobody knows, and whether their bytes are right. */
import { mkdir, readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import type { Locator, Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { faultsOf } from "./world/axe.ts";
import type { Visit } from "./world/browser.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

const VAE = "/ae.safetensors";
const DEV = "/dev.safetensors";
const HOSTILE = "<img src=x onerror=alert(1)>.safetensors";

let stage: Stage;
let open: Visit;
let page: Page;

beforeAll(async () => {
  stage = await openStage({
    origin: { [VAE]: { size: 600_000 }, [DEV]: { size: 2_000_000 } },
    catalogue: (origin) => {
      const entry = (name: string, file: string, path: string, size: number) => ({
        name,
        url: origin.url + file,
        path,
        size,
        sha256: origin.hash(file),
      });
      return {
        flux: {
          name: "FLUX.1",
          models: {
            vae: entry("FLUX.1 VAE", VAE, "vae/ae.safetensors", 600_000),
            dev: entry("FLUX.1 dev", DEV, "unet/dev.safetensors", 2_000_000),
          },
        },
      };
    },
    lay: async ({ models }, origin) => {
      const put = async (path: string, data: Buffer | string): Promise<void> => {
        const at = join(models, path);
        await mkdir(dirname(at), { recursive: true });
        await writeFile(at, data);
      };
      await put("vae/ae.safetensors", origin.bytes(VAE));
      await put("vae/old/copy.safetensors", origin.bytes(VAE));
      await put("unet/dev.safetensors", Buffer.alloc(2_000_000, "damaged"));
      await put(`loras/${HOSTILE}`, "who knows");
    },
  });
  open = await stage.visit("/#/models?view=files&all=true");
  page = open.page;
});
afterAll(() => stage?.[Symbol.asyncDispose]());

const row = (name: string): Locator => page.getByRole("article", { name, exact: true });
const names = (): Promise<(string | null)[]> =>
  page
    .getByRole("article")
    .evaluateAll((articles) => articles.map((article) => article.getAttribute("aria-label")));

/** By keyboard: the files are read for their hashes by and by, so what the row's own button offers may change. */
async function chooseFor(name: string, item: string): Promise<void> {
  await row(name)
    .getByRole("button", { name: `More for ${name}` })
    .press("Enter");
  await page.getByRole("menuitem", { name: item }).press("Enter");
}

test("folders are gone into by keyboard, and a hash tells which model a file is", async () => {
  await expect.poll(names).toEqual([HOSTILE, "dev.safetensors", "ae.safetensors", "copy.safetensors"]);
  const use = page.getByRole("region", { name: "Disk use" });
  await use.getByRole("button", { name: stage.world.models }).press("Enter");
  await use.getByRole("button", { name: /^vae/ }).press("Enter");
  await expect.poll(names).toEqual(["ae.safetensors", "copy.safetensors"]);
  const heading = use.getByRole("heading", { name: "vae" });
  await expect.poll(() => heading.evaluate((element) => element === document.activeElement)).toBe(true);

  await chooseFor("copy.safetensors", "Read and verify");
  await page.getByText("1 file has no hash to compare with").waitFor();
  await row("copy.safetensors").getByText("The same bytes as FLUX.1 VAE of the catalogue").waitFor();
  await page.getByRole("button", { name: "Unknown files" }).press("Enter");
  await page.getByText("Every file is known").waitFor();
  await page.getByRole("button", { name: "Show all files" }).press("Enter");
  await page.reload();
  await use.getByRole("heading", { name: "vae" }).waitFor();
  await expect.poll(names).toEqual(["ae.safetensors", "copy.safetensors"]);
  expect(await faultsOf(page)).toEqual([]);
  await page.goBack();
  await use.getByRole("button", { name: /^unet/ }).waitFor();
});

test("a set is verified, the file with wrong bytes is named, and is downloaded again until it is right", async () => {
  await page.getByRole("button", { name: "Catalogue", exact: true }).click();
  await page.getByRole("button", { name: "Verify the files of FLUX.1" }).click();
  const strip = page.getByRole("region", { name: "Verifying files" });
  await strip.getByText("1 file is right, 1 file is wrong").waitFor();
  await strip.getByText("Wrong: dev.safetensors").waitFor();
  await row("FLUX.1 VAE")
    .getByText(/^verified /)
    .waitFor();
  await row("FLUX.1 dev").getByText("Wrong bytes").waitFor();
  expect(await faultsOf(page)).toEqual([]);
  await page.getByRole("button", { name: "Download FLUX.1 dev again" }).click();
  await row("FLUX.1 dev").getByText("Here", { exact: true }).waitFor();
  expect(
    (await readFile(join(stage.world.models, "unet/dev.safetensors"))).equals(stage.origin.bytes(DEV)),
  ).toBe(true);
});

test("an unknown file goes into the catalogue with its path, size and hash", async () => {
  await page.getByRole("button", { name: "Files on disk" }).click();
  await page.getByRole("button", { name: "All folders" }).click();
  await chooseFor(HOSTILE, "Read and verify");
  await row(HOSTILE).getByText("Unknown; no entry of the catalogue has these bytes").waitFor();
  await chooseFor(HOSTILE, "Add to the catalogue");
  const dialog = page.getByRole("dialog", { name: "Add a model" });
  expect(await dialog.getByLabel("Path").inputValue()).toBe(`loras/${HOSTILE}`);
  expect(await dialog.getByLabel("Size in bytes").inputValue()).toBe("9");
  expect(await dialog.getByLabel("SHA-256").inputValue()).toMatch(/^[0-9a-f]{64}$/);
  await dialog.getByLabel("Address").fill(`${stage.origin.url}/stranger.bin`);
  await dialog.getByRole("button", { name: "Add model" }).click();
  await row(HOSTILE)
    .getByText(/^In the catalogue as/)
    .waitFor();
  expect(await readFile(stage.world.catalogue, "utf8")).toContain("stranger.bin");
  expect(await page.locator("img[src='x']").count()).toBe(0);
  expect(open.troubles).toEqual([]);
});
