import { createHash } from "node:crypto";
import { afterAll, beforeAll, describe, expect, it, vi } from "vitest";
import { createClient } from "../client/create-client.ts";
import type { NodeDraft } from "../job/node-contract.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ settings: { token: "of-this-node" } });
});
afterAll(() => server.stop());

const node = (name: string, more: Partial<NodeDraft> = {}): NodeDraft => ({
  name,
  kind: "worker",
  version: "1.2.3",
  address: null,
  labels: { site: "ams" },
  folders: { models: "/models" },
  run: `${name}/1`,
  tokenHash: null,
  ...more,
});
const PATIENCE = { timeout: 180_000, interval: 100 };
const client = (token = "of-this-node") => createClient({ baseUrl: server.url, token });

describe("the machines of an installation", () => {
  it("are listed with what they are, drained, let work again, and forgotten once they are gone", async () => {
    const { nodes } = server.store;
    await nodes.register(node("gpu-2"), Date.now());
    await nodes.register(node("here", { kind: "serve" }), Date.now());
    expect(await client().nodes.list()).toMatchObject([
      { name: "gpu-2", kind: "worker", state: "alive", labels: { site: "ams" }, is_this: false, running: 0 },
      { name: "here", kind: "serve", is_this: true },
    ]);
    expect(await client().nodes.drain("gpu-2", { timeout_seconds: 60 })).toMatchObject({ state: "draining" });
    expect(await nodes.beat(node("gpu-2"), true, Date.now())).toMatchObject({ draining: true });
    expect((await client().nodes.list())[0]).toMatchObject({ state: "drained" });
    expect(await client().nodes.drain("gpu-2", { drain: false })).toMatchObject({ state: "alive" });
    await expect(client().nodes.remove("gpu-2")).rejects.toMatchObject({ status: 409, field: "name" });
    await nodes.leave(node("gpu-2"), Date.now());
    await client().nodes.remove("gpu-2");
    await expect(client().nodes.remove("gpu-2")).rejects.toMatchObject({ status: 404 });
    await expect(client().nodes.drain("gpu-2")).rejects.toMatchObject({ status: 404 });
  });

  it("let in whoever shows the token of one of them, and nobody whose machine is forgotten", async () => {
    const { nodes } = server.store;
    const tokenHash = createHash("sha256").update("of-another").digest("hex");
    await expect(client("of-another").nodes.list()).rejects.toMatchObject({ status: 401 });
    await nodes.register(node("other", { tokenHash }), Date.now());
    // The hashes are known for a second.
    await vi.waitFor(async () => expect(await client("of-another").nodes.list()).toHaveLength(2), PATIENCE);
    await nodes.leave(node("other"), Date.now());
    await nodes.remove("other", Date.now());
    await vi.waitFor(
      () => expect(client("of-another").nodes.list()).rejects.toMatchObject({ status: 401 }),
      PATIENCE,
    );
  });
});
