import { chromium } from "playwright-core";
import { describe, expect, it } from "vitest";
import { startServer } from "../src/server/testing/start-server.ts";
import { findProgram } from "../tools/test-tools.ts";

const executablePath = findProgram("chromium");

describe.skipIf(executablePath === null)("the API's page in a browser (needs Chromium)", () => {
  it("shows the routes, runs under its own policy and asks nobody else for anything", async () => {
    await using server = await startServer({ localJobs: 0 });
    const browser = await chromium.launch({ executablePath: executablePath ?? "", args: ["--no-sandbox"] });
    try {
      const page = await browser.newPage();
      const elsewhere: string[] = [];
      const complaints: string[] = [];
      page.on("request", (request) => {
        if (!/^(?:data|blob):/.test(request.url()) && !request.url().startsWith(server.url))
          elsewhere.push(request.url());
      });
      page.on("pageerror", (error) => complaints.push(error.message));
      page.on("console", (line) => {
        if (/content security policy|refused to/i.test(line.text())) complaints.push(line.text());
      });
      await page.goto(`${server.url}/docs`);
      await page.getByText("Add a download").first().waitFor();
      // Examples that can be pasted into a terminal, whatever address the page was opened under.
      await page.getByText(server.url).first().waitFor();
      expect(elsewhere).toEqual([]);
      expect(complaints).toEqual([]);
    } finally {
      await browser.close();
    }
  });
});
