/** A server and three workers on one PostgreSQL, of two sites: files come once to each site, whoever dies. */
import { createHash } from "node:crypto";
import { readFile, rename, symlink } from "node:fs/promises";
import { request } from "node:http";
import { afterAll, afterEach, beforeAll, describe, expect, it } from "vitest";
import { systemClock } from "../src/job/clock.ts";
import { createSigner } from "../src/sharing/sign-request.ts";
import type { GroupAnswer } from "../src/wire/groups.ts";
import type { DoctorAnswer } from "../src/wire/doctor.ts";
import type { JobMessage } from "../src/wire/job-message.ts";
import type { NodeMessage } from "../src/wire/nodes.ts";
import { call, jobOf } from "./world/api.ts";
import { runCli } from "./world/cli.ts";
import type { Haulyard, World } from "./world/haulyard.ts";
import { createWorld, startHaulyard, waitFor } from "./world/haulyard.ts";
import type { Origin } from "./world/origin.ts";
import { startOrigin } from "./world/origin.ts";
import type { Postgres } from "./world/postgres.ts";
import { postgresFolder, startPostgres } from "./world/postgres.ts";

const MB = 1_000_000;
const SIZE = 6 * MB;
/** More than the system keeps on the way between two processes. */
const LARGE = 32 * MB;
/** Slow enough to be met in the middle, until the test lets it go. */
const SLOW = MB / 6;
const SITES = { main: "fra", a: "ams", b: "ams", c: "ams" } as const;
type Name = keyof typeof SITES;
const WORKERS = ["a", "b", "c"] as const;

