/** Fetched once for a site, in a real browser: chosen in the form, foreseen, waited for, taken from the neighbour, told. */
import type { Locator } from "playwright-core";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import type { GroupListMessage } from "../src/wire/groups.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { NodeMessage } from "../src/wire/nodes.ts";
import { call } from "./world/api.ts";
import { faultsOf } from "./world/axe.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import { openStage } from "./world/page-stage.ts";
import type { Stage } from "./world/page-stage.ts";
import { postgresFolder, startPostgres } from "./world/postgres.ts";

const MB = 1_000_000;
const SIZE = 6 * MB;

describe.skipIf(postgresFolder() === null)(
  "once for each site, on the page (skipped where PostgreSQL is not installed)",
  () => {
    const ends = new AsyncDisposableStack();
    let stage: Stage;

    beforeAll(async () => {
      const postgres = await startPostgres();
      ends.defer(() => postgres.remove());
      const HAULYARD_DATABASE_URL = await postgres.create("page");
      stage = ends.use(
        await openStage({
          origin: { "/once.bin": { size: SIZE, bytesPerSecond: MB / 100 } },
          env: { HAULYARD_DATABASE_URL, HAULYARD_NODE: "main" },
        }),
      );
      const site = {
        HAULYARD_LABELS: "site=ams",
        HAULYARD_SHARE_HOST: "127.0.0.1",
        HAULYARD_SHARE_PORT: "0",
      };
      for (const HAULYARD_NODE of ["alpha", "beta"]) {
        const world = await createWorld();
        ends.defer(() => world.remove());
        const env = { HAULYARD_DATABASE_URL, HAULYARD_NODE, ...site };
        const worker = await startHaulyard(world, { command: "worker", env });
        ends.defer(() => worker.kill9());
      }
    });
    afterEach(() => stage.endVisits());
    afterAll(() => ends.disposeAsync());

    const jobAt = async (name: string): Promise<JobMessage> => {
      const { body } = await call<{ jobs: JobMessage[] }>(`${stage.url}/jobs`);
      const found = body.jobs.find(({ place }) => place.name === name);
      if (found === undefined) throw new Error(`${name} has no job`);
      return found;
    };

    test("it is offered where it makes a difference, says what it spares, and a neighbour's file is called that", async () => {
      const page = await stage.look("/downloads");
      await page.getByRole("button", { name: "Add download" }).first().click();
      const dialog = page.getByRole("dialog");
      const sources = dialog.getByRole("textbox", { name: "Addresses, lists, commands, ids" });
      await sources.fill(`${stage.origin.url}/once.bin`);
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
      const { body } = await call<GroupListMessage>(`${stage.url}/groups`);
      expect(body.groups).toMatchObject([{ share: "site", count: 3 }]);

      await page.getByRole("article", { name: "Group once.bin" }).getByRole("link").first().click();
      const row = page.getByRole("article", { name: "once.bin" }).filter({ hasText: "beta" });
      await row.getByText("for machine alpha, which fetches it for site ams").waitFor();
      const { id } = await jobAt("beta");
      // Slow enough to be seen, until it was.
      const limit = (limit_rate: string) => call(`${stage.url}/jobs/${id}`, "PATCH", { limit_rate });
      await limit("20k");
      const details = await stage.look(`/downloads?job=${id}`);
      const facts = details.getByRole("region", { name: "Facts" });
      await facts.getByText("which fetches it for site ams; then it comes from there").waitFor();
      stage.origin.release("/once.bin");
      await row.getByText("from alpha, of the same site").waitFor();
      await facts.getByText("Comes from").waitFor();
      await limit("none");
      await facts.getByText("Came from").waitFor();
      await facts.getByText("alpha, of the same site").waitFor();
      expect(await faultsOf(details)).toEqual([]);
      await waitFor(
        "all to end",
        () => call<GroupListMessage>(`${stage.url}/groups`),
        ({ body: { groups } }) => groups[0]?.status === "COMPLETE",
      );
      expect((await jobAt("beta")).progress.from_node).toBe("alpha");
      expect((await jobAt("alpha")).progress.from_node).toBeUndefined();
      // As it was foreseen: twice, not three times. Looking for the size asked for a few bytes.
      expect(stage.origin.bytesSent("/once.bin")).toBeLessThan(2 * SIZE + MB);
    });

    test("the machines say where they give files to others, and to no one what that is signed with", async () => {
      const { body } = await call<{ nodes: NodeMessage[] }>(`${stage.url}/nodes`);
      const address = body.nodes.find(({ name }) => name === "alpha")?.share_address ?? "";
      expect(address).toMatch(/^http:\/\/127\.0\.0\.1:\d+$/);
      const page = await stage.look("/settings/machines");
      const card = (name: string): Locator => page.getByRole("article", { name, exact: true });
      await card("alpha").getByText("Gives files at").waitFor();
      await card("alpha").getByText(address).waitFor();
      await card("main").getByText("This one answers you").waitFor();
      expect(await card("main").getByText("Gives files at").count()).toBe(0);
      expect(await faultsOf(page)).toEqual([]);
    });
  },
);
