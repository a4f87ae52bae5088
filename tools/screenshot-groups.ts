/** Pictures of groups: asked for from the page itself when it is their turn, for the machines are known only then. */
import type { Page } from "playwright-core";
import type { Origin } from "../test/world/origin.ts";
import { SCENES } from "./screenshot-scenes.ts";
import type { Shown } from "./screenshot-pages.ts";

const NAME = "Text encoders for every machine";
const READY = /FLUX\.1 dev|flux1-dev/;

const sourcesOf = (origin: Origin): string[] =>
  SCENES.filter(({ path }) => /clip_l|umt5|sd_xl_refiner/.test(path)).map(
    ({ path }) => origin.url.replace("127.0.0.1", "localhost") + path,
  );

async function addGroup(page: Page, origin: Origin): Promise<void> {
  await page.evaluate(
    async (body) => {
      await fetch("groups", { method: "POST", headers: { "content-type": "application/json" }, body });
    },
    JSON.stringify({ name: NAME, sources: sourcesOf(origin), to: ["all"] }),
  );
  await page.getByRole("article", { name: `Group ${NAME}` }).waitFor();
}

async function openGroup(page: Page): Promise<void> {
  const link = page
    .getByRole("article", { name: `Group ${NAME}` })
    .getByRole("link")
    .first();
  await link.click();
  await page.getByRole("list", { name: `Places of ${NAME}` }).waitFor();
}

async function removeGroups(page: Page): Promise<void> {
  await page.evaluate(async () => {
    const { groups } = (await (await fetch("groups")).json()) as { groups: { id: string }[] };
    for (const { id } of groups) await fetch(`groups/${id}`, { method: "DELETE" });
  });
}

export const groupsPages = (origin: Origin): Shown[] => [
  {
    name: "groups",
    route: "/",
    ready: READY,
    press: (page) => addGroup(page, origin),
    after: removeGroups,
  },
  {
    name: "group-open",
    route: "/",
    ready: READY,
    press: async (page) => {
      await addGroup(page, origin);
      await openGroup(page);
    },
    after: removeGroups,
  },
  {
    name: "group-add",
    route: "/",
    ready: READY,
    press: async (page) => {
      await page.keyboard.press("n");
      const dialog = page.getByRole("dialog");
      await dialog.getByLabel("Addresses").fill(sourcesOf(origin).join("\n"));
      await dialog.getByLabel("Place", { exact: true }).selectOption({ label: "Several places…" });
      await dialog.getByRole("checkbox", { name: "All places" }).check();
      await dialog
        .getByText(/ files?, /)
        .nth(2)
        .waitFor();
      await dialog.getByRole("button", { name: "vast.ai RTX 4090" }).click();
    },
  },
];
