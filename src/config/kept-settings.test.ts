import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import type { SettingsKeeper, SettingView } from "../job/settings-contract.ts";
import type { JobStore } from "../job/store-contract.ts";
import { lookAtFolder } from "../doctor/check-folder.ts";
import { openSqliteStore } from "../store/open-sqlite-store.ts";
import { writeValue } from "./kinds.ts";
import { openKeptSettings } from "./kept-settings.ts";
import type { KeptSettings } from "./kept-settings.ts";
import { readSettings } from "./read-settings.ts";
import { rowOf, SETTING_NAMES } from "./settings-table.ts";
import type { SettingName } from "./settings-table.ts";

let folder: string;
let store: JobStore;
let logged: string[];
const clock = new FakeClock();

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-kept-"));
  store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  logged = [];
});
afterEach(async () => {
  await store.close();
  await rm(folder, { recursive: true });
});

interface Started {
  kept: KeptSettings;
  keeper: SettingsKeeper;
  viewOf(name: SettingName): Promise<SettingView>;
}

/** As a server that is started with this environment. */
async function start(env: Record<string, string> = {}): Promise<Started> {
  const home = { HOME: folder, HAULYARD_UI_HOME: join(folder, "ui") };
  const read = readSettings({ flags: { perHost: "2" }, env: { ...home, ...env }, folder });
  if (read.kind === "bad") throw new Error(read.problems.join("\n"));
  const note = (facts: object, message: string): void =>
    void logged.push(JSON.stringify({ ...facts, message }));
  const kept = await openKeptSettings({
    given: read.given,
    store: store.settings,
    clock,
    log: { info: note, error: note },
    lookAtFolder,
  });
  const keeper = kept.keeper(async () => null);
  const viewOf = async (name: SettingName): Promise<SettingView> => {
    const found = (await keeper.view()).find((view) => view.name === name);
    if (found === undefined) throw new Error(`no ${name}`);
    return found;
  };
  return { kept, keeper, viewOf };
}

describe("settings that another server changed", () => {
  test("count here from the next look on, and those who watch hear of it", async () => {
    const [here, there] = [await start(), await start()];
    const before = here.kept.version;
    await here.kept.look();
    expect(here.kept.version).toBe(before);
    await there.keeper.change({ retentionHours: 48 });
    await here.kept.look();
    expect(here.kept.values.retentionHours).toBe(48);
    expect(here.kept.version).toBe(before + 1);
    await there.keeper.reset("retentionHours");
    await here.kept.look();
    expect(here.kept.values.retentionHours).toBe(24);
  });
});

describe("a setting that counts at once", () => {
  test("is what was given until somebody changes it, and again when the change is given up", async () => {
    const { kept, keeper, viewOf } = await start({ HAULYARD_RETENTION_HOURS: "12" });
    const { values } = kept;
    expect(values.retentionHours).toBe(12);
    expect(await keeper.change({ retentionHours: 48 })).toEqual({ kind: "changed" });
    expect(values.retentionHours).toBe(48);
    expect(await viewOf("retentionHours")).toMatchObject({
      value: { source: "changed", where: null, text: "48", isSet: true },
      given: { source: "environment", where: "HAULYARD_RETENTION_HOURS", text: "12" },
      changedAt: clock.now(),
      pending: false,
      changeable: "now",
    });
    expect(await keeper.reset("retentionHours")).toEqual({ kind: "changed" });
    expect(values.retentionHours).toBe(12);
    expect(await viewOf("retentionHours")).toMatchObject({
      value: { source: "environment", text: "12" },
      changedAt: null,
    });
  });

  test("is still changed after a restart, whatever is given then", async () => {
    await (await start()).keeper.change({ stallMinutes: "2.5", commands: "known" });
    const { kept, viewOf } = await start({ HAULYARD_STALL_MINUTES: "7" });
    expect(kept.values).toMatchObject({ stallMinutes: 2.5, commands: "known" });
    expect(await viewOf("stallMinutes")).toMatchObject({ given: { text: "7" }, value: { text: "2.5" } });
  });

  test("says which of flag, environment, file and default it comes from", async () => {
    await writeFile(join(folder, "haulyard.config.json"), JSON.stringify({ localJobs: 9 }));
    const { viewOf } = await start({ HAULYARD_COMMANDS: "known" });
    expect((await viewOf("perHost")).value).toMatchObject({ source: "flag", where: "--per-host", text: "2" });
    expect((await viewOf("commands")).value).toMatchObject({
      source: "environment",
      where: "HAULYARD_COMMANDS",
    });
    expect((await viewOf("localJobs")).value).toMatchObject({
      source: "file",
      where: "haulyard.config.json: localJobs",
      text: "9",
    });
    expect((await viewOf("stallMinutes")).value).toMatchObject({
      source: "default",
      where: null,
      text: "10",
    });
  });
});

