/** Host keys: what a person is asked, and what an answer is worth. Against a real sshd that changes its keys. */
import { readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import type { HostKeyQuestion } from "../src/job/job-state.ts";
import { createRuns } from "../src/shell/runs/create-runs.ts";
import { follow, never, QUICK, specOf, startOk } from "../src/shell/runs/suite/under-test.ts";
import type { SshHost } from "../src/shell/ssh/ssh-settings.ts";
import { tryConnection } from "../src/shell/try-connection.ts";
import type { Side } from "./world/instance.ts";
import { connectionOf, createSide, openInstance } from "./world/instance.ts";
import { startSshd } from "./world/sshd.ts";
import { startTcpRelay } from "./world/tcp-relay.ts";

async function questionOf(side: Side, host: SshHost): Promise<HostKeyQuestion> {
  const tried = await tryConnection(side.ssh.shellOf(host), never);
  if (tried.kind !== "asked") throw new Error(`no question: ${JSON.stringify(tried)}`);
  return tried.question;
}

function shaOf(fingerprint: string): string {
  return fingerprint.split(" ")[1] ?? "";
}

describe("an unknown host", () => {
  test("is asked about with every key it has, as ssh-keygen shows them; yes means exactly these", async () => {
    await using sshd = await startSshd({ hostKeys: ["ed25519", "rsa", "ecdsa"] });
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    const question = await questionOf(side, host);
    expect(question).toMatchObject({ kind: "host_key_unknown", host: "127.0.0.1", port: sshd.port });
    expect(question.oldFingerprints).toBeUndefined();
    // The comment of the key stands where the host stands with us.
    const shown = (["ed25519", "ecdsa", "rsa"] as const).map((type) =>
      sshd.fingerprint(type).replace(" test ", ` [127.0.0.1]:${sshd.port} `),
    );
    expect(question.fingerprints).toEqual(shown);
    const lines = await Promise.all(
      (["ed25519", "ecdsa", "rsa"] as const).map(async (type) => `haulyard-box ${await sshd.hostKey(type)}`),
    );
    expect(question.keyLines).toEqual(lines);
    expect(await side.ssh.acceptHostKey(question, null)).toEqual({ kind: "accepted" });
    expect(readFileSync(side.knownHostsPath, "utf8")).toBe(lines.map((line) => `${line}\n`).join(""));
    expect(await tryConnection(side.ssh.shellOf(host), never)).toMatchObject({ kind: "reached" });
  });

  test("that answers with other keys by the time of the yes is not trusted", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    const question = await questionOf(side, host);
    await sshd.changeHostKeys();
    await side.ssh.acceptHostKey(question, null);
    expect(await questionOf(side, host)).toMatchObject({
      kind: "host_key_changed",
      oldFingerprints: question.fingerprints,
    });
  });

  test("is never logged in to before a person has said yes", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    await questionOf(side, { id: "box", connection: connectionOf(sshd) });
    expect(await sshd.accepted()).toBe(0);
  });

  test("is another one at another port of the same address", async () => {
    await using one = await startSshd();
    await using other = await startSshd();
    await using side = await createSide();
    const first = { id: "one", connection: connectionOf(one) };
    const second = { id: "other", connection: connectionOf(other) };
    await side.ssh.acceptHostKey(await questionOf(side, first), null);
    expect(await questionOf(side, second)).toMatchObject({ kind: "host_key_unknown", port: other.port });
    expect(await tryConnection(side.ssh.shellOf(first), never)).toMatchObject({ kind: "reached" });
  });

  test("is the same one at another address: trust is in our record, not in an address", async () => {
    await using sshd = await startSshd();
    await using relay = await startTcpRelay({ host: "127.0.0.1", port: sshd.port });
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    await side.ssh.acceptHostKey(await questionOf(side, host), null);
    const moved = { id: "box", connection: connectionOf(sshd, { port: relay.port }) };
    expect(await tryConnection(side.ssh.shellOf(moved), never)).toMatchObject({ kind: "reached" });
    // And a new record for the address that another host had is asked about anew.
    expect(await questionOf(side, { ...host, id: "another-box" })).toMatchObject({
      kind: "host_key_unknown",
    });
  });
});

