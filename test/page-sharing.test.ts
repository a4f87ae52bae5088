/** Fetched once for a site, in a real browser: chosen in the form, foreseen, waited for, taken from the neighbour, told. */
import type { Browser, Locator, Page } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { GroupListMessage } from "../src/wire/groups.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { NodeMessage } from "../src/wire/nodes.ts";
import { buildPage } from "../tools/build-page.ts";
import { call } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import { launchChromium, visit } from "./world/browser.ts";
import type { Visit } from "./world/browser.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Haulyard } from "./world/haulyard.ts";
import { startOrigin } from "./world/origin.ts";
import type { Origin } from "./world/origin.ts";
import { postgresFolder, startPostgres } from "./world/postgres.ts";

const MB = 1_000_000;
const SIZE = 6 * MB;

describe.skipIf(postgresFolder() === null)(
  "once for each site, on the page (skipped where PostgreSQL is not installed)",
  () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    const visits: Visit[] = [];
    let browser: Browser;
    let origin: Origin;
    let main: Haulyard;

    beforeAll(async () => {
      const built = await buildPage();
      if (built.kind === "failed") throw new Error(built.output);
      const postgres = await startPostgres();
      cleanups.push(() => postgres.remove());
      const HAULYARD_DATABASE_URL = await postgres.create("page");
      origin = await startOrigin({ "/once.bin": { size: SIZE, bytesPerSecond: MB / 100 } });
      cleanups.push(() => origin.close());
      const start = async (HAULYARD_NODE: string, more: Record<string, string> = {}): Promise<Haulyard> => {
        const world = await createWorld();
        cleanups.push(world.remove);
        const one = await startHaulyard(world, {
          command: HAULYARD_NODE === "main" ? "serve" : "worker",
          env: { HAULYARD_DATABASE_URL, HAULYARD_NODE, ...more },
        });
        cleanups.push(() => one.kill9());
        return one;
      };
      main = await start("main");
      const site = {
        HAULYARD_LABELS: "site=ams",
        HAULYARD_SHARE_HOST: "127.0.0.1",
        HAULYARD_SHARE_PORT: "0",
      };
      await start("alpha", site);
      await start("beta", site);
      browser = await launchChromium();
      cleanups.push(() => browser.close());
    });
    afterEach(async () => {
      for (const { context, troubles } of visits.splice(0)) {
        await context.close();
        if (troubles.length > 0) throw new Error(troubles.join("\n"));
      }
    });
    afterAll(async () => {
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    async function look(path: string): Promise<Page> {
      const one = await visit(browser, `${main.url}/#/${path}`);
      visits.push(one);
      return one.page;
    }
    const jobAt = async (name: string): Promise<JobMessage> => {
      const { body } = await call<{ jobs: JobMessage[] }>(`${main.url}/jobs`);
      const found = body.jobs.find(({ place }) => place.name === name);
      if (found === undefined) throw new Error(`${name} has no job`);
      return found;
    };

    test("it is offered where it makes a difference, says what it spares, and a neighbour's file is called that", async () => {
      const page = await look("downloads");
      await page.getByRole("button", { name: "Add download" }).first().click();
      const dialog = page.getByRole("dialog");
      const sources = dialog.getByRole("textbox", { name: "Addresses, lists, commands, ids" });
      await sources.fill(`${origin.url}/once.bin`);
      await dialog.getByLabel("Place", { exact: true }).selectOption({ label: "Several places…" });
      const place = (name: string): Locator => dialog.getByRole("checkbox", { name, exact: true });
      const once = dialog.getByRole("checkbox", { name: "Fetch once per site" });
      const head = dialog.getByRole("region", { name: "What would come of it" }).getByRole("status");
      // The server and one machine of the site: there is nothing to share.
      await place("alpha").check();
      await head.getByText("2 files, 12.0 MB").waitFor();
      expect(await once.count()).toBe(0);
      await place("beta").check();
      await head.getByText("3 files, 18.0 MB").waitFor();
      await dialog.getByText("One machine of ams (2 machines) fetches each file").waitFor();
      await dialog.getByText("1 other place fetches for itself.").waitFor();
      expect(await once.isChecked()).toBe(false);
      expect(await head.getByText("from the origin").count()).toBe(0);
      await once.check();
      await head.getByText("12.0 MB from the origin instead of 18.0 MB").waitFor();
      expect(await faultsOf(page)).toEqual([]);
      await dialog.getByRole("button", { name: /^Download 3 files/ }).click();
      await dialog.waitFor({ state: "detached" });
      const { body } = await call<GroupListMessage>(`${main.url}/groups`);
      expect(body.groups).toMatchObject([{ share: "site", count: 3 }]);

      await page.getByRole("article", { name: "Group once.bin" }).getByRole("link").first().click();
      const row = page.getByRole("article", { name: "once.bin" }).filter({ hasText: "beta" });
      await row.getByText("for machine alpha, which fetches it for site ams").waitFor();
      const { id } = await jobAt("beta");
      // Slow enough to be seen, until it was.
      const limit = (limit_rate: string) => call(`${main.url}/jobs/${id}`, "PATCH", { limit_rate });
      await limit("20k");
      const details = await look(`downloads?job=${id}`);
      const facts = details.getByRole("region", { name: "Facts" });
      await facts.getByText("which fetches it for site ams; then it comes from there").waitFor();
      origin.release("/once.bin");
      await row.getByText("from alpha, of the same site").waitFor();
      await facts.getByText("Comes from").waitFor();
      await limit("none");
      await facts.getByText("Came from").waitFor();
      await facts.getByText("alpha, of the same site").waitFor();
      expect(await faultsOf(details)).toEqual([]);
      await waitFor(
        "all to end",
        () => call<GroupListMessage>(`${main.url}/groups`),
        ({ body: { groups } }) => groups[0]?.status === "COMPLETE",
      );
      expect((await jobAt("beta")).progress.from_node).toBe("alpha");
      expect((await jobAt("alpha")).progress.from_node).toBeUndefined();
      // As it was foreseen: twice, not three times. Looking for the size asked for a few bytes.
      expect(origin.bytesSent("/once.bin")).toBeLessThan(2 * SIZE + MB);
    });

    test("the machines say where they give files to others, and to no one what that is signed with", async () => {
      const { body } = await call<{ nodes: NodeMessage[] }>(`${main.url}/nodes`);
      const address = body.nodes.find(({ name }) => name === "alpha")?.share_address ?? "";
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const page = await look("settings/machines");
      const card = (name: string): Locator => page.getByRole("article", { name, exact: true });
      await card("alpha").getByText("Gives files at").waitFor();
      await card("alpha").getByText(address).waitFor();
      await card("main").getByText("This one answers you").waitFor();
      expect(await card("main").getByText("Gives files at").count()).toBe(0);
      expect(await faultsOf(page)).toEqual([]);
    });
  },
);