describe("a setting that counts from the next start on", () => {
  test("stays what it was, is said to wait, and holds after the start", async () => {
    const first = await start();
    const models = join(folder, "elsewhere");
    await first.keeper.change({ modelsDir: models });
    expect(first.kept.values.modelsDir).toBe(join(folder, "data/models"));
    expect(await first.viewOf("modelsDir")).toMatchObject({
      pending: true,
      value: { text: models },
      folder: { problem: null, freeBytes: expect.any(Number) },
    });
    const second = await start();
    expect(second.kept.values.modelsDir).toBe(models);
    expect(await second.viewOf("modelsDir")).toMatchObject({ pending: false });
  });

  test("may be none, where a setting may have none", async () => {
    await (await start()).keeper.change({ noProxy: null, keepImages: null });
    const { kept, viewOf } = await start({ NO_PROXY: "localhost", HAULYARD_KEEP_IMAGES: "3" });
    expect(kept.values).toMatchObject({ noProxy: null, keepImages: null });
    expect((await viewOf("noProxy")).value).toMatchObject({ source: "changed", text: null, isSet: false });
  });
});

describe("a change", () => {
  test("is made whole or not at all, and each bad value is named as it is at the start", async () => {
    const { kept, keeper } = await start();
    const outcome = await keeper.change({
      retentionHours: 48,
      stallMinutes: "soon",
      perHost: 0,
      localJobs: null,
    });
    expect(outcome).toMatchObject({
      kind: "refused",
      problems: [
        {
          name: "stallMinutes",
          message: 'stallMinutes: expected a number of minutes greater than 0 and at most 1440, got "soon".',
        },
        { name: "perHost", message: "perHost: expected a whole number from 1 to 100, got 0." },
        { name: "localJobs", message: "localJobs: expected a whole number from 1 to 1000, got null." },
      ],
    });
    expect(kept.values.retentionHours).toBe(24);
    expect(await store.settings.list()).toEqual([]);
  });

  test.each([
    "host",
    "port",
    "token",
    "hostNames",
    "data",
    "databaseUrl",
    "hfEndpoint",
    "privateRedirects",
  ] as const)("of %s, which guards the server, is refused, whoever asks", async (name) => {
    const { keeper } = await start();
    const before = keeper.version;
    expect(await keeper.change({ [name]: "127.0.0.1" })).toMatchObject({
      kind: "refused",
      problems: [{ name, message: expect.stringContaining("cannot be changed while the server runs") }],
    });
    expect([keeper.version, await store.settings.list()]).toEqual([before, []]);
  });

  test("of the limit for all is led to its own verb", async () => {
    const { keeper } = await start();
    expect(await keeper.change({ limitRate: "5M" })).toMatchObject({
      kind: "refused",
      problems: [{ message: expect.stringContaining("haulyard limit") }],
    });
  });

  test("of what is no setting is unknown", async () => {
    const { keeper } = await start();
    expect(await keeper.change({ retention: 1 })).toEqual({ kind: "unknown", name: "retention" });
    expect(await keeper.change({ constructor: 1 })).toEqual({ kind: "unknown", name: "constructor" });
    expect(await keeper.reset("toString")).toEqual({ kind: "unknown", name: "toString" });
  });

  test("to a folder that is a file is refused with the reason", async () => {
    const { keeper } = await start();
    const file = join(folder, "file");
    await writeFile(file, "");
    expect(await keeper.change({ downloads: file })).toMatchObject({
      kind: "refused",
      problems: [{ message: `downloads: ${file} is no folder, or something above it is none.` }],
    });
  });

  test("to a folder where nobody may write, not even root, is refused", async () => {
    const { keeper } = await start();
    expect(await keeper.change({ imagesDir: "/proc/self" })).toMatchObject({ kind: "refused" });
  });

  test("of a secret is never told: not in what is shown, refused or logged", async () => {
    const { kept, keeper, viewOf } = await start({ CIVITAI_API_KEY: "PLANTED-given" });
    await keeper.change({ hfToken: "PLANTED-good" });
    const refused = await keeper.change({ civitaiApiKey: "PLANTED bad\u0007" });
    expect(kept.values).toMatchObject({ hfToken: "PLANTED-good", civitaiApiKey: "PLANTED-given" });
    expect(await viewOf("hfToken")).toMatchObject({
      value: { text: null, isSet: true },
      changedAt: clock.now(),
    });
    expect(refused.kind).toBe("refused");
    expect(JSON.stringify([refused, await keeper.view(), logged])).not.toContain("PLANTED");
  });
});

test("what is stored and cannot be read is left out, and the log says so", async () => {
  await store.settings.write(
    [
      { name: "retentionHours", text: "a while" },
      { name: "madeUp", text: "1" },
      { name: "port", text: "1" },
      { name: "stallMinutes", text: "3" },
    ],
    1,
  );
  const { kept } = await start();
  expect(kept.values).toMatchObject({ retentionHours: 24, port: 8866, stallMinutes: 3 });
  expect(logged).toHaveLength(3);
});

test("every value can be written down and read again as the same", () => {
  const read = readSettings({ flags: {}, env: { HOME: folder }, folder });
  if (read.kind === "bad") throw new Error(read.problems.join("\n"));
  for (const name of SETTING_NAMES) {
    const value: unknown = read.settings[name];
    if (value === null || value === undefined || (Array.isArray(value) && value.length === 0)) continue;
    const { kind } = rowOf(name);
    const text = writeValue(kind, value);
    expect([name, kind.read(text, read.given.base)]).toEqual([name, value]);
  }
});
