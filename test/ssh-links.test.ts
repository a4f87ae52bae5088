/** Connections to instances: how they break, what is said of it, and how they come back. */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import type { AddressInfo, Socket } from "node:net";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { RunEvent } from "../src/job/run-contract.ts";
import { LOG_START } from "../src/job/run-contract.ts";
import { createRuns } from "../src/shell/runs/create-runs.ts";
import { follow, never, QUICK, specOf, startOk, until } from "../src/shell/runs/suite/under-test.ts";
import { tryConnection } from "../src/shell/try-connection.ts";
import { findProgram } from "../tools/test-tools.ts";
import { startAwakeTime } from "./world/awake-time.ts";
import { openCable } from "./world/cable.ts";
import { commandOf, openCommandQueue } from "./world/command-queue.ts";
import { connectionOf, createSide, openInstance, trust } from "./world/instance.ts";
import { startOrigin } from "./world/origin.ts";
import { sshProcessesWith } from "./world/processes.ts";
import { startSshd } from "./world/sshd.ts";
import { startTcpRelay } from "./world/tcp-relay.ts";

const PLACE = { kind: "ssh", hostId: "instance-1" } as const;

/** Prints a line twenty times a second for as long as it takes. */
function endless(work: string): string {
  return `i=0; until [ -e ${work}/stop ]; do i=$((i+1)); echo line $i; sleep 0.05; done; echo end`;
}

/** Whether the lines come in order, none lost, none twice. */
function expectAllLines(output: string | undefined): void {
  const lines = (output ?? "").trimEnd().split("\n");
  expect(lines.at(-1)).toBe("end");
  expect(lines.slice(0, -1)).toEqual(lines.slice(0, -1).map((_, nth) => `line ${nth + 1}`));
}

describe.concurrent("a link that breaks", () => {
  test("for a minute, and says nothing: the job stays at work, tells of it meanwhile, and its file is fetched once", async () => {
    const size = 7_000_000;
    await using origin = await startOrigin({ "/big.bin": { size, bytesPerSecond: 100_000 } });
    await using cable = await openCable(QUICK);
    const { relay, instance } = cable;
    await using queue = await openCommandQueue({ runs: instance.runs, place: PLACE });
    const { work } = instance;
    const line = `wget -q -P "$UI_HOME" ${origin.url}/big.bin & ${endless(work)}; wait`;
    const job = await queue.add([commandOf(line, work)]);
    await until("its output is read", async () => (await queue.log(job.id)).includes("line 20"));

    using awake = startAwakeTime();
    const seen: { kind: string; stage: string | null; atMs: number }[] = [];
    const look = async (): Promise<void> => {
      const now = await queue.engine.get(job.id);
      seen.push({
        kind: now?.state.kind ?? "gone",
        stage: now?.progress.stage ?? null,
        atMs: awake.passedMs(),
      });
      await sleep(100);
    };
    relay.set("swallow");
    // A minute in all: some tries to connect end in nothing, too.
    while (awake.passedMs() < 60_000) await look();
    const noticed = seen.find(({ stage }) => stage === "reconnecting");
    expect(noticed).toBeDefined();
    const fetched = statSync(join(work, "big.bin")).size;
    expect(fetched).toBeGreaterThan(size / 2);
    relay.set("pass");
    while (seen.at(-1)?.stage !== "downloading") await look();
    expect(new Set(seen.map(({ kind }) => kind))).toEqual(new Set(["running"]));

    writeFileSync(join(work, "stop"), "");
    await queue.until(job.id, "complete");
    expectAllLines((await queue.log(job.id)).replace(/^(?:[$>] .*\n)+/, ""));
    expect(origin.seen("/big.bin")).toHaveLength(1);
    expect(statSync(join(work, "big.bin")).size).toBe(size);
  });

  test("is mended at once when it is cut clean", async () => {
    await using cable = await openCable(QUICK);
    const { relay, instance } = cable;
    const spec = specOf([endless(instance.work)]);
    await startOk(instance.runs, spec);
    const following = follow(instance.runs, spec.id);
    for (let nth = 0; nth < 3; nth += 1) {
      await sleep(1000);
      relay.cut();
    }
    // Nobody answers for a while.
    relay.set("refuse");
    relay.cut();
    await sleep(3000);
    relay.set("pass");
    writeFileSync(join(instance.work, "stop"), "");
    const { output, events } = await following;
    expectAllLines(output[0]);
    expect(events.some((event) => event.kind === "reconnecting")).toBe(true);
  });

  test("for longer than was allowed ends the following; a later one meets the run again", async () => {
    await using cable = await openCable(QUICK);
    const { relay, instance } = cable;
    const spec = specOf([endless(instance.work)]);
    await startOk(instance.runs, spec);
    relay.set("refuse");
    relay.cut();
    const events: RunEvent[] = [];
    for await (const event of instance.runs.follow(spec.id, LOG_START, {
      signal: never,
      unreachableAfterMs: 3000,
    }))
      events.push(event);
    expect(events.at(-1)).toMatchObject({
      kind: "failed",
      failure: { code: "unreachable", retryable: true },
    });
    expect(await instance.runs.state(spec.id, never)).toMatchObject({
      kind: "failed",
      failure: { retryable: true },
    });
    relay.set("pass");
    writeFileSync(join(instance.work, "stop"), "");
    expectAllLines((await follow(instance.runs, spec.id)).output[0]);
  });
});

