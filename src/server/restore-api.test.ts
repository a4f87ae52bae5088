/** A backup that is sent to a server at work: checked at once, in place after the next start. */
import { once } from "node:events";
import { readdir, readFile, writeFile } from "node:fs/promises";
import { connect } from "node:net";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { Header } from "tar";
import { afterEach, describe, expect, it } from "vitest";
import { finishRestore } from "../backup/restore-backup.ts";
import { createClient } from "../client/create-client.ts";
import type { Client } from "../client/create-client.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestOptions, TestServer } from "./testing/test-server.ts";

const servers: TestServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server[Symbol.asyncDispose]();
});

async function start(options: TestOptions = {}): Promise<TestServer & { client: Client }> {
  const server = await startServer({ localJobs: 0, ...options });
  servers.push(server);
  return { ...server, client: createClient({ baseUrl: server.url }) };
}

/** All of a server, as a browser keeps it. */
async function backUp(client: Client): Promise<Blob> {
  const parts: Uint8Array<ArrayBuffer>[] = [];
  for await (const part of await client.backup({ withSecrets: true })) parts.push(new Uint8Array(part));
  return new Blob(parts);
}

const add = (client: Client, name: string): Promise<unknown> =>
  client.jobs.create({ source: `http://127.0.0.1:1/${name}` });
const namesOf = async (client: Client): Promise<string[]> =>
  (await client.jobs.list()).jobs.map(({ name }) => name).toSorted();
const hidden = async ({ folder }: TestServer): Promise<string[]> =>
  (await readdir(folder)).filter((name) => name.startsWith(".haulyard") || name === "restore.json");

/** An archive as nobody but an attacker makes it. */
function archive(...files: [path: string, text: string, type?: "SymbolicLink"][]): Blob {
  const blocks = files.flatMap(([path, text, type]) => {
    const header = new Header({
      path,
      mode: 0o644,
      size: type === undefined ? text.length : 0,
      type: type ?? "File",
      ...(type === undefined ? {} : { linkpath: text }),
    });
    header.encode();
    const body = Buffer.alloc(type === undefined ? Math.ceil(text.length / 512) * 512 : 0);
    if (type === undefined) body.write(text);
    return [header.block ?? Buffer.alloc(512), body];
  });
  return new Blob([new Uint8Array(gzipSync(Buffer.concat([...blocks, Buffer.alloc(1024)])))]);
}

