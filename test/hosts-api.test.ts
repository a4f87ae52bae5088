/** Instances over HTTP: a real server, a real sshd that changes its keys, and jobs that wait for an answer. */
import { readFileSync, statSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { HostKeyQuestion } from "../src/job/job-state.ts";
import type { Job } from "../src/job/job.ts";
import { send } from "../src/server/testing/send.ts";
import { startServer } from "../src/server/testing/start-server.ts";
import type { TestServer } from "../src/server/testing/test-server.ts";
import { startSshd } from "./world/sshd.ts";
import type { Sshd } from "./world/sshd.ts";
import { startTcpRelay } from "./world/tcp-relay.ts";

type Json = Record<string, unknown>;

function pasteOf(sshd: Sshd, more = ""): string {
  return `${sshd.line()} ${more}`.trim();
}

async function call(
  server: TestServer,
  method: string,
  path: string,
  body?: unknown,
): Promise<Json & { status: number }> {
  const answer = await send(server.url, path, { method, ...(body === undefined ? {} : { body }) });
  return { ...answer.json, status: answer.status };
}

const post = (server: TestServer, path: string, body: unknown = {}): Promise<Json & { status: number }> =>
  call(server, "POST", path, body);

/** As ssh-keygen shows them, but for the comment, where the host stands with us. */
function shownBy(sshd: Sshd, type: "ed25519" | "rsa" | "ecdsa" = "ed25519"): string {
  return sshd.fingerprint(type).replace(" test ", ` [127.0.0.1]:${sshd.port} `);
}

const shaOf = (fingerprint: string): string => fingerprint.split(" ")[1] ?? "";

async function addHost(server: TestServer, sshd: Sshd): Promise<string> {
  const { host } = await post(server, "/hosts", { ssh_connection: pasteOf(sshd) });
  return (host as { id: string }).id;
}

/** Waits for an answer about the keys of its host, as its runner would make it wait. */
async function blockedJob(server: TestServer, hostId: string, name: string): Promise<Job> {
  const { store } = server;
  const step = {
    kind: "transfer" as const,
    url: "http://127.0.0.1:1/x",
    mirrors: [],
    folder: "/x",
    name,
    size: null,
    checksum: null,
    headers: {},
    ifExists: "refuse" as const,
  };
  await store.insert(
    {
      source: { kind: "url", url: step.url },
      place: { kind: "ssh", hostId },
      steps: [step],
      name,
      destination: null,
      priority: 0,
      limitBytesPerSecond: null,
      after: null,
    },
    Date.now(),
  );
  const lanes = [{ lane: `ssh:${hostId}`, limit: 10 }];
  const job = await store.claim({ owner: "test", now: Date.now(), leaseMs: 60_000, lanes });
  const host = await store.hosts.get(hostId);
  if (job?.state.kind !== "running" || host === null) throw new Error("nothing was claimed");
  const answer = await server.hosts.askHostKey(hostId, new AbortController().signal);
  if (answer.kind !== "asked") throw new Error(`nothing to ask: ${answer.kind}`);
  const event = { type: "asked", question: answer.question satisfies HostKeyQuestion } as const;
  const outcome = await store.apply(job.id, event, Date.now(), job.state.lease);
  if (outcome.kind !== "applied") throw new Error(outcome.kind);
  return outcome.job;
}

async function stateOf({ store }: TestServer, { id }: Job): Promise<string | undefined> {
  return (await store.get(id))?.state.kind;
}

describe("POST /ssh/explain", () => {
  test("tells every part of a pasted line, what is left out and why, and the host it leads to; nothing is kept", async () => {
    await using server = await startServer();
    const line = "$ ssh -p 44686 -i ~/.ssh/gpu -J admin@gate:2222 -A root@203.0.113.7 -L 8080:localhost:8080";
    const ask = () => post(server, "/ssh/explain", { ssh_connection: line });
    const parts = {
      status: 200,
      success: true,
      connection: "ssh -p 44686 -i ~/.ssh/gpu -J admin@gate:2222 root@203.0.113.7",
      address: "203.0.113.7",
      port: 44686,
      user: "root",
      key_files: ["~/.ssh/gpu"],
      jumps: ["admin@gate:2222"],
      address_family: null,
      compression: false,
      forwards: ["8080:localhost:8080"],
      notes: [
        "-A was left out: the agent and its keys stay on this machine.",
        "-L is remembered, not applied: ports are not forwarded.",
      ],
    };
    expect(await ask()).toEqual({ ...parts, host: null });
    expect((await call(server, "GET", "/hosts"))["hosts"]).toEqual([]);
    const { host } = await post(server, "/hosts", { ssh_connection: line, label: "gpu" });
    expect(await ask()).toEqual({ ...parts, host: { id: (host as { id: string }).id, label: "gpu" } });
  });

  test.each([
    ["ssh -o ProxyCommand=id root@x", "-o ProxyCommand: only settings that say where"],
    ["ssh -p 99999 root@x", "'99999' is not a port"],
    ["ssh -i", "-i is without its value"],
    ["rm -rf /; ssh x", "';' has a meaning to a shell"],
  ])("of %s it names the part that is not taken", async (line, reason) => {
    await using server = await startServer();
    const answer = await post(server, "/ssh/explain", { ssh_connection: line });
    expect(answer).toMatchObject({ status: 200, success: false });
    expect(answer["message"]).toMatch(/^[^a-z].*\.$/);
    expect(answer["message"]).toContain(reason);
  });
});

describe("POST /ssh/verify-host", () => {
  test("shows every key of an unknown host, stores nothing but the host, and trusts exactly what it showed", async () => {
    await using sshd = await startSshd({ hostKeys: ["ed25519", "rsa", "ecdsa"] });
    await using server = await startServer();
    const shown = await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(sshd), accept: false });
    expect(shown).toEqual({
      status: 200,
      success: true,
      host_id: expect.stringMatching(/^[0-9a-f-]{36}$/) as unknown,
      host: "127.0.0.1",
      port: sshd.port,
      fingerprints: [shownBy(sshd), shownBy(sshd, "ecdsa"), shownBy(sshd, "rsa")],
      needs_confirmation: true,
    });
    const path = join(server.folder, "known_hosts");
    expect(() => statSync(path)).toThrow("ENOENT");
    const accepted = await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(sshd), accept: true });
    expect(accepted).toMatchObject({ status: 200, success: true, added: true, jobs: [] });
    const lines = await Promise.all(
      (["ed25519", "ecdsa", "rsa"] as const).map(
        async (type) => `haulyard-${String(shown["host_id"])} ${await sshd.hostKey(type)}\n`,
      ),
    );
    expect(readFileSync(path, "utf8")).toBe(lines.toSorted().join(""));
    expect(statSync(path).mode & 0o777).toBe(0o600);
    // Again, as a second click does it: it is trusted, and nothing is added.
    expect(
      await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(sshd), accept: true }),
    ).toMatchObject({
      status: 200,
      success: true,
      added: false,
    });
    expect(await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(sshd) })).toMatchObject({
      needs_confirmation: false,
      fingerprints: shown["fingerprints"],
    });
  });

  test("accepts what was shown, not what the host offers by the time of the yes", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    const ssh_connection = pasteOf(sshd);
    const shown = await post(server, "/ssh/verify-host", { ssh_connection });
    await sshd.changeHostKeys();
    expect(await post(server, "/ssh/verify-host", { ssh_connection, accept: true })).toMatchObject({
      added: true,
    });
    expect(readFileSync(join(server.folder, "known_hosts"), "utf8")).not.toContain(
      await sshd.hostKey("ed25519"),
    );
    expect(await post(server, "/ssh/test", { ssh_connection })).toMatchObject({
      success: false,
      code: "host_verification_needed",
      message: expect.stringContaining("has changed") as unknown,
    });
    expect(await post(server, "/ssh/verify-host", { ssh_connection })).toMatchObject({
      changed: true,
      old_fingerprints: shown["fingerprints"],
      fingerprints: [shownBy(sshd)],
    });
  });

  test("wants the fingerprint of a changed key named, and says which is wrong", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    const ssh_connection = pasteOf(sshd);
    const old = await post(server, "/ssh/verify-host", { ssh_connection });
    await post(server, "/ssh/verify-host", { ssh_connection, accept: true });
    await sshd.changeHostKeys();
    await post(server, "/ssh/verify-host", { ssh_connection });
    const refused = await post(server, "/ssh/verify-host", { ssh_connection, accept: true });
    expect(refused).toMatchObject({ status: 400, success: false, field: "fingerprint" });
    const fingerprint = shaOf((old["fingerprints"] as string[])[0] ?? "");
    expect(
      await post(server, "/ssh/verify-host", { ssh_connection, accept: true, fingerprint }),
    ).toMatchObject({
      status: 409,
      field: "fingerprint",
    });
    expect(await post(server, "/ssh/test", { ssh_connection })).toMatchObject({ success: false });
    const right = shaOf(shownBy(sshd));
    expect(
      await post(server, "/ssh/verify-host", { ssh_connection, accept: true, fingerprint: right }),
    ).toMatchObject({ added: true });
    expect(await post(server, "/ssh/test", { ssh_connection })).toMatchObject({ success: true });
  });

  test("that showed two keys one after the other takes a yes only with the fingerprint", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    const ssh_connection = pasteOf(sshd);
    const first = await post(server, "/ssh/verify-host", { ssh_connection });
    await sshd.changeHostKeys();
    // Somebody else looks; whoever looked first has other keys before their eyes.
    await post(server, "/ssh/verify-host", { ssh_connection });
    expect(await post(server, "/ssh/verify-host", { ssh_connection, accept: true })).toMatchObject({
      status: 400,
      field: "fingerprint",
    });
    const fingerprint = (first["fingerprints"] as string[])[0];
    expect(
      await post(server, "/ssh/verify-host", { ssh_connection, accept: true, fingerprint }),
    ).toMatchObject({
      status: 409,
    });
    expect(
      await post(server, "/ssh/verify-host", { ssh_connection, accept: true, fingerprint: shownBy(sshd) }),
    ).toMatchObject({ added: true });
  });

  test("keeps two ports of one address apart, though the old queue has one name for both", async () => {
    await using one = await startSshd();
    await using other = await startSshd();
    await using server = await startServer();
    await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(one) });
    await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(one), accept: true });
    expect(await post(server, "/ssh/test", { ssh_connection: pasteOf(one) })).toMatchObject({
      success: true,
    });
    expect(
      await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(other), accept: true }),
    ).toMatchObject({
      status: 409,
    });
    expect(await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(other) })).toMatchObject({
      needs_confirmation: true,
      port: other.port,
    });
    const hosts = await server.hosts.list();
    expect(hosts.map(({ instanceId }) => instanceId)).toEqual(["127_0_0_1", "127_0_0_1"]);
  });

  test("says why where nobody listens, and keeps no host of it", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    await sshd.stop();
    expect(await post(server, "/ssh/verify-host", { ssh_connection: pasteOf(sshd) })).toMatchObject({
      status: 503,
      success: false,
      code: "connection_failed",
    });
    expect(await server.hosts.list()).toEqual([]);
  });
});