describe.concurrent("what is said of an instance that cannot be reached", () => {
  test("nobody listens there", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    await sshd.stop();
    const shell = side.ssh.shellOf({ id: "box", connection: connectionOf(sshd) });
    expect(await tryConnection(shell, never)).toMatchObject({
      kind: "failed",
      failure: {
        code: "connection_failed",
        message: expect.stringMatching(/refused.*no ssh server/) as string,
      },
    });
  });

  test("its name is none", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    // Longer than a name may be (RFC 1035 §2.3.4): nobody is asked.
    const connection = connectionOf(sshd, { host: "x".repeat(64) });
    expect(await tryConnection(side.ssh.shellOf({ id: "box", connection }), never)).toMatchObject({
      kind: "failed",
      failure: { code: "dns_failed" },
    });
  });

  test("it refuses the login, with a hint if the key is to blame", async () => {
    await using instance = await openInstance();
    const { ssh, folder } = instance.side;
    const key = join(folder, "stranger");
    execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const refusedWith = async (): Promise<unknown> => {
      const connection = connectionOf(instance.sshd, { identityFiles: [key] });
      await ssh.leave(instance.host.id);
      return tryConnection(ssh.shellOf({ id: instance.host.id, connection }), never);
    };
    expect(await refusedWith()).toMatchObject({ failure: { code: "login_refused", retryable: false } });
    // The right one, but for all to read. ssh looks at the private half only if the server likes the public one.
    copyFileSync(instance.sshd.keyPath, key);
    rmSync(`${key}.pub`);
    chmodSync(key, 0o644);
    expect(await refusedWith()).toMatchObject({
      failure: { code: "login_refused", advice: expect.stringMatching(/chmod 600/) as string },
    });
  });

  test("it does not get to know too many keys", async () => {
    await using sshd = await startSshd({ config: ["MaxAuthTries 2"] });
    await using side = await createSide();
    const keys = [1, 2, 3].map((nth) => join(side.folder, `key-${nth}`));
    for (const key of keys) execFileSync("ssh-keygen", ["-q", "-t", "ed25519", "-N", "", "-f", key]);
    const host = { id: "box", connection: connectionOf(sshd, { identityFiles: keys }) };
    await trust(side.ssh, host);
    expect(await tryConnection(side.ssh.shellOf(host), never)).toMatchObject({
      failure: { code: "login_refused", advice: expect.stringMatching(/-i/) as string },
    });
  });

  test.each<[string, (socket: Socket) => void, string, RegExp]>([
    ["says nothing at all", () => {}, "timed_out", /did not answer|in time/],
    [
      "stops after its banner",
      (socket) => void socket.write("SSH-2.0-OpenSSH_9.2\r\n"),
      "timed_out",
      /in time/,
    ],
    ["hangs up", (socket) => void socket.end(), "connection_failed", /closed the connection/],
    [
      "is no ssh server",
      (socket) => void socket.end("HTTP/1.1 400 Bad Request\r\n\r\n"),
      "connection_failed",
      /before any login/,
    ],
  ])("the server %s", async (_, serve, code, message) => {
    await using sshd = await startSshd();
    await using side = await createSide();
    const sockets = new Set<Socket>();
    const server = createServer((socket) => {
      sockets.add(socket);
      socket.on("error", () => {});
      socket.resume();
      serve(socket);
    });
    await new Promise<void>((resolve) => {
      server.listen(0, "127.0.0.1", resolve);
    });
    const connection = connectionOf(sshd, { port: (server.address() as AddressInfo).port });
    const tried = await tryConnection(side.ssh.shellOf({ id: "box", connection }), never);
    expect(tried).toMatchObject({
      kind: "failed",
      failure: { code, message: expect.stringMatching(message) as string, retryable: true },
    });
    for (const socket of sockets) socket.destroy();
    server.close();
  });

  test.each([
    ["ends", "echo 'Error: Your SSH client does not support PTY.'", false],
    // It may be an instance with a long greeting and much to do.
    ["waits", "echo 'Welcome to the proxy! Choose:'; cat >/dev/null", true],
  ])("it is a provider's proxy that lets nobody run commands and %s", async (_, loginShell, retryable) => {
    await using sshd = await startSshd({ loginShell });
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    await trust(side.ssh, host);
    expect(await tryConnection(side.ssh.shellOf(host), never)).toMatchObject({
      kind: "failed",
      failure: {
        code: "no_shell",
        message: expect.stringMatching(/it says '(?:Error: Your|Welcome to)/) as string,
        advice: expect.stringMatching(/direct address/) as string,
        retryable,
      },
    });
  });

  test("it takes the login, and has too much to do for more: that is worth another try", async () => {
    await using sshd = await startSshd({ loginShell: "exec sleep 60" });
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    await trust(side.ssh, host);
    expect(await tryConnection(side.ssh.shellOf(host), never)).toMatchObject({
      kind: "failed",
      failure: {
        code: "timed_out",
        message: expect.stringMatching(/took the login/) as string,
        retryable: true,
      },
    });
  });

  test("there is no ssh on this machine", async () => {
    await using sshd = await startSshd();
    await using side = await createSide({ program: "/no/such/ssh" });
    expect(
      await tryConnection(side.ssh.shellOf({ id: "box", connection: connectionOf(sshd) }), never),
    ).toMatchObject({
      failure: {
        code: "ssh_failed",
        message: expect.stringMatching(/could not be started: ENOENT/) as string,
      },
    });
  });

  test("who asked is told to stop", async () => {
    await using sshd = await startSshd();
    await using relay = await startTcpRelay({ host: "127.0.0.1", port: sshd.port });
    relay.set("swallow");
    await using side = await createSide();
    const stop = new AbortController();
    const connection = connectionOf(sshd, { port: relay.port });
    const trying = tryConnection(side.ssh.shellOf({ id: "box", connection }), stop.signal);
    await sleep(500);
    stop.abort();
    expect(await trying).toEqual({ kind: "stopped" });
  });
});

