/** Two browsers at one server: what is changed in one shows in the other, and nobody overwrites what they have not seen. */
import { readFile } from "node:fs/promises";
import type { Page } from "playwright-core";
import { afterAll, beforeAll, expect, test } from "vitest";
import { call } from "./world/api.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";

let stage: Stage;
const troubles: string[][] = [];

beforeAll(async () => {
  const model = (name: string) => ({
    name,
    url: "http://127.0.0.1:1/a.bin",
    path: `unet/${name}.bin`,
    size: 9,
  });
  stage = await openStage({
    catalogue: { flux: { name: "FLUX.1", models: { a: model("A"), b: model("B") } } },
  });
});
afterAll(() => stage?.[Symbol.asyncDispose]());

/** Looks at the server only when an event says so: it never asks now and then. */
async function show(route: string): Promise<Page> {
  const open = await stage.visit("about:blank");
  troubles.push(open.troubles);
  await open.page.addInitScript(() => {
    const { setInterval: begin } = globalThis;
    globalThis.setInterval = ((act: () => void, ms = 0) =>
      ms >= 5_000 ? 0 : begin(act, ms)) as typeof setInterval;
  });
  await open.page.goto(`${stage.url}/#${route}`);
  await open.page.getByRole("heading", { level: 1 }).waitFor();
  return open.page;
}
async function post(path: string, body: object): Promise<void> {
  const answer = await call<unknown>(stage.url + path, "POST", body);
  expect(answer.status, JSON.stringify(answer.body)).toBeLessThan(300);
}

test("keys, accounts, instances, channels and the catalogue follow without a reload, and without being asked for", async () => {
  const access = await show("/settings/access");
  const channels = await show("/settings/notifications");
  const instances = await show("/instances");
  const models = await show("/models");
  await access.getByRole("button", { name: "Add key" }).waitFor();
  await channels.getByText("Nobody yet").waitFor();
  await instances.getByText("No instances yet").waitFor();
  await models.getByRole("article", { name: "A", exact: true }).waitFor();

  await post("/access/keys", { name: "from elsewhere", role: "read" });
  await access.getByRole("button", { name: "Revoke from elsewhere" }).waitFor();
  await post("/notifications", {
    name: "a phone",
    settings: { kind: "webhook", url: "http://127.0.0.1:1/" },
  });
  await channels.getByRole("button", { name: "Remove a phone" }).waitFor();
  await post("/hosts", { ssh_connection: "ssh -p 9 root@127.0.0.1", label: "box" });
  await instances.getByRole("article", { name: "box" }).waitFor();
  await post("/delete_model", { model_set: "flux", model_id: "b" });
  await models.getByRole("article", { name: "B", exact: true }).waitFor({ state: "detached" });
  expect(troubles.flat()).toEqual([]);
});

test("what is removed is gone at once, and back with the reason when the server refuses", async () => {
  const cases = [
    ["/settings/access", "**/access/keys/*", "Revoke from elsewhere", "Revoke"],
    ["/settings/notifications", "**/notifications/*", "Remove a phone", "Remove"],
  ] as const;
  const models = await show("/models");
  const held = Promise.withResolvers<void>();
  await models.route("**/delete_model", async (request) => {
    await held.promise;
    await request.fulfill({ status: 409, json: { success: false, code: "conflict", message: "Not now." } });
  });
  await models.getByRole("button", { name: "More for A" }).click();
  await models.getByRole("menuitem", { name: "Delete entry" }).click();
  await models.getByRole("button", { name: "Delete entry" }).click();
  await models.getByRole("article", { name: "A", exact: true }).waitFor({ state: "detached" });
  held.resolve();
  await models.getByRole("alert").getByText("Not now.").waitFor();
  await models.getByRole("article", { name: "A", exact: true }).waitFor();
  for (const [route, url, opener, yes] of cases) {
    const page = await show(route);
    const answer = Promise.withResolvers<void>();
    await page.route(url, async (request) => {
      if (request.request().method() !== "DELETE") return request.fallback();
      await answer.promise;
      await request.fulfill({ status: 409, json: { success: false, code: "conflict", message: "Not now." } });
    });
    await page.getByRole("button", { name: opener }).click();
    await page.getByRole("dialog").getByRole("button", { name: yes }).click();
    await page.getByRole("button", { name: opener }).waitFor({ state: "detached" });
    answer.resolve();
    await page.getByRole("alert").getByText("Not now.").waitFor();
    await page.getByRole("button", { name: opener }).waitFor();
  }
  expect(troubles.flat()).toEqual([]);
});

test("an edit that began before another one was saved is told so, once, and keeps what was typed", async () => {
  const one = await show("/models");
  await one.getByRole("button", { name: "More for A" }).click();
  await one.getByRole("menuitem", { name: "Edit entry" }).click();
  const form = one.getByRole("dialog");
  await form.getByLabel("Name", { exact: true }).fill("Mine");
  const theirs = {
    name: "A",
    url: "http://127.0.0.1:1/a.bin",
    path: "unet/theirs.bin",
    description: "theirs",
  };
  await post("/edit_model", { model_set: "flux", model_id: "a", model_info: theirs });
  await form.getByRole("button", { name: "Save" }).click();
  await form.getByRole("alert").getByText("Somebody else has changed this entry").waitFor();
  await form
    .getByRole("alert")
    .getByText(/Path, Description/)
    .waitFor();
  expect(await form.getByLabel("Name", { exact: true }).inputValue()).toBe("Mine");
  expect(await readFile(stage.world.catalogue, "utf8")).toContain("theirs.bin");
  await form.getByRole("button", { name: "Save" }).click();
  await form.waitFor({ state: "detached" });
  const written = await readFile(stage.world.catalogue, "utf8");
  expect(written).toContain("Mine");
  expect(written).not.toContain("theirs.bin");
  expect(troubles.flat()).toEqual([]);
});