describe("an answer about keys", () => {
  test("that is yes wakes every job that waits for this host, and no other", async () => {
    await using sshd = await startSshd();
    await using other = await startSshd();
    await using server = await startServer({ localJobs: 0 });
    const id = await addHost(server, sshd);
    const jobs = [await blockedJob(server, id, "one"), await blockedJob(server, id, "two")];
    const elsewhere = await blockedJob(server, await addHost(server, other), "three");
    // The page of the old queue shows the job's host and port, and accepts by connection string.
    expect(
      await post(server, "/ssh/verify-host", {
        ssh_connection: pasteOf(sshd, "-L 8080:localhost:8080"),
        accept: true,
      }),
    ).toMatchObject({ added: true, jobs: jobs.map((job) => job.id) });
    expect(await Promise.all(jobs.map((job) => stateOf(server, job)))).toEqual(["pending", "pending"]);
    expect(await stateOf(server, elsewhere)).toBe("blocked");
  });

  test("that is no fails them, with the reason", async () => {
    await using sshd = await startSshd();
    await using server = await startServer({ localJobs: 0 });
    const id = await addHost(server, sshd);
    const job = await blockedJob(server, id, "one");
    expect(await post(server, `/hosts/${id}/verify`, { reject: true })).toMatchObject({
      success: true,
      added: false,
      rejected: true,
      jobs: [job.id],
    });
    expect(await call(server, "GET", `/jobs/${job.id}`)).toMatchObject({
      error: {
        code: "host_key_rejected",
        message: expect.stringContaining(`127.0.0.1:${sshd.port}`) as unknown,
      },
    });
    expect(await post(server, `/hosts/${id}/verify`, { accept: true })).toMatchObject({ status: 409 });
  });

  test("wakes jobs of a key that is known by now, however it became so", async () => {
    await using sshd = await startSshd();
    await using server = await startServer({ localJobs: 0 });
    const id = await addHost(server, sshd);
    const job = await blockedJob(server, id, "one");
    // As after a crash between the two, or by a person's own hand.
    await writeFile(join(server.folder, "known_hosts"), `haulyard-${id} ${await sshd.hostKey("ed25519")}\n`);
    expect(await post(server, `/hosts/${id}/verify`)).toMatchObject({ needs_confirmation: false });
    expect(await stateOf(server, job)).toBe("pending");
  });

  test("outlives a restart of the server between question and answer", async () => {
    await using sshd = await startSshd();
    await using before = await startServer();
    const { host_id } = await post(before, "/ssh/verify-host", { ssh_connection: pasteOf(sshd) });
    await before.stop();
    await using after = await startServer({ folder: before.folder });
    expect(await call(after, "GET", `/hosts/${String(host_id)}`)).toMatchObject({
      question: { changed: false, fingerprints: [shownBy(sshd)], fingerprint_needed: false },
    });
    expect(await post(after, `/hosts/${String(host_id)}/verify`, { accept: true })).toMatchObject({
      added: true,
    });
    expect(await post(after, "/ssh/test", { ssh_connection: pasteOf(sshd) })).toMatchObject({
      success: true,
    });
  });
});

