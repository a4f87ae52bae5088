import { createServer } from "node:http";
import type { Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { allAnswers } from "../../test/world/planted-secret.ts";
import { SettingListMessage, TokenTestAnswer } from "../wire/settings.ts";
import type { SettingMessage } from "../wire/settings.ts";
import { EventReader } from "./testing/read-events.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

/** Stands in for Hugging Face and Civitai: knows those it is told of. */
let service: Server;
let endpoint: string;
let known: Map<string, object>;
let status: number;
let server: TestServer;

beforeEach(async () => {
  [known, status] = [new Map(), 200];
  service = createServer((request, response) => {
    const person = known.get(request.headers.authorization ?? "");
    response.writeHead(person === undefined ? 401 : status, { "content-type": "application/json" });
    response.end(JSON.stringify(person ?? { error: "Invalid credentials" }));
  });
  await new Promise<void>((resolve) => service.listen(0, "127.0.0.1", resolve));
  endpoint = `http://127.0.0.1:${(service.address() as AddressInfo).port}`;
  server = await startServer({
    localJobs: 0,
    services: { hfEndpoint: endpoint, civitaiEndpoint: endpoint },
    environment: { HAULYARD_RETENTION_HOURS: "12" },
  });
});
afterEach(async () => {
  await server[Symbol.asyncDispose]();
  service.closeAllConnections();
  service.close();
});

const list = (answer: Raw): SettingMessage[] => SettingListMessage.parse(answer.json).settings;
const get = async (name: string): Promise<SettingMessage | undefined> =>
  list(await send(server.url, "/settings")).find((setting) => setting.name === name);
const patch = (body: unknown): Promise<Raw> => send(server.url, "/settings", { method: "PATCH", body });
const reset = (name: string): Promise<Raw> => send(server.url, `/settings/${name}`, { method: "DELETE" });
const tryToken = async (name: string): Promise<TokenTestAnswer> =>
  TokenTestAnswer.parse((await send(server.url, `/settings/${name}/test`, { method: "POST" })).json);

describe("settings over HTTP", () => {
  it("are listed with where each comes from", async () => {
    expect(await get("retentionHours")).toMatchObject({
      env: "HAULYARD_RETENTION_HOURS",
      flag: "--retention-hours",
      form: "number",
      changeable: "now",
      default: "24",
      value: { source: "environment", where: "HAULYARD_RETENTION_HOURS", text: "12", is_set: true },
      changed_at: null,
      pending: false,
    });
    expect(await get("commands")).toMatchObject({ form: "choice", choices: ["any", "known"] });
    expect(await get("port")).toMatchObject({ changeable: "never" });
  });

  it("are changed several at once, and given up one by one", async () => {
    const changed = await patch({ retentionHours: "48", commands: "known" });
    expect(changed.status).toBe(200);
    expect(list(changed).find(({ name }) => name === "retentionHours")?.value.text).toBe("48");
    expect(await get("commands")).toMatchObject({ value: { source: "changed", text: "known" } });
    expect((await reset("retentionHours")).status).toBe(200);
    expect(await get("retentionHours")).toMatchObject({ value: { source: "environment", text: "12" } });
    expect(await get("commands")).toMatchObject({ value: { text: "known" } });
  });

  it("are changed all or none, and the answer names each that is wrong", async () => {
    const { status: code, json } = await patch({ commands: "known", retentionHours: -1, perHost: "many" });
    expect(code).toBe(400);
    expect(json).toMatchObject({ code: "bad_request", field: "retentionHours" });
    expect(json?.["message"]).toMatch(
      /^retentionHours: expected a number of hours .* perHost: expected a whole/,
    );
    expect(await get("commands")).toMatchObject({ value: { source: "default" } });
  });

  it.each([
    [{}, "body"],
    [{ retentionHours: { hours: 5 } }, "retentionHours"],
    [{ retentionHours: true }, "retentionHours"],
    [{ nothing: "5" }, "nothing"],
    [{ port: 80 }, "port"],
    [[], "body"],
  ])("%j is refused, and the field is named", async (body, field) => {
    const answer = await patch(body);
    expect([answer.status, answer.json?.["field"]]).toEqual([400, field]);
  });

  it("tell everybody who follows that they were changed, and nothing of what they are", async () => {
    const reader = await EventReader.open(server.url);
    // Told at the beginning: from here on nothing is missed.
    await reader.until("the limit", () => reader.limits.length === 1);
    await patch({ hfToken: "PLANTED-token" });
    await reader.until("the change", () => reader.of("settings").length === 1);
    expect(reader.of("settings")).toEqual([{ id: null, type: "settings", data: {} }]);
    reader.close();
  });

  it.each(["port", "limitRate"])(
    "as %s, which are not changed here, cannot be given up either",
    async (name) => {
      const answer = await reset(name);
      expect(answer.status).toBe(400);
      expect(answer.json).toMatchObject({ code: "bad_request", field: name });
    },
  );

  it("that do not exist cannot be given up or tested", async () => {
    expect((await reset("nothing")).status).toBe(404);
    expect((await send(server.url, "/settings/port/test", { method: "POST" })).status).toBe(404);
  });

  it("count at once: the token that goes along is the one that was set last", async () => {
    await patch({ hfToken: "PLANTED-token" });
    known.set("Bearer PLANTED-token", { name: "ada" });
    expect(await tryToken("hfToken")).toMatchObject({ state: "works", as: "ada" });
    await patch({ hfToken: "PLANTED-other" });
    expect(await tryToken("hfToken")).toMatchObject({ state: "refused", as: null });
  });
});

describe("a token", () => {
  it("is tried with its service: works, as whom, refused, out of order, none", async () => {
    expect(await tryToken("civitaiApiKey")).toMatchObject({ state: "none" });
    await patch({ civitaiApiKey: "PLANTED-key" });
    expect(await tryToken("civitaiApiKey")).toMatchObject({ state: "refused" });
    known.set("Bearer PLANTED-key", { id: 7, username: "grace" });
    expect(await tryToken("civitaiApiKey")).toMatchObject({ state: "works", as: "grace" });
    known.set("Bearer PLANTED-key", {});
    expect(await tryToken("civitaiApiKey")).toMatchObject({ state: "works", as: null });
    status = 404;
    expect(await tryToken("civitaiApiKey")).toMatchObject({
      state: "unreachable",
      message: expect.any(String),
    });
  });

  it("never comes out again: in no answer, no event and no line of the log", async () => {
    await patch({ hfToken: "PLANTED-token" });
    await patch({ civitaiApiKey: "PLANTED with spaces" });
    await tryToken("hfToken");
    const answers = await allAnswers(server.url, ["hfToken"]);
    expect(answers.get("/settings")).toContain("hfToken");
    expect(answers.get("/events")).toContain("event:");
    expect([...answers].filter(([, text]) => text.includes("PLANTED"))).toEqual([]);
    expect(JSON.stringify(server.log)).not.toContain("PLANTED");
  });
});