const LOGIN_SHELLS = ["bash", "dash", "zsh", "fish", "tcsh", "mksh", "busybox ash"].filter(
  (shell) => findProgram(shell.split(" ")[0] ?? "") !== null,
);

describe.concurrent("whatever the login shell is and says", () => {
  test.each(LOGIN_SHELLS)("%s", async (shell) => {
    // Login files that talk, without a line end and on both streams, and look a little like us.
    const noise = `echo 'Last login: today'; printf '@@haulyard-x state exited 0 0 -'; echo oops >&2`;
    await using sshd = await startSshd({ loginShell: `${noise}\nexec ${shell} -c "$SSH_ORIGINAL_COMMAND"` });
    await using instance = await openInstance({ sshd, runs: QUICK });
    const spec = specOf([`echo "it's $NAME"`, "echo err >&2; exit 4"], {
      environment: { NAME: 'a "b" $c\n!d' },
    });
    await startOk(instance.runs, spec);
    const { output, end } = await follow(instance.runs, spec.id);
    expect(output).toEqual(['it\'s a "b" $c\n!d\n', "err\n"]);
    expect(end).toMatchObject({ state: { kind: "exited", code: 4, step: 1 } });
    const stuck = specOf(["sleep 300"]);
    await startOk(instance.runs, stuck);
    expect(await instance.runs.cancel(stuck.id, never)).toEqual({
      kind: "state",
      state: { kind: "cancelled" },
    });
  });
});