describe("a changed host key", () => {
  test("is shown with the old one, and is trusted only by its fingerprint", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    const first = await questionOf(side, host);
    await side.ssh.acceptHostKey(first, null);
    await sshd.changeHostKeys();
    const second = await questionOf(side, host);
    expect(second).toMatchObject({ kind: "host_key_changed", oldFingerprints: first.fingerprints });
    expect(second.fingerprints).toEqual([
      sshd.fingerprint("ed25519").replace(" test ", ` [127.0.0.1]:${sshd.port} `),
    ]);
    for (const fingerprint of [null, shaOf(first.fingerprints[0] ?? "")]) {
      expect(await side.ssh.acceptHostKey(second, fingerprint)).toMatchObject({ kind: "refused" });
      expect(await questionOf(side, host)).toMatchObject({ kind: "host_key_changed" });
    }
    expect(await side.ssh.acceptHostKey(second, shaOf(second.fingerprints[0] ?? ""))).toEqual({
      kind: "accepted",
    });
    expect(await tryConnection(side.ssh.shellOf(host), never)).toMatchObject({ kind: "reached" });
  });

  test("of a type that was not seen before is a changed one, too", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    const host = { id: "box", connection: connectionOf(sshd) };
    await side.ssh.acceptHostKey(await questionOf(side, host), null);
    await sshd.changeHostKeys(["ecdsa"]);
    expect(await questionOf(side, host)).toMatchObject({ kind: "host_key_changed" });
  });

  test("ends the following of a run with the question, and the run is met again after the answer", async () => {
    await using instance = await openInstance({ runs: QUICK });
    const spec = specOf([`until [ -e ${instance.work}/go ]; do sleep 0.1; done; echo done`]);
    await startOk(instance.runs, spec);
    const following = follow(instance.runs, spec.id);
    await instance.sshd.changeHostKeys();
    await instance.sshd.killConnections();
    const { end } = await following;
    if (end?.kind !== "asked") throw new Error(JSON.stringify(end));
    expect(end.question).toMatchObject({ kind: "host_key_changed" });
    await instance.side.ssh.acceptHostKey(end.question, shaOf(end.question.fingerprints[0] ?? ""));
    writeFileSync(`${instance.work}/go`, "");
    expect((await follow(instance.runs, spec.id)).output).toEqual(["done\n"]);
  });

  test("met by a session that came too late to share the old connection is asked about by the next one", async () => {
    await using instance = await openInstance();
    const { host, side, sshd } = instance;
    const shell = side.ssh.shellOf(host);
    // It stands, and goes on standing.
    expect(await tryConnection(shell, never)).toMatchObject({ kind: "reached" });
    await sshd.changeHostKeys();
    const sockets = readdirSync(side.folder, { recursive: true, encoding: "utf8" }).filter((path) =>
      path.endsWith(".sock"),
    );
    expect(sockets).toHaveLength(1);
    rmSync(join(side.folder, sockets[0] ?? ""));
    expect(await tryConnection(shell, never)).toMatchObject({
      kind: "failed",
      failure: { code: "connection_lost", retryable: true },
    });
    expect(await questionOf(side, host)).toMatchObject({ kind: "host_key_changed" });
  });

  test("that a person has marked as stolen is refused without a question", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    writeFileSync(side.knownHostsPath, `@revoked haulyard-box ${await sshd.hostKey("ed25519")}\n`);
    const shell = side.ssh.shellOf({ id: "box", connection: connectionOf(sshd) });
    expect(await tryConnection(shell, never)).toMatchObject({
      kind: "failed",
      failure: { code: "host_key_revoked", retryable: false },
    });
  });

  test("is asked about anew once the host was forgotten", async () => {
    await using instance = await openInstance();
    await instance.sshd.changeHostKeys();
    await instance.side.ssh.forgetHostKey(instance.host.id);
    await instance.side.ssh.leave(instance.host.id);
    expect(await questionOf(instance.side, instance.host)).toMatchObject({ kind: "host_key_unknown" });
  });
});

describe("through machines in between", () => {
  test("each of them is asked about, the nearest first, and then the instance", async () => {
    await using far = await startSshd();
    await using near = await startSshd();
    await using target = await startSshd();
    // Jumps are logged in to with what the person's configuration says.
    await using side = await createSide();
    const config = `${side.folder}/config`;
    writeFileSync(
      config,
      [near, far]
        .map(
          (sshd) =>
            `Match originalhost 127.0.0.1 exec "test %p = ${sshd.port}"\n  IdentityFile ${sshd.keyPath}\n`,
        )
        .join(""),
    );
    await using jumping = await createSide({ configPaths: [config] });
    const jumps = [near, far].map((sshd) => ({ user: sshd.user, host: "127.0.0.1", port: sshd.port }));
    const host = { id: "box", connection: connectionOf(target, { jumps }) };
    const asked: HostKeyQuestion[] = [];
    for (const sshd of [near, far, target]) {
      const question = await questionOf(jumping, host);
      expect(question).toMatchObject({ kind: "host_key_unknown", port: sshd.port });
      expect(shaOf(question.fingerprints[0] ?? "")).toBe(shaOf(sshd.fingerprint("ed25519")));
      await jumping.ssh.acceptHostKey(question, null);
      asked.push(question);
    }
    expect(asked.map((question) => question.keyLines[0]?.split(" ")[0])).toEqual([
      `[127.0.0.1]:${near.port}`,
      `[127.0.0.1]:${far.port}`,
      "haulyard-box",
    ]);
    const runs = createRuns(jumping.ssh.shellOf(host), { ...QUICK, folder: `${jumping.folder}/runs` });
    const spec = specOf(["echo $SSH_CONNECTION"]);
    await startOk(runs, spec);
    expect((await follow(runs, spec.id)).output[0]).toContain(` 127.0.0.1 ${target.port}\n`);

    // A machine in between that changes its key is one that is changed.
    await far.changeHostKeys();
    await jumping.ssh.leave("box");
    const changed = await questionOf(jumping, host);
    expect(changed).toMatchObject({
      kind: "host_key_changed",
      port: far.port,
      oldFingerprints: asked[1]?.fingerprints,
    });
  });
});

test("what is shown can be asked for without a run: the keys offered now, or that they are trusted", async () => {
  await using sshd = await startSshd();
  await using side = await createSide();
  const host = { id: "box", connection: connectionOf(sshd) };
  const asked = await side.ssh.askHostKey(host, never);
  expect(asked).toMatchObject({ kind: "asked", question: { kind: "host_key_unknown" } });
  if (asked.kind !== "asked") throw new Error(asked.kind);
  await side.ssh.acceptHostKey(asked.question, null);
  const { host: address, port, fingerprints } = asked.question;
  expect(await side.ssh.askHostKey(host, never)).toEqual({
    kind: "known",
    host: address,
    port,
    fingerprints,
  });
  await sshd.stop();
  expect(await side.ssh.askHostKey(host, never)).toMatchObject({
    kind: "failed",
    failure: { code: "connection_failed" },
  });
});