describe.skipIf(postgresFolder() === null)(
  "machines of one site (skipped where PostgreSQL is not installed)",
  () => {
    const cleanups: (() => Promise<unknown>)[] = [];
    const worlds = {} as Record<Name, World>;
    const running = {} as Record<Name, Haulyard>;
    let postgres: Postgres;
    let origin: Origin;
    let database: string;

    beforeAll(async () => {
      postgres = await startPostgres();
      cleanups.push(() => postgres.remove());
      database = await postgres.create("sites");
      origin = await startOrigin({});
      cleanups.push(() => origin.close());
      for (const name of Object.keys(SITES) as Name[]) {
        worlds[name] = await createWorld();
        cleanups.push(worlds[name].remove);
      }
      for (const name of Object.keys(SITES) as Name[]) await start(name);
    });
    afterEach(async () => {
      for (const name of WORKERS) await start(name);
    });
    afterAll(async () => {
      await Promise.all(Object.values(running).map((each) => each.kill9()));
      for (const cleanup of cleanups.splice(0).toReversed()) await cleanup();
    });

    /** Unless it runs. */
    async function start(name: Name): Promise<void> {
      if (running[name] !== undefined && isAlive(running[name].pid)) return;
      running[name] = await startHaulyard(worlds[name], {
        command: name === "main" ? "serve" : "worker",
        env: {
          HAULYARD_DATABASE_URL: database,
          HAULYARD_NODE: name,
          HAULYARD_LABELS: `site=${SITES[name]}`,
          HAULYARD_SHARE_HOST: "127.0.0.1",
          HAULYARD_SHARE_PORT: "0",
        },
      });
    }

    async function add(path: string, more: Record<string, unknown> = {}): Promise<Record<Name, string>> {
      const { status, body } = await call<GroupAnswer>(`${running.main.url}/groups`, "POST", {
        sources: [{ source: origin.url + path, ...more }],
        to: Object.keys(SITES).map((name) => `node:${name}`),
        share: "site",
      });
      expect({ status, notes: body.notes, skipped: body.skipped }).toEqual({
        status: 201,
        notes: [],
        skipped: [],
      });
      expect(body.group.share).toBe("site");
      const jobs = await Promise.all(body.jobs.map((id) => job(id)));
      return Object.fromEntries(jobs.map(({ id, place }) => [place.name, id])) as Record<Name, string>;
    }

    const job = (id: string): Promise<JobMessage> => jobOf(running.main.url, id);
    const complete = (id: string): Promise<JobMessage> =>
      waitFor(
        "the download to end",
        () => job(id),
        ({ status }) => status === "COMPLETE" || status === "FAILED",
      );
    /** Bytes of this machine. */
    const bytesOf = async (id: string): Promise<string> =>
      createHash("sha256")
        .update(await readFile((await job(id)).destination ?? ""))
        .digest("hex");
    const noteOf = async (id: string): Promise<string> => {
      const { body } = await call<{ history: { reason: string }[] }>(
        `${running.main.url}/jobs/${id}/history`,
      );
      return body.history.at(-1)?.reason ?? "";
    };
    /** Answers of the origin that had bytes of the file, by site of who asked: each machine asks for it once. */
    const fetches = (path: string): number =>
      origin.seen(path).filter(({ bytesSent, method }) => method === "GET" && bytesSent > 0).length;
    const has = (id: string, bytes: number): Promise<JobMessage> =>
      waitFor(
        "some of it to come",
        () => job(id),
        ({ progress }) => (progress.bytes_done ?? 0) >= bytes,
      );
    /** The machine was not heard of for longer than others wait for it. */
    const age = (name: Name): Promise<unknown> =>
      postgres.ask("sites", `update nodes set heartbeat_at = heartbeat_at - 100000 where name = '${name}'`);

    it("fetch a file once for all of them, wait for who does it, and take it from there, byte for byte", async () => {
      origin.put("/once.gguf", { size: SIZE, bytesPerSecond: SLOW });
      const ids = await add("/once.gguf");
      const waiting = await waitFor(
        "one to say what it waits for",
        () => job(ids.b),
        (told) => told.waiting?.why === "site",
      );
      expect(waiting).toMatchObject({
        status: "PENDING",
        waiting: { why: "site", job: ids.a, node: "a", site: "ams" },
      });
      await has(ids.a, 1);
      expect((await job(ids.c)).status).toBe("PENDING");
      origin.release("/once.gguf");
      const ended = await Promise.all(Object.values(ids).map(complete));
      expect(ended.map(({ status }) => status)).toEqual(Array(4).fill("COMPLETE"));
      expect(await Promise.all(Object.values(ids).map(bytesOf))).toEqual(
        Array(4).fill(origin.hash("/once.gguf")),
      );
      // Two sites, two times the file: not four.
      expect(origin.bytesSent("/once.gguf")).toBe(2 * SIZE);
      const copy = await job(ids.b);
      expect(copy.checksum).toMatchObject({
        state: "verified",
        algorithm: "sha256",
        origin: expect.stringMatching(
          /^the machine [ac], which fetched it for site ams: nobody published one$/,
        ),
      });
      expect((await job(ids.a)).checksum).toMatchObject({ state: "unverified" });
      expect(await noteOf(ids.b)).toMatch(/^complete: it came from the machine [ac]$/);
      expect(await noteOf(ids.a)).toBe("complete");
      expect(copy.progress.from_node).toMatch(/^[ac]$/);
      expect((await job(ids.a)).progress.from_node).toBeUndefined();
    });

    it("say where they give files, and the doctor asks there; one that is reached by nobody is found", async () => {
      const nodes = async (): Promise<NodeMessage[]> =>
        (await call<{ nodes: NodeMessage[] }>(`${running.main.url}/nodes`)).body.nodes;
      const addresses = (await nodes()).map(({ share_address }) => share_address);
      expect(addresses).toEqual(Array(4).fill(expect.stringMatching(/^http:\/\/127\.0\.0\.1:\d+$/)));
      const ask = (...words: string[]) =>
        runCli(words, { cwd: worlds.main.folder, env: { HAULYARD_URL: running.main.url } });
      const table = await ask("nodes");
      expect(table.stdout).toContain("SHARES AT");
      for (const address of addresses) expect(table.stdout).toContain(address);

      await postgres.ask("sites", "update nodes set share_address = 'http://127.0.0.1:1' where name = 'b'");
      const { stdout } = await ask("doctor", "--json");
      const { findings } = JSON.parse(stdout) as DoctorAnswer;
      const told = findings.filter(({ area }) => area === "machines");
      expect(told.map(({ name, state }) => [name, state])).toEqual([
        // It listens where only its own machine reaches it.
        ["sharing", "hint"],
        ["a", "ok"],
        // Of another site than the server that asks.
        ["b", "hint"],
        ["c", "ok"],
      ]);
      expect(told.find(({ name }) => name === "b")?.message).toContain("cannot be reached (ECONNREFUSED)");
      // It says its own at the next start, and gives nothing while it is away.
      await running.b.kill9();
      await age("b");
      const rows = (await ask("nodes")).stdout.split("\n");
      expect(rows.find((row) => row.startsWith("a "))).toContain("http://");
      expect(rows.find((row) => row.startsWith("b "))).toMatch(/ away since (?!.*http)/);

      const to = ["--to", "node:a", "--to", "node:c"];
      origin.put("/planned.gguf", { size: SIZE });
      const planned = await ask("add", "--dry-run", "--share", "site", ...to, `${origin.url}/planned.gguf`);
      expect(planned.stdout).toContain("Once per site: 6.0 MB from the origin instead of 12.0 MB.\n");
    });

    it("lose nothing when the first is killed half-way: another one fetches, and the first takes it from there", async () => {
      origin.put("/killed.gguf", { size: SIZE, bytesPerSecond: SLOW });
      const ids = await add("/killed.gguf");
      await has(ids.a, MB);
      await running.a.kill9();
      await age("a");
      await waitFor(
        "the next one to take over",
        () => job(ids.c),
        ({ waiting }) => waiting?.node === "b",
      );
      await has(ids.b, 1);
      origin.release("/killed.gguf");
      await Promise.all([ids.b, ids.c, ids.main].map(complete));
      await start("a");
      const ended = await Promise.all(Object.values(ids).map(complete));
      expect(ended.map(({ status }) => status)).toEqual(Array(4).fill("COMPLETE"));
      expect(await Promise.all(Object.values(ids).map(bytesOf))).toEqual(
        Array(4).fill(origin.hash("/killed.gguf")),
      );
      // The server's, the first's half, and that of who took over.
      expect(fetches("/killed.gguf")).toBe(3);
      expect(await noteOf(ids.a)).toMatch(/came from the machine [bc]$/);
      expect(await noteOf(ids.c)).toMatch(/came from the machine b$/);
    });

    it("go on at the origin, once for all of them, when the one that has the file is killed half-way through giving it", async () => {
      origin.put("/cut.gguf", { size: LARGE });
      const ids = await add("/cut.gguf", { limit_rate: "4M" });
      await complete(ids.a);
      const before = fetches("/cut.gguf");
      await has(ids.b, 6 * MB);
      await has(ids.c, 6 * MB);
      await running.a.kill9();
      const ended = await Promise.all([ids.b, ids.c].map(complete));
      expect(ended.map(({ status }) => status)).toEqual(["COMPLETE", "COMPLETE"]);
      expect(await Promise.all([ids.b, ids.c].map(bytesOf))).toEqual(Array(2).fill(origin.hash("/cut.gguf")));
      const more = origin.seen("/cut.gguf").slice(before);
      const froms = more.map(({ range }) => Number(/^bytes=(\d+)-/.exec(range ?? "")?.[1] ?? 0));
      // What came from the other machine is kept: only the rest is fetched, by one of the two.
      expect(froms.length, JSON.stringify(more)).toBeGreaterThan(0);
      expect(Math.min(...froms)).toBeGreaterThan(0);
      expect(
        more.reduce((sum, { bytesSent }) => sum + bytesSent, 0),
        JSON.stringify(more),
      ).toBeLessThan(LARGE);
      const notes = [await noteOf(ids.b), await noteOf(ids.c)].toSorted();
      expect(notes[0]).toBe("complete");
      expect(notes[1]).toMatch(/^complete: it came from the machine [bc]$/);
    });

    it("give a file to nobody who does not know the secret, and nothing but that file", async () => {
      origin.put("/kept.gguf", { size: MB });
      const ids = await add("/kept.gguf");
      await Promise.all(Object.values(ids).map(complete));
      const [{ share_address: address }] = (await postgres.ask(
        "sites",
        "select share_address from nodes where name = 'a'",
      )) as [{ share_address: string }];
      const ask = (path: string, headers: Record<string, string> = {}, method = "GET") =>
        askRaw(address, path, headers, method);
      const [{ value: secret }] = (await postgres.ask(
        "sites",
        "select value from facts where key = 'share_secret'",
      )) as [{ value: string }];
      const sign = createSigner({ sharing: { secret: async () => secret }, clock: systemClock });
      const guess = createSigner({ sharing: { secret: async () => "00".repeat(32) }, clock: systemClock });
      const path = `/shared/${ids.a}/0`;
      const signed = { authorization: await sign(ids.a, 0) };
      const right = await ask(path, signed);
      expect(right).toMatchObject({
        status: 200,
        etag: `"sha256-${origin.hash("/kept.gguf")}"`,
        length: MB,
      });
      expect(await ask(path, { ...signed, range: "bytes=10-19" })).toMatchObject({ status: 206, length: 10 });
      expect(await ask(path, { ...signed, range: `bytes=${MB}-` })).toMatchObject({ status: 416 });
      const stale = { ...signed, range: "bytes=10-19", "if-range": '"another"' };
      expect(await ask(path, stale)).toMatchObject({ status: 200, length: MB });
      for (const authorization of [
        "",
        `Bearer ${secret}`,
        await guess(ids.a, 0),
        // Of another file.
        await sign(ids.b, 0),
      ])
        expect(await ask(path, { authorization }), authorization).toMatchObject({ status: 401, length: 0 });
      for (const trick of [
        "/",
        "/health",
        `/shared/${ids.a}`,
        `/shared/${ids.a}/0/../../../etc/passwd`,
        `/shared/${ids.a}/../${ids.a}/0`,
        "/shared/..%2f..%2fetc%2fpasswd/0",
        `${path}?path=/etc/passwd`,
        `${path}%00`,
        "/../../etc/passwd",
      ])
        expect(await ask(trick, signed), trick).toMatchObject({ status: 404, length: 0 });
      expect(await ask(path, signed, "DELETE")).toMatchObject({ status: 405 });
      // That of another machine, and a step that it does not have.
      for (const [id, step] of [
        [ids.b, 0],
        [ids.a, 1],
      ] as const) {
        const other = { authorization: await sign(id, step) };
        expect(await ask(`/shared/${id}/${step}`, other)).toMatchObject({ status: 404 });
      }
      // A link in the place of the file leads nowhere.
      const file = (await job(ids.a)).destination ?? "";
      await rename(file, `${file}.moved`);
      await symlink(`${file}.moved`, file);
      expect(await ask(path, signed)).toMatchObject({ status: 404 });
      // Whoever is told of jobs and machines is not told the secret.
      for (const told of ["/jobs", "/nodes", "/groups"])
        expect(JSON.stringify((await call(running.main.url + told)).body)).not.toContain(secret);
    });
  },
);

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}

/** As it stands: a URL would be tidied up. */
function askRaw(
  address: string,
  path: string,
  headers: Record<string, string>,
  method: string,
): Promise<{ status: number; etag: string | null; length: number }> {
  const { hostname, port } = new URL(address);
  return new Promise((resolve, reject) => {
    const asked = request({ hostname, port, path, headers, method, agent: false }, (response) => {
      let length = 0;
      response.on("data", (bytes: Buffer) => (length += bytes.length));
      response.on("error", reject);
      response.on("end", () =>
        resolve({ status: response.statusCode ?? 0, etag: response.headers.etag ?? null, length }),
      );
    });
    asked.on("error", reject).end();
  });
}
