import { createServer } from "node:http";
import type { IncomingMessage, Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, expect, test } from "vitest";
import { systemClock } from "../job/clock.ts";
import type { Finding } from "../job/finding.ts";
import { createTransfer } from "../transfer/create-transfer.ts";
import { checkService } from "./check-services.ts";

let server: Server;
let endpoint: string;
let asked: IncomingMessage[];
let status: number;

beforeEach(async () => {
  [asked, status] = [[], 200];
  server = createServer((request, response) => {
    asked.push(request);
    response.writeHead(status, { "content-type": "application/json" }).end("{}");
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function check(token: string | null, at = endpoint): Promise<Finding> {
  const tokens = token === null ? [] : [{ url: at, token }];
  const transfer = createTransfer({ clock: systemClock, tokens: () => tokens });
  try {
    const service = {
      name: "hugging_face",
      title: "Hugging Face",
      endpoint: at,
      whoAmI: "api/whoami-v2",
      forAll: "api/models?limit=1",
      hasToken: token !== null,
      tokenSetting: "HF_TOKEN",
      tokenPage: "https://huggingface.co/settings/tokens",
    };
    return await checkService(service, transfer.fetchDocument, new AbortController().signal);
  } finally {
    await transfer.close();
  }
}

test("with a token it is asked who that is, and the token goes along", async () => {
  expect(await check("hf_secret")).toMatchObject({ state: "ok", advice: null });
  expect(asked.map(({ url }) => url)).toEqual(["/api/whoami-v2"]);
  expect(asked[0]?.headers.authorization).toBe("Bearer hf_secret");
});

test("a token that is refused is a problem, and is not told", async () => {
  status = 401;
  const found = await check("hf_secret");
  expect(found).toMatchObject({ state: "problem", advice: expect.stringContaining("settings/tokens") });
  expect(JSON.stringify(found)).not.toContain("hf_secret");
});

test("without a token it is a hint that some files need one", async () => {
  expect(await check(null)).toMatchObject({ state: "hint", advice: expect.stringContaining("HF_TOKEN") });
  expect(asked.map(({ url }) => url)).toEqual(["/api/models?limit=1"]);
});

test("an address that is no such service is a problem", async () => {
  status = 404;
  expect(await check(null)).toMatchObject({ state: "problem", advice: expect.stringContaining("mirror") });
});

test("one that cannot be reached is a problem that says why", async () => {
  server.close();
  const found = await check(null, "http://127.0.0.1:1");
  expect(found).toMatchObject({ state: "problem", message: expect.stringContaining("cannot be reached") });
});
