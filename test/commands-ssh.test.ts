/** Commands on an instance behind a real sshd: links that break, servers that die, hosts that ask and reboot. */
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, test } from "vitest";
import type { Job, JobId } from "../src/job/job.ts";
import type { Runs } from "../src/job/run-contract.ts";
import { createRuns } from "../src/shell/runs/create-runs.ts";
import { QUICK, until } from "../src/shell/runs/suite/under-test.ts";
import { openCable } from "./world/cable.ts";
import type { CommandQueue } from "./world/command-queue.ts";
import { commandOf, openCommandQueue } from "./world/command-queue.ts";
import { waitFor } from "./world/haulyard.ts";
import { connectionOf, createSide, openInstance } from "./world/instance.ts";
import { startOrigin } from "./world/origin.ts";
import { startSshd } from "./world/sshd.ts";

const SIZE = 4_000_000;
const PLACE = { kind: "ssh", hostId: "instance-1" } as const;

async function stageOf(queue: CommandQueue, id: JobId, stage: Job["progress"]["stage"]): Promise<Job | null> {
  return waitFor(
    `${stage} of ${id}`,
    () => queue.engine.get(id),
    (job) => job?.progress.stage === stage,
  );
}

describe("the link to the instance", () => {
  test("may be cut for a while: the job stays at work and says so, and the origin is asked once", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 800_000 } });
    await using cable = await openCable(QUICK);
    const { relay, instance } = cable;
    await using queue = await openCommandQueue({ runs: instance.runs, place: PLACE });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, instance.work, { size: SIZE }),
    ]);
    await origin.until(() => origin.bytesSent("/big.bin") > 400_000);
    relay.set("refuse");
    relay.cut();
    const cut = await stageOf(queue, job.id, "reconnecting");
    expect(cut?.state.kind).toBe("running");
    expect(cut?.progress.note).toMatch(/./);
    await sleep(2000);
    relay.set("pass");
    const done = await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin")).toHaveLength(1);
    expect(statSync(join(instance.work, "big.bin")).size).toBe(SIZE);
    expect(done.progress).toMatchObject({ bytesDone: SIZE, attempt: 1 });
    expect((await queue.log(job.id)).match(/Saving to|100%/g)).toEqual(["Saving to", "100%"]);
  });

  test("that stays cut fails the job in the end; the command goes on, and a retry meets it", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 400_000 } });
    await using cable = await openCable(QUICK);
    const { relay, instance } = cable;
    await using queue = await openCommandQueue({
      runs: instance.runs,
      place: PLACE,
      commands: { unreachableMs: () => 2_000 },
    });
    const job = await queue.add([commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, instance.work)]);
    await origin.until(() => origin.bytesSent("/big.bin") > 400_000);
    relay.set("refuse");
    relay.cut();
    const failed = await queue.until(job.id, "failed");
    expect(failed.state).toMatchObject({ failure: { code: "unreachable" } });
    relay.set("pass");
    await queue.engine.act(job.id, "retry");
    await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin")).toHaveLength(1);
  });

  test("that is down when a job is cancelled does not keep it: what goes on there is ended by the next job", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 20_000 } });
    await using cable = await openCable(QUICK);
    const { relay, instance } = cable;
    await using queue = await openCommandQueue({
      runs: instance.runs,
      place: PLACE,
      commands: { unreachableMs: () => 2_000 },
    });
    const job = await queue.add([commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, instance.work)]);
    await origin.until(() => origin.bytesSent("/big.bin") > 20_000);
    relay.set("refuse");
    relay.cut();
    await queue.engine.act(job.id, "cancel");
    await queue.until(job.id, "cancelled");
    const history = await queue.engine.history(job.id);
    expect(history?.at(-1)?.reason).toMatch(/could not be stopped/);
    relay.set("pass");
    await queue.engine.act(job.id, "remove");
    const next = await queue.add([commandOf('touch "$UI_HOME/next"', instance.work)]);
    await queue.until(next.id, "complete");
    await origin.until(() => origin.seen("/big.bin")[0]?.end !== "open");
    expect(origin.seen("/big.bin")[0]?.end).toBe("client_left");
    await until("both runs are cleaned away", () => readdirSync(instance.folder).length === 0);
  });
});

