import { join } from "node:path";
import type { Browser, Page } from "playwright-core";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { startServer } from "../src/server/testing/start-server.ts";
import type { TestServer } from "../src/server/testing/test-server.ts";
import { buildPage } from "../tools/build-page.ts";
import { ROOT } from "../tools/run-command.ts";
import { findProgram } from "../tools/test-tools.ts";
import { faultsOf } from "./world/axe.ts";
import { HANGS_MS, launchChromium } from "./world/browser.ts";

describe.skipIf(findProgram("chromium") === null)(
  "the server's documents in a browser (needs Chromium)",
  () => {
    let server: TestServer;
    let browser: Browser;
    beforeAll(async () => {
      const built = await buildPage();
      if (built.kind === "failed") throw new Error(built.output);
      server = await startServer({ localJobs: 0, settings: { webDir: join(ROOT, "web/dist") } });
      browser = await launchChromium();
    });
    afterAll(async () => {
      await browser.close();
      await server[Symbol.asyncDispose]();
    });

    /** A page that is asked for nothing from elsewhere, and keeps to its own policy. */
    async function open(path: string): Promise<{ page: Page; complaints: string[] }> {
      const page = await browser.newPage();
      page.setDefaultTimeout(HANGS_MS);
      const complaints: string[] = [];
      page.on("request", (request) => {
        if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
          complaints.push(request.url());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (line) => {
        if (/content security policy|refused to/i.test(line.text())) complaints.push(line.text());
      });
      await page.goto(`${server.url}${path}`);
      return { page, complaints };
    }

    it("the API's page shows the routes, runs under its own policy and asks nobody else for anything", async () => {
      const { page, complaints } = await open("/docs");
      await page.getByText("Add a download").first().waitFor();
      // Examples that can be pasted into a terminal, whatever address the page was opened under.
      await page.getByText(server.url).first().waitFor();
      expect(complaints).toEqual([]);
      await page.close();
    });

    it("the manual is read, searched by keyboard, and good for everybody's eyes", async () => {
      const { page, complaints } = await open("/manual/");
      await page.getByRole("heading", { name: "Haulyard's manual" }).waitFor();
      expect(await faultsOf(page)).toEqual([]);

      await page.keyboard.press("/");
      await page.keyboard.type("checksum_mis");
      await page.getByRole("option").first().waitFor();
      expect(await faultsOf(page, "header")).toEqual([]);
      await page.keyboard.press("Enter");
      await page.getByRole("heading", { name: "Troubleshooting" }).waitFor();
      await page.getByRole("link", { name: "Settings", exact: true }).click();
      await page.getByRole("cell", { name: "HAULYARD_PORT" }).waitFor();

      await page.setViewportSize({ width: 390, height: 844 });
      const scheme = (): Promise<string | null> =>
        page.locator("html").getAttribute("data-mantine-color-scheme");
      const before = await scheme();
      await page.getByRole("button", { name: "Light or dark" }).click();
      const chosen = await scheme();
      expect(chosen).not.toBe(before);
      expect(await faultsOf(page)).toEqual([]);
      await page.getByText("Contents", { exact: true }).click();
      await page.getByRole("link", { name: "Questions" }).click();
      await page.getByRole("heading", { name: "Does it need ComfyUI?" }).waitFor();
      // The choice of colours holds on the next page.
      expect(await scheme()).toBe(chosen);
      expect(complaints).toEqual([]);
      await page.close();
    });
  },
);