describe("POST /ssh/test", () => {
  test("says how long an answer takes, and that a person has to look at an unknown key", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    const ssh_connection = pasteOf(sshd);
    expect(await post(server, "/ssh/test", { ssh_connection })).toEqual({
      status: 200,
      success: false,
      code: "host_verification_needed",
      message: expect.stringContaining(`127.0.0.1:${sshd.port}`) as unknown,
      needs_confirmation: true,
    });
    expect(await server.hosts.list()).toEqual([]);
    await post(server, "/ssh/verify-host", { ssh_connection });
    await post(server, "/ssh/verify-host", { ssh_connection, accept: true });
    const tested = await post(server, "/ssh/test", { ssh_connection });
    expect(tested).toEqual({
      status: 200,
      success: true,
      message: expect.any(String) as unknown,
      latency_ms: expect.any(Number) as unknown,
    });
    expect((await server.hosts.list())[0]?.lastSeenAt).not.toBeNull();
  });

  test("keeps the question about a changed key until it is answered", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    const ssh_connection = pasteOf(sshd);
    await post(server, "/ssh/verify-host", { ssh_connection });
    await post(server, "/ssh/verify-host", { ssh_connection, accept: true });
    await post(server, "/ssh/test", { ssh_connection });
    const question = async () => (await server.hosts.list())[0]?.question ?? null;
    expect(await question()).toBeNull();
    await sshd.changeHostKeys();
    await post(server, "/ssh/test", { ssh_connection });
    expect(await question()).toMatchObject({ question: { kind: "host_key_changed" } });
    const fingerprint = shaOf(shownBy(sshd));
    await post(server, "/ssh/verify-host", { ssh_connection, accept: true, fingerprint });
    expect(await question()).toBeNull();
    expect(await post(server, "/ssh/test", { ssh_connection })).toMatchObject({ success: true });
    expect(await question()).toBeNull();
  });

  test("says what is wrong where commands cannot be run", async () => {
    await using sshd = await startSshd();
    await using menu = await startSshd({ loginShell: "echo Welcome to the menu; exit 1" });
    await using server = await startServer();
    const stranger = `ssh -p ${sshd.port} nobody-at-all@127.0.0.1`;
    for (const ssh_connection of [stranger, pasteOf(menu)]) {
      await post(server, "/ssh/verify-host", { ssh_connection });
      await post(server, "/ssh/verify-host", { ssh_connection, accept: true });
    }
    expect(await post(server, "/ssh/test", { ssh_connection: stranger })).toMatchObject({
      success: false,
      code: "login_refused",
    });
    expect(await post(server, "/ssh/test", { ssh_connection: pasteOf(menu) })).toMatchObject({
      success: false,
      code: "no_shell",
    });
    await sshd.stop();
    expect(await post(server, "/ssh/test", { ssh_connection: pasteOf(sshd) })).toMatchObject({
      success: false,
      code: "connection_failed",
    });
  });
});