describe.concurrent("one connection for all", () => {
  test("is made once, however many ask at the same time", async () => {
    await using instance = await openInstance({ runs: QUICK });
    const before = await instance.sshd.accepted();
    await Promise.all(Array.from({ length: 12 }, (_, nth) => instance.runs.state(`run-${nth}`, never)));
    expect((await instance.sshd.accepted()) - before).toBe(1);
  });

  test("is not needed where the server allows one session only", async () => {
    await using sshd = await startSshd({ config: ["MaxSessions 1"] });
    await using instance = await openInstance({ sshd, runs: QUICK });
    const spec = specOf(["echo hi"]);
    await startOk(instance.runs, spec);
    expect((await follow(instance.runs, spec.id)).output).toEqual(["hi\n"]);
  });

  test("is closed when nobody needs it, and when we end", async () => {
    await using instance = await openInstance({ runs: QUICK, ssh: { shell: { idleLimitMs: 300 } } });
    const ours = (): string[] => sshProcessesWith(instance.side.folder);
    await instance.runs.state("x", never);
    await until("only the connection's holder is left", () => ours().length === 1);
    await until("it is closed", () => ours().length === 0);
    await instance.runs.state("x", never);
    await until("only the connection's holder is left", () => ours().length === 1);
    await instance.side[Symbol.asyncDispose]();
    expect(ours()).toEqual([]);
    expect(existsSync(instance.side.folder)).toBe(false);
  });
});

describe.concurrent("a person's own configuration", () => {
  test("gives aliases and keys, and cannot overrule what keeps us safe", async () => {
    await using sshd = await startSshd();
    await using home = await createSide();
    const config = join(home.folder, "config");
    const canary = join(home.folder, "canary");
    writeFileSync(
      config,
      `Host gpu
        HostName 127.0.0.1
        Port ${sshd.port}
        User ${sshd.user}
        IdentityFile ${sshd.keyPath}
        StrictHostKeyChecking no
        UserKnownHostsFile ${home.folder}/theirs
        PermitLocalCommand yes
        LocalCommand touch ${canary}
        RemoteCommand touch ${canary}
        RequestTTY force
        ControlMaster auto
        ControlPath ${home.folder}/%C
        ControlPersist yes
        ForwardAgent yes
        LocalForward 127.0.0.1:8 localhost:1
        ForkAfterAuthentication yes
        LogLevel QUIET
      `,
    );
    await using side = await createSide({ configPaths: [config, join(home.folder, "absent")] });
    const connection = { ...connectionOf(sshd), user: null, host: "gpu", port: null, identityFiles: [] };
    const host = { id: "box", connection };
    const shell = side.ssh.shellOf(host);
    expect(await tryConnection(shell, never)).toMatchObject({
      kind: "asked",
      question: { kind: "host_key_unknown", host: "127.0.0.1", port: sshd.port },
    });
    await trust(side.ssh, host);
    expect(await tryConnection(shell, never)).toMatchObject({ kind: "reached" });
    const runs = createRuns(shell, { ...QUICK, folder: join(side.folder, "runs") });
    const spec = specOf(["tty; echo done"]);
    await startOk(runs, spec);
    expect((await follow(runs, spec.id)).output).toEqual(["not a tty\ndone\n"]);
    expect(readdirSync(home.folder).filter((name) => !name.startsWith("haulyard-ssh"))).toEqual(["config"]);
  });
});
