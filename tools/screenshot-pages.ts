/** What pictures are taken of: every page and dialog, and how one gets there. */
import type { Page } from "playwright-core";
import type { Origin } from "../test/world/origin.ts";
import { groupsPages } from "./screenshot-groups.ts";
import { SCENES } from "./screenshot-scenes.ts";

export interface Shown {
  /** Name of the picture. */
  name: string;
  route: string;
  /** What is there once it can be taken. */
  ready: RegExp;
  /** Watches from the beginning, as somebody's page would: its speed curve is what it has seen. */
  watches?: true;
  /** What is done before it is taken. */
  press?: (page: Page) => Promise<void>;
  /** And after it, to leave things as they were. */
  after?: (page: Page) => Promise<void>;
}

const pressFor =
  (key: string, words: string) =>
  async (page: Page): Promise<void> => {
    await page.keyboard.press(key);
    await page.getByRole("dialog").getByText(words).first().waitFor();
  };

/** Sections of the settings that are made of fields. */
const SETTINGS = ["tokens", "limits", "folders", "retention", "commands", "network", "appearance"] as const;

const PAGES: readonly Shown[] = [
  { name: "downloads", route: "/", ready: /FLUX\.1 dev|flux1-dev/, watches: true },
  {
    name: "details",
    route: "/",
    ready: /FLUX\.1 dev|flux1-dev/,
    watches: true,
    press: async (page) => {
      await page.getByRole("article").first().getByRole("link").first().click();
      await page.getByRole("dialog").locator("canvas").waitFor();
    },
  },
  {
    name: "palette",
    route: "/",
    ready: /FLUX\.1 dev|flux1-dev/,
    press: async (page) => {
      await page.keyboard.press("ControlOrMeta+k");
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "models", route: "/models", ready: /FLUX\.1 dev|flux1-dev/ },
  { name: "files", route: "/models?view=files&all=true", ready: /In the catalogue as/ },
  { name: "images", route: "/storage/images", ready: /Debian 13/ },
  { name: "instances", route: "/instances", ready: /vast\.ai RTX 4090/ },
  { name: "resources", route: "/resources", ready: /SDXL Lightning/ },
  {
    name: "install",
    route: "/resources?q=lightning",
    ready: /Lightning/,
    press: async (page) => {
      await page.getByRole("checkbox").first().click();
      await page.getByRole("button", { name: "Install Selected" }).click();
      await page.getByRole("dialog").getByText("Will be queued").waitFor();
    },
  },
  ...SETTINGS.map((section) => ({
    name: `settings-${section}`,
    route: `/settings/${section}`,
    ready: /Settings/,
    press: async (page: Page) => page.locator(".setting-line_empty").first().waitFor({ state: "detached" }),
  })),
  { name: "settings-machines", route: "/settings/machines", ready: /Last heard of/ },
  { name: "settings-access", route: "/settings/access", ready: /API keys/ },
  { name: "settings-notifications", route: "/settings/notifications", ready: /This browser/ },
  { name: "settings-backup", route: "/settings/backup", ready: /Restore/ },
  { name: "settings-about", route: "/settings/about", ready: /Copy report/ },
  {
    name: "menu",
    route: "/",
    ready: /FLUX\.1 dev|flux1-dev/,
    press: async (page) => {
      await page
        .getByRole("button", { name: /^More for / })
        .first()
        .click();
      await page.getByRole("menuitem").first().waitFor();
    },
  },
  {
    name: "selected",
    route: "/",
    ready: /FLUX\.1 dev|flux1-dev/,
    press: async (page) => {
      await page.getByRole("article").getByRole("link").first().focus();
      for (const key of ["x", "Shift+ArrowDown", "Shift+ArrowDown"]) await page.keyboard.press(key);
      await page.getByText("3 selected").waitFor();
    },
  },
  {
    name: "news",
    route: "/downloads?show=history",
    ready: /alpine/,
    press: async (page) => {
      await page.getByRole("button", { name: "Clear Completed" }).click();
      await page.getByRole("button", { name: "Undo" }).waitFor();
    },
    after: async (page) => {
      await page.getByRole("button", { name: "Undo" }).click();
      await page.getByRole("button", { name: "Clear Completed" }).waitFor();
    },
  },
  { name: "nothing", route: "/downloads?q=nobody-has-this", ready: /Nothing matches/ },
  {
    name: "keys",
    route: "/",
    ready: /FLUX\.1 dev|flux1-dev/,
    press: pressFor("?", "Open the details of a row"),
  },
  {
    name: "limit",
    route: "/",
    ready: /FLUX\.1 dev|flux1-dev/,
    press: pressFor("l", "Limit for all downloads"),
  },
  {
    name: "send",
    route: "/add?url=https://example.org/from-a-phone/model.safetensors",
    ready: /Add downloads/,
  },
  {
    name: "instance-form",
    route: "/instances",
    ready: /vast\.ai RTX 4090/,
    press: pressFor("a", "Add an instance"),
  },
  {
    name: "model-form",
    route: "/models",
    ready: /FLUX\.1 dev|flux1-dev/,
    press: async (page) => {
      await page.getByRole("button", { name: "Add model" }).click();
      await page.getByRole("dialog").waitFor();
    },
  },
  {
    name: "image",
    route: "/storage/images",
    ready: /Debian 13/,
    press: async (page) => {
      await page
        .getByRole("button", { name: /Debian 13/ })
        .first()
        .click();
      await page.getByRole("dialog").waitFor();
    },
  },
  { name: "card", route: "/resources?card=loras/sdxl_lightning_4step.md", ready: /four steps/ },
];

const addPage = (origin: Origin): Shown => ({
  name: "add",
  route: "/",
  ready: /FLUX\.1 dev|flux1-dev/,
  press: async (page) => {
    await page.keyboard.press("n");
    const box = page.getByRole("dialog").getByLabel("Addresses");
    await box.fill(SCENES.map(({ path }) => origin.url.replace("127.0.0.1", "localhost") + path).join("\n"));
    await page
      .getByRole("dialog")
      .getByText(/ files, /)
      .waitFor();
  },
});

/** Pages and dialogs of a server at work. */
export const pagesOf = (origin: Origin): readonly Shown[] => [
  ...PAGES,
  addPage(origin),
  ...groupsPages(origin),
];

/** Questions that are asked over a page; the instance is known only once it was added. */
export const questionsOf = (ids: { changed: string; unknown: string }): Shown[] => [
  { name: "key-unknown", route: `/instances?verify=${ids.unknown}`, ready: /Is this your machine/ },
  {
    name: "key-changed",
    route: `/instances?verify=${ids.changed}`,
    ready: /key of this machine has changed/,
  },
];

/** Of the account that somebody makes on the pictures. */
const PASSWORD = "correct horse battery";

/** Those of a server that has just been started, and lets nobody in unasked. Each goes on from the one before. */
export const newcomersPages = (token: string): readonly Shown[] => {
  const enter = async (page: Page): Promise<void> => {
    await page.getByLabel("Token").fill(token);
    await page.keyboard.press("Enter");
    await page.getByRole("heading", { name: "Make the first account" }).waitFor();
  };
  const later = async (page: Page): Promise<void> => {
    await enter(page);
    await page.getByRole("button", { name: "Later" }).click();
    await page.getByRole("heading", { name: "Downloads" }).waitFor();
  };
  const ready = /wants its token/;
  return [
    { name: "token", route: "/", ready },
    { name: "first-account", route: "/", ready, press: enter },
    { name: "first-run", route: "/", ready, press: later },
    {
      name: "first-models",
      route: "/models",
      ready,
      press: async (page) => {
        await enter(page);
        await page.getByRole("button", { name: "Later" }).click();
        await page.getByText("The catalogue is empty").waitFor();
      },
    },
  ];
};

/** And once it has accounts. */
export const accountsPages = (name: string): readonly Shown[] => [
  { name: "sign-in", route: "/", ready: /Sign in/ },
  {
    name: "accounts",
    route: "/settings/access",
    ready: /Sign in/,
    press: async (page) => {
      await page.getByLabel("Name").fill(name);
      await page.getByLabel("Password", { exact: true }).fill(PASSWORD);
      await page.keyboard.press("Enter");
      await page.getByText("this browser").waitFor();
      await page.getByRole("button", { name: "Add key" }).click();
      await page.getByRole("button", { name: "Make key" }).waitFor();
    },
  },
];

export { PASSWORD as ACCOUNT_PASSWORD };