describe("a host", () => {
  test("is one however it is pasted, is changed, looked at, and forgotten with its keys", async () => {
    await using sshd = await startSshd();
    await using server = await startServer();
    const made = await post(server, "/hosts", {
      ssh_connection: pasteOf(sshd, "-L 8080:localhost:8080"),
      tags: ["gpu"],
    });
    expect(made).toMatchObject({
      status: 201,
      host: {
        connection: pasteOf(sshd),
        port: sshd.port,
        instance_id: "127_0_0_1",
        tags: ["gpu"],
        label: "127.0.0.1",
      },
      notes: [expect.stringContaining("-L") as unknown],
    });
    const { id } = made["host"] as { id: string };
    const again = `${sshd.user}@127.0.0.1:${sshd.port}`;
    expect(await post(server, "/hosts", { ssh_connection: again, label: "box" })).toMatchObject({
      status: 200,
      // What the shorter string leaves out stays.
      host: { id, label: "box", tags: ["gpu"], connection: pasteOf(sshd) },
    });
    expect(
      await call(server, "PATCH", `/hosts/${id}`, {
        ui_home: join(server.folder, "ui"),
        limits: { jobs: 2 },
      }),
    ).toMatchObject({ status: 200, host: { label: "box", limits: { jobs: 2, connections: null } } });
    expect(await call(server, "PATCH", `/hosts/${id}`, { limits: { connections: 4 } })).toMatchObject({
      host: { limits: { jobs: 2, connections: 4, limit_rate: null } },
    });
    expect(await call(server, "PATCH", `/hosts/${id}`, { limits: { limit_rate: "5M" } })).toMatchObject({
      host: { limits: { jobs: 2, connections: 4, limit_rate: 5 * 1024 ** 2 } },
    });
    expect(await server.hosts.laneLimits()).toEqual([{ lane: `ssh:${id}`, limit: 2 }]);
    expect(await server.hosts.find("BOX")).toMatchObject([{ id }]);
    expect(await server.hosts.find(again)).toMatchObject([{ id }]);

    expect(await post(server, `/hosts/${id}/scan`)).toMatchObject({
      status: 409,
      code: "host_verification_needed",
    });
    await post(server, `/hosts/${id}/verify`);
    await post(server, `/hosts/${id}/verify`, { accept: true });
    await mkdir(join(server.folder, "ui/models/loras"), { recursive: true });
    await writeFile(join(server.folder, "ui/models/loras/a.safetensors"), "12345");
    const scan = await post(server, `/hosts/${id}/scan`);
    expect(scan).toMatchObject({
      status: 200,
      folder: join(server.folder, "ui/models"),
      files: [{ path: "loras/a.safetensors", bytes: 5 }],
      more: false,
      host: { ui_home_exists: true, free_bytes: expect.any(Number) as unknown },
    });
    expect((scan["host"] as { tools: { tool: string }[] }).tools.map(({ tool }) => tool)).toContain(
      "sha256sum",
    );
    const { hosts } = await call(server, "GET", "/hosts");
    expect(hosts).toEqual([scan["host"]]);

    expect(await call(server, "DELETE", `/hosts/${id}`)).toEqual({ status: 200, success: true });
    expect(readFileSync(join(server.folder, "known_hosts"), "utf8")).toBe("");
    expect(await call(server, "GET", `/hosts/${id}`)).toMatchObject({ status: 404 });
  });

  test("with jobs that have not ended is forgotten only with them", async () => {
    await using sshd = await startSshd();
    await using server = await startServer({ localJobs: 0 });
    const id = await addHost(server, sshd);
    const job = await blockedJob(server, id, "one");
    expect(await call(server, "DELETE", `/hosts/${id}`)).toMatchObject({ status: 409, field: "cancel_jobs" });
    expect(await call(server, "DELETE", `/hosts/${id}?cancel_jobs=true`)).toMatchObject({ success: true });
    expect(await stateOf(server, job)).toBe("cancelled");
  });

  test("that moves to another port stays trusted, and what is followed there is met again", async () => {
    await using sshd = await startSshd();
    await using relay = await startTcpRelay({ host: "127.0.0.1", port: sshd.port });
    const folder = await mkdtemp(join(tmpdir(), "haulyard-runs-"));
    await using server = await startServer({ instances: { runs: { pollSeconds: 0.1, folder } } });
    const id = await addHost(server, sshd);
    await post(server, `/hosts/${id}/verify`);
    await post(server, `/hosts/${id}/verify`, { accept: true });
    const runs = await server.hosts.runsAt({ kind: "ssh", hostId: id });
    if (runs === null) throw new Error("no runs");
    const signal = new AbortController().signal;
    const go = join(server.folder, "go");
    const run = `moves-${process.pid}`;
    const spec = { id: run, environment: {}, unset: [], secrets: {}, pathFolders: [], folder: null };
    const steps = [`echo one; until [ -e '${go}' ]; do sleep 0.1; done; echo two`];
    expect(await runs.start({ ...spec, steps }, signal)).toMatchObject({ kind: "state" });
    let output = "";
    let moved = false;
    for await (const event of runs.follow(
      run,
      { generation: 0, offset: 0, step: 0 },
      { signal, unreachableAfterMs: 30_000 },
    )) {
      if (event.kind === "failed" || event.kind === "asked") throw new Error(JSON.stringify(event));
      if (event.kind === "output") output += Buffer.from(event.bytes).toString();
      if (moved || !output.includes("one")) continue;
      moved = true;
      const ssh_connection = `ssh -p ${relay.port} -i ${sshd.keyPath} ${sshd.user}@127.0.0.1`;
      expect(await call(server, "PATCH", `/hosts/${id}`, { ssh_connection })).toMatchObject({ status: 200 });
      expect(await post(server, "/ssh/test", { ssh_connection })).toMatchObject({ success: true });
      await writeFile(go, "");
    }
    expect(output).toBe("one\ntwo\n");
    expect(await runs.clean([run], signal)).toMatchObject({ cleaned: [run] });
    await rm(folder, { recursive: true });
  });
});
