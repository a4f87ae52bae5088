/** Commands that a download asks for by their names: on a real store, with a real program. */
import { chmod, readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { Job, JobDraft } from "../job/job.ts";
import type { NodeDraft } from "../job/node-contract.ts";
import type { NoticeStore } from "../job/notify/notify-contract.ts";
import { StoreError } from "../store/store-error.ts";
import type { NotificationParts } from "./create-notifications.ts";
import { startNotifier } from "./testing/start-notifier.ts";
import type { TestNotifier } from "./testing/start-notifier.ts";

let under: TestNotifier;
let program: string;
const programs: string[] = [];

beforeEach(() => begin());
async function begin(more: Partial<NotificationParts> = {}): Promise<void> {
  const hooks = { programs, environment: { PATH: "/usr/bin:/bin" }, folder: "/" };
  // A stop waits as long as a slow machine may take.
  under = await startNotifier({ hooks, commandGraceMs: 300_000, ...more });
  program = join(under.folder, "hook.sh");
  await writeFile(
    program,
    '#!/bin/sh\necho "$HAULYARD_PATH" >> "$1"\necho "looked at $HAULYARD_NAME"\n[ -z "$2" ] || exit "$2"\n',
  );
  await chmod(program, 0o755);
  programs.splice(0, programs.length, program);
}
afterEach(() => under[Symbol.asyncDispose]());

const ran = (): string => join(under.folder, "ran");
const addNamed = (name: string, more: string[] = []) =>
  under.add(
    { kind: "command", argv: [program, ran(), ...more], timeoutMs: 60_000 },
    {
      name,
      digestMs: 3_600_000,
      filter: { events: ["failed"], places: ["elsewhere"], sets: ["x"], named: true },
    },
  );

/** A download that was asked for and is complete. */
async function complete(name: string, more: Partial<JobDraft> = {}): Promise<Job> {
  const { store, clock } = under;
  const url = `https://a.org/${name}`;
  const folder = "/models";
  const transfer = { url, mirrors: [], folder, name, size: 1, checksum: null, headers: {} };
  const { job } = await store.insert(
    {
      source: { kind: "url", url },
      place: { kind: "node", name: "here" },
      steps: [{ kind: "transfer", ...transfer, ifExists: "refuse" }],
      name,
      destination: `/models/${name}`,
      priority: 0,
      limitBytesPerSecond: null,
      after: null,
      ...more,
    },
    clock.now(),
  );
  const lanes = ["here", "there"].map((node) => ({ lane: `node:${node}` as const, limit: 9 }));
  const claimed = await store.claim({ owner: "here/9", now: clock.now(), leaseMs: 1e9, lanes });
  const epoch = claimed?.state.kind === "running" ? claimed.state.lease.epoch : 0;
  const done = { type: "step_done", steps: 1, checksumState: null } as const;
  await store.apply(job.id, done, clock.now(), { owner: "here/9", epoch });
  return job;
}

const reasons = async ({ id }: Job): Promise<string[]> =>
  ((await under.store.history(id)) ?? []).map(({ reason }) => reason);
const untilTold = (job: Job, words: string): Promise<void> =>
  under.until(words, async () => (await reasons(job)).some((reason) => reason.includes(words)));

test("a command is run for each download that names it, once, whatever its filter says, and for no other", async () => {
  await addNamed("unpack");
  const plain = await complete("plain.bin");
  const jobs = [];
  for (const name of ["a.bin", "b.bin"]) jobs.push(await complete(name, { afterRun: "unpack" }));
  for (const job of jobs) await untilTold(job, "after it unpack was run: exit code 0");
  expect(await readFile(ran(), "utf8")).toBe("/models/a.bin\n/models/b.bin\n");
  expect((await reasons(plain)).join()).not.toContain("unpack");
});

test("a command that fails leaves the download complete, and its history says how it ended", async () => {
  await addNamed("broken", ["3"]);
  const job = await complete("a.bin", { afterRun: "broken" });
  await untilTold(job, "after it broken was run: exit code 3");
  expect((await under.store.get(job.id))?.state.kind).toBe("complete");
  expect((await under.store.history(job.id))?.at(-1)).toMatchObject({ from: "complete", to: "complete" });
});

test("what a command prints is for admins, with its channel, and not in the history that whoever may look reads", async () => {
  const { id } = await addNamed("unpack");
  const job = await complete("a.bin", { afterRun: "unpack" });
  await untilTold(job, "after it unpack was run");
  expect(await reasons(job)).toContain("after it unpack was run: exit code 0");
  expect((await under.notifier.messages(id, 1))?.[0]?.answer).toBe("exit code 0\nlooked at a.bin");
});

test("a command that is gone by then, or is another thing by that name, is told of in the history", async () => {
  const job = await complete("a.bin", { afterRun: "unpack" });
  await untilTold(job, "there is no such command");
  // A channel of that name that hears of everything is no command that downloads may name.
  await under.add({ kind: "command", argv: [program, ran()], timeoutMs: 60_000 }, { name: "unpack" });
  const other = await complete("b.bin", { afterRun: "unpack" });
  await untilTold(other, "there is no such command");
});

test("a command that an admin has taken from HAULYARD_HOOKS is not run for anybody", async () => {
  await addNamed("unpack");
  programs.length = 0;
  const job = await complete("a.bin", { afterRun: "unpack" });
  await untilTold(job, "Commands are off");
  await expect(readFile(ran())).rejects.toThrow("ENOENT");
});

const machine = (name: string): NodeDraft => ({
  name,
  kind: "worker",
  version: "1.2.3",
  address: null,
  labels: {},
  folders: {},
  run: `${name}/1`,
  tokenHash: null,
});

test("a command is run by the machine that has the file, and one that is away holds up no other", async () => {
  const { store, clock } = under;
  for (const name of ["here", "there"]) await store.nodes.register(machine(name), clock.now());
  await addNamed("unpack");
  const away = await complete("far.bin", { afterRun: "unpack", place: { kind: "node", name: "there" } });
  const job = await complete("a.bin", { afterRun: "unpack" });
  await untilTold(job, "after it unpack was run: exit code 0");
  expect(await readFile(ran(), "utf8")).toBe("/models/a.bin\n");
  expect((await reasons(away)).join()).not.toContain("unpack");
  // It has not been given that program: it says so, instead of another machine that runs it beside no file.
  const hooks = { programs: ["/bin/true"], environment: {}, folder: "/" };
  await under.another({ node: "there", hooks });
  await untilTold(away, "after it unpack was run: HAULYARD_HOOKS does not name");
  expect(await readFile(ran(), "utf8")).toBe("/models/a.bin\n");
});

/** Writes one line when it begins, and one when a file says that it may end. */
async function addSlow(): Promise<string> {
  const go = join(under.folder, "go");
  const script = `#!/bin/sh\necho begun >> "$1"\nuntil [ -e ${go} ]; do sleep 0.05; done\necho ended >> "$1"\n`;
  await writeFile(program, script);
  await addNamed("slow");
  return go;
}
const written = (): Promise<string> => readFile(ran(), "utf8").catch(() => "");
const untilBegun = (): Promise<void> =>
  under.until("it has begun", async () => (await written()).includes("begun\n"));

test("a command that is at work when the server stops ends in peace, and is not run again", async () => {
  const go = await addSlow();
  const job = await complete("a.bin", { afterRun: "slow" });
  await untilBegun();
  const restarted = under.stopAndStart();
  await writeFile(go, "");
  await restarted;
  expect((await reasons(job)).at(-1)).toBe("after it slow was run: exit code 0");
  await under.clock.advance(3_600_000, 60_000);
  expect(await written()).toBe("begun\nended\n");
});

test("a command that takes longer than a stop waits is ended, and its history says so; it is not run again", async () => {
  await under[Symbol.asyncDispose]();
  await begin({ commandGraceMs: 1 });
  await addSlow();
  const job = await complete("a.bin", { afterRun: "slow" });
  await untilBegun();
  await under.stopAndStart();
  expect((await reasons(job)).at(-1)).toBe(
    "after it slow was run: stopped: Haulyard was stopped meanwhile; it is not run again",
  );
  await under.clock.advance(3_600_000, 60_000);
  expect(await written()).toBe("begun\n");
});

test("how a command ended outlives a long outage of the store, and the command is not run again", async () => {
  const { store, clock } = under;
  await addNamed("unpack");
  let isAway = true;
  let tried = 0;
  const flaky: NoticeStore = {
    ...store.notices,
    async conclude(...given) {
      tried += 1;
      if (isAway) throw new StoreError("store_unreachable", "The database does not answer.");
      return store.notices.conclude(...given);
    },
  };
  const hooks = { programs, environment: { PATH: "/usr/bin:/bin" }, folder: "/" };
  await under.another({ node: "there", store: flaky, hooks });
  await store.nodes.register(machine("there"), clock.now());
  const job = await complete("a.bin", { afterRun: "unpack", place: { kind: "node", name: "there" } });
  await under.until("it has ended, and nobody takes it down", () => tried > 0);
  await clock.advance(3_600_000, 60_000);
  isAway = false;
  await untilTold(job, "after it unpack was run: exit code 0");
  await clock.advance(3_600_000, 60_000);
  expect(await written()).toBe("/models/a.bin\n");
});

test("a command for a machine that was removed is given up, and the history says why", async () => {
  await addNamed("unpack");
  const job = await complete("a.bin", { afterRun: "unpack", place: { kind: "node", name: "there" } });
  await untilTold(job, "after it unpack was run: The machine there that has the file was removed.");
  await expect(readFile(ran())).rejects.toThrow("ENOENT");
});

test("a command that hears of all downloads is run by a machine that may run it, however quick others are", async () => {
  const { store, clock } = under;
  for (const name of ["here", "there"]) await store.nodes.register(machine(name), clock.now());
  const allowed = programs.splice(0);
  const hooks = { programs: allowed, environment: { PATH: "/usr/bin:/bin" }, folder: "/" };
  const settings = { kind: "command", argv: [program, ran()], timeoutMs: 60_000 } as const;
  const filter = { events: ["complete"], places: null, sets: null } as const;
  const draft = { name: "scan", settings, filter, digestMs: 0, enabled: true };
  const { id } = await store.notices.insert(draft, clock.now());
  await complete("a.bin");
  await clock.advance(60_000, 1_000);
  expect(await store.notices.messages(id, 9)).toMatchObject([{ state: "waiting", attempts: 0 }]);
  await under.another({ node: "there", hooks });
  await under.until(
    "it has run",
    async () => (await store.notices.messages(id, 1))[0]?.state === "delivered",
  );
});

test("a command that no machine may run is given up after a day, with why", async () => {
  const { store, clock } = under;
  for (const name of ["here", "there"]) await store.nodes.register(machine(name), clock.now());
  const { id } = await under.add({ kind: "command", argv: [program, ran()], timeoutMs: 60_000 });
  programs.length = 0;
  await complete("a.bin");
  const given = async (): Promise<boolean> => (await store.notices.messages(id, 1))[0]?.state === "given_up";
  await under.until("it is given up", given, 3_600_000);
  expect((await store.notices.messages(id, 1))[0]?.answer).toContain("Commands are off");
});

test("names of commands are unique, and only commands have one", async () => {
  await addNamed("unpack");
  const filter = { events: ["complete"], places: null, sets: null, named: true } as const;
  const draft = { name: "unpack", filter, digestMs: 0, enabled: true };
  const settings = { kind: "command", argv: [program], timeoutMs: 1000 } as const;
  expect(await under.notifier.add({ ...draft, settings })).toMatchObject({ kind: "refused", field: "name" });
  const other = await under.add(settings, { name: "unpack" });
  expect(await under.notifier.change(other.id, { filter })).toMatchObject({ kind: "refused", field: "name" });
  expect(
    await under.notifier.add({ ...draft, settings: { kind: "discord", url: "https://a.example" } }),
  ).toMatchObject({ kind: "refused", field: "named" });
  expect(await under.notifier.commands()).toEqual(["unpack"]);
});