describe("a backup that is sent to a server", () => {
  it("is taken as an archive only: nothing else is read into memory", async () => {
    const server = await start();
    const answer = await fetch(`${server.url}/restore`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: "{}",
    });
    expect(answer.status).toBe(415);
  });

  it("changes nothing while the server works, and is what the next start finds; what was there is kept", async () => {
    const from = await start();
    await add(from.client, "old.bin");
    await writeFile(join(from.folder, "haulyard.config.json"), '{"commands":"known"}');
    const backup = await backUp(from.client);

    const to = await start();
    await add(to.client, "new.bin");
    await writeFile(join(to.folder, "haulyard.config.json"), "{}");
    const told = await to.client.restores.send(backup);
    expect(told).toMatchObject({ version: "1.2.3", with_secrets: true });
    // Which programs a server runs is said where it is started.
    expect(told?.ignored).toContain("haulyard.config.json");
    expect(await to.client.restores.waiting()).toEqual(told);
    await add(to.client, "later.bin");
    expect(await namesOf(to.client)).toEqual(["later.bin", "new.bin"]);

    await to.stop();
    await finishRestore(to.folder);
    const again = await start({ folder: to.folder });
    expect(await namesOf(again.client)).toEqual(["old.bin"]);
    expect(await again.client.restores.waiting()).toBeNull();
    expect(await readFile(join(to.folder, "haulyard.config.json"), "utf8")).toBe("{}");
    expect(await hidden(again)).toEqual([]);
    const kept = (await readdir(to.folder)).find((name) => name.startsWith("before-restore-")) ?? "";
    expect(await readdir(join(to.folder, kept))).toContain("haulyard.db");
  });

  it("is given up, or gives way to another one, and leaves nothing behind", async () => {
    const { client, ...server } = await start();
    const first = await backUp(client);
    await add(client, "second.bin");
    const second = await backUp(client);
    await client.restores.send(first);
    await client.restores.send(second);
    expect((await hidden(server)).filter((name) => name.startsWith(".haulyard"))).toHaveLength(1);
    await client.restores.giveUp();
    expect(await client.restores.waiting()).toBeNull();
    expect(await hidden(server)).toEqual([]);
    await expect(client.restores.giveUp()).rejects.toMatchObject({ status: 404 });
  });

  it("is refused whole where it is none, is damaged or would write elsewhere; one that waits goes on waiting", async () => {
    const { client, ...server } = await start();
    const good = await backUp(client);
    const told = await client.restores.send(good);
    const manifest = (name: string): string =>
      JSON.stringify({
        format: 1,
        version: "1",
        createdAt: new Date(0).toISOString(),
        withSecrets: false,
        files: [{ name, bytes: 1, sha256: "0".repeat(64) }],
        leftOut: [],
      });
    const bad: [RegExp, Blob][] = [
      [/no backup/, new Blob(["no archive"])],
      [/no backup/, new Blob([])],
      [/damaged|not whole|no backup/, good.slice(0, good.size / 2)],
      [/manifest/, archive(["../../evil", "x"])],
      [/manifest/, archive(["manifest.json", manifest("../evil")], ["../evil", "x"])],
      [/manifest/, archive(["manifest.json", manifest("/etc/cron.d/evil")], ["/etc/cron.d/evil", "x"])],
      [/manifest/, archive(["manifest.json", manifest("cards/../../evil.md")])],
      [
        /only files/,
        archive(["manifest.json", manifest("cards/a.md")], ["cards/a.md", "/etc/passwd", "SymbolicLink"]),
      ],
      [/does not belong/, archive(["manifest.json", manifest("cards/a.md")], ["cards/b.md", "x"])],
      [/damaged/, archive(["manifest.json", manifest("cards/a.md")], ["cards/a.md", "x"])],
    ];
    for (const [message, blob] of bad)
      await expect(client.restores.send(blob)).rejects.toMatchObject({
        status: expect.toSatisfy((status) => status === 400 || status === 422),
        message: expect.stringMatching(message),
      });
    expect(await client.restores.waiting()).toEqual(told);
    expect((await hidden(server)).filter((name) => name.startsWith(".haulyard"))).toHaveLength(1);
  });

  it("may take longer than other requests, as long as it comes", async () => {
    const { client, port } = await start({ requestTimeoutMs: 1_000 });
    const backup = Buffer.from(await (await backUp(client)).arrayBuffer());
    const open = (head: string): { came: () => string; socket: ReturnType<typeof connect> } => {
      let came = "";
      const socket = connect(port, "127.0.0.1");
      socket.setEncoding("latin1").on("data", (text: string) => (came += text));
      socket.on("error", () => {});
      socket.write(head.replaceAll("\n", "\r\n"));
      return { came: () => came, socket };
    };
    const slow = open(
      `POST /restore HTTP/1.1\nHost: localhost\nContent-Type: application/gzip\nContent-Length: ${backup.length}\nConnection: close\n\n`,
    );
    slow.socket.write(backup.subarray(0, 100));
    const other = open(
      "POST /jobs HTTP/1.1\nHost: localhost\nContent-Type: application/json\nContent-Length: 100\n\n{",
    );
    // It began later and is cut off: the time of both is over.
    await once(other.socket, "close");
    expect(slow.came()).toBe("");
    slow.socket.write(backup.subarray(100));
    await once(slow.socket, "close");
    expect(slow.came()).toMatch(/^HTTP\/1\.1 200 /);
  });
});