describe("an instance whose key is not known", () => {
  test("is asked about; once it is accepted the job goes on without another word, and a refusal fails it", async () => {
    await using sshd = await startSshd();
    await using side = await createSide();
    const host = { id: "instance-1", connection: connectionOf(sshd) };
    await using instance = await openInstance();
    const runsAt = async (): Promise<Runs> =>
      createRuns(side.ssh.shellOf(host), { folder: join(side.folder, "runs"), ...QUICK });
    await using queue = await openCommandQueue({
      runs: instance.runs,
      place: PLACE,
      commands: {
        hosts: {
          get: async () => null,
          runsAt,
          lookAt: async () => ({ kind: "unknown" }),
          removeAt: async () => ({ kind: "unknown" }),
        },
      },
    });
    const job = await queue.add([commandOf('touch "$UI_HOME/done"', instance.work)]);
    const blocked = await queue.until(job.id, "blocked");
    if (blocked.state.kind !== "blocked") throw new Error("not blocked");
    const { question } = blocked.state;
    expect(question.fingerprints).toEqual([
      expect.stringContaining(sshd.fingerprint("ed25519").split(" ")[1] ?? "?") as string,
    ]);
    await side.ssh.acceptHostKey(question, null);
    await queue.store.apply(job.id, { type: "answer", accept: true }, Date.now());
    await queue.until(job.id, "complete");

    await sshd.changeHostKeys();
    await side.ssh.leave(host.id);
    const other = await queue.add([commandOf("true", instance.work)]);
    const asked = await queue.until(other.id, "blocked");
    expect(asked.state).toMatchObject({ question: { kind: "host_key_changed" } });
    await queue.store.apply(other.id, { type: "answer", accept: false }, Date.now());
    expect((await queue.until(other.id, "failed")).state).toMatchObject({
      failure: { code: "host_key_rejected" },
    });
  });

  test("and changes while a command runs: the job asks, the command goes on, and is met once it is accepted", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 30_000 } });
    await using sshd = await startSshd();
    await using instance = await openInstance({ sshd, runs: QUICK });
    await using queue = await openCommandQueue({ runs: instance.runs, place: PLACE });
    const job = await queue.add([commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, instance.work)]);
    await origin.until(() => origin.bytesSent("/big.bin") > 30_000);
    await sshd.changeHostKeys();
    await sshd.killConnections();
    const blocked = await queue.until(job.id, "blocked");
    if (blocked.state.kind !== "blocked") throw new Error("not blocked");
    const { question } = blocked.state;
    expect(question.kind).toBe("host_key_changed");
    const size = statSync(join(instance.work, "big.bin")).size;
    await until("the file grows", () => statSync(join(instance.work, "big.bin")).size > size);
    origin.release("/big.bin");
    const fingerprint = sshd.fingerprint("ed25519").split(" ")[1] ?? "";
    expect(await instance.side.ssh.acceptHostKey(question, fingerprint)).toEqual({ kind: "accepted" });
    await queue.store.apply(job.id, { type: "answer", accept: true }, Date.now());
    await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin")).toHaveLength(1);
  });
});

describe("an instance that was started anew", () => {
  test("gets the command again, and wget goes on from the bytes that are there", async () => {
    await using origin = await startOrigin({ "/big.bin": { size: SIZE, bytesPerSecond: 1_000_000 } });
    await using sshd = await startSshd();
    await using first = await openInstance({ sshd });
    const boot = join(first.work, "boot_id");
    writeFileSync(boot, "first\n");
    await using instance = await openInstance({ sshd, runs: { ...QUICK, bootIdPath: boot } });
    await using queue = await openCommandQueue({ runs: instance.runs, place: PLACE });
    const job = await queue.add([
      commandOf(`wget -P "$UI_HOME" ${origin.url}/big.bin`, instance.work, { size: SIZE }),
    ]);
    await origin.until(() => origin.bytesSent("/big.bin") > SIZE / 4);
    // What a power cut does: all processes gone at once, so that none sees another one end; another boot id.
    const pids = pidsOfRuns(instance.folder);
    for (const signal of ["SIGSTOP", "SIGKILL"]) for (const pid of pids) process.kill(pid, signal);
    writeFileSync(boot, "second\n");
    await queue.until(job.id, "complete");
    expect(origin.seen("/big.bin").map(({ range }) => range?.replace(/\d+/, "N") ?? null)).toEqual([
      null,
      "bytes=N-",
    ]);
    expect(statSync(join(instance.work, "big.bin")).size).toBe(SIZE);
    expect(readdirSync(instance.work).filter((name) => name.startsWith("big"))).toEqual(["big.bin"]);
    const reasons = (await queue.engine.history(job.id))?.map(({ reason }) => reason).join("\n");
    expect(reasons).toMatch(/started anew|vanished/);
  });
});

/** Everything that runs for runs of this folder, by the mark it bears. */
function pidsOfRuns(folder: string): number[] {
  const ids = readdirSync(folder);
  return readdirSync("/proc").flatMap((entry) => {
    if (!/^\d+$/.test(entry)) return [];
    try {
      const environment = readFileSync(`/proc/${entry}/environ`, "latin1").split("\0");
      const isOurs = ids.some(
        (id) =>
          environment.includes(`HAULYARD_RUN=${id}`) || environment.includes(`HAULYARD_SUPERVISOR=${id}`),
      );
      return isOurs ? [Number(entry)] : [];
    } catch {
      return [];
    }
  });
}

describe("the queue of an instance", () => {
  test("lets one command job run at a time, in order, the urgent first; other instances do not wait", async () => {
    await using instance = await openInstance({ runs: QUICK });
    await using queue = await openCommandQueue({ runs: instance.runs, place: PLACE });
    // The first one is at work until all the others were asked for, and the one that does not wait has begun.
    const line = (name: string): string =>
      `echo begin ${name} >> "$UI_HOME/order"; ${name === "one" ? 'until [ -e "$UI_HOME/go" ]; do sleep 0.1; done' : "sleep 0.3"}; echo end ${name} >> "$UI_HOME/order"`;
    const order = (): string => readFileSync(join(instance.work, "order"), "utf8");
    const add = (name: string, more = {}): Promise<Job> =>
      queue.add([commandOf(line(name), instance.work)], more);
    const one = await add("one");
    await until("the first one runs", () => existsSync(join(instance.work, "order")));
    const ids = [
      one,
      await add("two"),
      await add("three"),
      await add("urgent", { priority: 5 }),
      await add("elsewhere", { place: { kind: "ssh", hostId: "instance-2" } }),
    ].map(({ id }) => id);
    await until("the other instance is at work", () => order().includes("begin elsewhere"));
    writeFileSync(join(instance.work, "go"), "");
    for (const id of ids) await queue.until(id, "complete");
    const lines = order().trim().split("\n");
    const here = lines.filter((each) => !each.endsWith("elsewhere"));
    expect(here).toEqual(
      ["one", "urgent", "two", "three"].flatMap((name) => [`begin ${name}`, `end ${name}`]),
    );
    expect(lines.indexOf("begin elsewhere")).toBeLessThan(lines.indexOf("begin two"));
  });
});
