import { existsSync, mkdtempSync, mkdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { settingsHelp, settingsPage } from "./describe-settings.ts";
import { readClientSettings } from "./client-settings.ts";
import { readTerminalWishes } from "./environment.ts";
import { readFromEnvironment, readSettings } from "./read-settings.ts";
import type { SettingsInput } from "./read-settings.ts";
import { flagOf, rowOf, SETTING_NAMES } from "./settings-table.ts";
import type { Settings } from "./settings-table.ts";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-settings-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

const read = (env: SettingsInput["env"] = {}, flags: SettingsInput["flags"] = {}) =>
  readSettings({ env, flags, folder });

function settings(env: SettingsInput["env"] = {}, flags: SettingsInput["flags"] = {}): Settings {
  const outcome = read(env, flags);
  if (outcome.kind === "bad") throw new Error(outcome.problems.join("\n"));
  return outcome.settings;
}

function problems(env: SettingsInput["env"] = {}, flags: SettingsInput["flags"] = {}): readonly string[] {
  const outcome = read(env, flags);
  return outcome.kind === "bad" ? outcome.problems : [];
}

const configFile = (content: unknown): void =>
  writeFileSync(
    join(folder, "haulyard.config.json"),
    typeof content === "string" ? content : JSON.stringify(content),
  );

describe("settings", () => {
  it("have the defaults of the contract", () => {
    expect(settings()).toEqual({
      host: "127.0.0.1",
      port: 8866,
      hooks: [],
      diskLow: 10 * 1024 ** 3,
      token: null,
      hostNames: [],
      rpcOrigins: [],
      data: `${folder}/data`,
      databaseUrl: { kind: "sqlite", file: `${folder}/data/haulyard.db` },
      node: "local",
      labels: {},
      nodeUrl: null,
      shareHost: null,
      sharePort: 8868,
      shareUrl: null,
      downloads: `${folder}/downloads`,
      resources: `${folder}/resources`,
      uiHome: "/workspace/ComfyUI",
      unreachableMinutes: 10,
      // On machines that have a ComfyUI its models are these.
      modelsDir: existsSync("/workspace/ComfyUI/models")
        ? "/workspace/ComfyUI/models"
        : `${folder}/data/models`,
      extraModelPaths: "/workspace/ComfyUI/extra_model_paths.yaml",
      modelConfigs: `${folder}/model_configs.json`,
      imagesDir: `${folder}/data/images`,
      keepImages: null,
      roots: [],
      reuse: "copy",
      hfCache: `${folder}/.cache/huggingface/hub`,
      imageCatalog: null,
      localJobs: 3,
      connections: 64,
      pathFolders: ["/venv/main/bin", "~/.local/bin", "/opt/conda/bin"],
      perHost: 1,
      limitRate: null,
      originLimits: {},
      retentionHours: 24,
      stallMinutes: 10,
      retries: {},
      commands: "any",
      hfToken: null,
      hfEndpoint: "https://huggingface.co",
      civitaiApiKey: null,
      civitaiEndpoint: "https://civitai.com",
      httpProxy: null,
      httpsProxy: null,
      noProxy: null,
      privateRedirects: "refuse",
      auth: "auto",
      trustedProxies: [],
      proxyUserHeader: null,
      proxyRole: "read",
      privateSources: "admins",
      allowedNetworks: [],
      extraCaCerts: null,
      directIo: "auto",
    });
  });

  it("come from the flag, then the environment, then the file, then the default", () => {
    configFile({ port: 1, localJobs: 11, perHost: 12 });
    const env = { HAULYARD_PORT: "2", HAULYARD_LOCAL_JOBS: "22" };
    expect(settings(env, { port: "3" })).toMatchObject({
      port: 3,
      localJobs: 22,
      perHost: 12,
      stallMinutes: 10,
    });
  });

  it("may be a table: a text in the environment, an object in the file", () => {
    const table = { connection_lost: 20, not_found: 3 };
    configFile({ retries: table });
    expect(settings({}).retries).toEqual(table);
    expect(settings({ HAULYARD_RETRIES: "server_error=0" }).retries).toEqual({ server_error: 0 });
    expect(problems({ HAULYARD_RETRIES: "conection_lost=3" })[0]).toMatch(
      /^HAULYARD_RETRIES: expected codes of failures .*, got "conection_lost=3"\.$/,
    );
  });

  it("take their defaults from the settings they depend on", () => {
    const env = { HAULYARD_DATA: "/srv/haul", HAULYARD_UI_HOME: folder };
    expect(settings(env)).toMatchObject({
      databaseUrl: { kind: "sqlite", file: "/srv/haul/haulyard.db" },
      imagesDir: "/srv/haul/images",
      keepImages: null,
      modelsDir: "/srv/haul/models",
    });
    mkdirSync(join(folder, "models"));
    expect(settings(env).modelsDir).toBe(`${folder}/models`);
  });

  it("read paths from the folder of the start, and '~/' from home", () => {
    const env = { HOME: "/home/me", HAULYARD_DATA: "../state", HAULYARD_MODELS_DIR: "~/models" };
    expect(settings(env)).toMatchObject({ data: join(folder, "../state"), modelsDir: "/home/me/models" });
  });

  it("take an empty variable and null in the file for not given", () => {
    configFile({ port: null });
    expect(settings({ HAULYARD_PORT: "", HAULYARD_TOKEN: " " })).toMatchObject({ port: 8866, token: null });
  });

  it("take numbers, texts and lists from the file", () => {
    configFile({ port: "9000", retentionHours: 0.5, hostNames: ["a.example", "B.example"], limitRate: 2048 });
    expect(settings()).toMatchObject({
      port: 9000,
      retentionHours: 0.5,
      hostNames: ["a.example", "b.example"],
      limitRate: { windows: [], otherwise: 2048 },
    });
  });

  it("know the lower-case names of proxies, and what curl takes for one", () => {
    const env = { https_proxy: "proxy:3128", HTTP_PROXY: "https://me:pw@proxy", no_proxy: "a,.b" };
    expect(settings(env)).toMatchObject({
      httpsProxy: "http://proxy:3128/",
      httpProxy: "https://me:pw@proxy/",
      noProxy: "a,.b",
    });
  });

  it("cannot be changed after the start", () => {
    expect(() => Object.assign(settings(), { port: 1 })).toThrow(TypeError);
  });
});

describe("what is wrong stops the start with one line that", () => {
  it.each([
    [{ HAULYARD_PORT: "80a" }, 'HAULYARD_PORT: expected a whole number from 0 to 65535, got "80a".'],
    [{ HAULYARD_PORT: "65536" }, 'HAULYARD_PORT: expected a whole number from 0 to 65535, got "65536".'],
    [{ HAULYARD_HOST: "http://x" }, 'HAULYARD_HOST: expected an IP address or a host name, got "http://x".'],
    [{ HAULYARD_HOST: "1.2.3" }, 'HAULYARD_HOST: expected an IP address or a host name, got "1.2.3".'],
    [
      { HAULYARD_RETENTION_HOURS: "0" },
      'HAULYARD_RETENTION_HOURS: expected a number of hours greater than 0 and at most 87600, got "0".',
    ],
    [{ HAULYARD_COMMANDS: "all" }, `HAULYARD_COMMANDS: expected 'any' or 'known', got "all".`],
    [
      { HAULYARD_LIMIT_RATE: "fast" },
      "HAULYARD_LIMIT_RATE: expected a rate (20M, 1.5MiB/s, none, off), or windows before it: " +
        `'mon-fri 08:00-18:00=5M, 20M', got "fast".`,
    ],
    [{ HF_ENDPOINT: "hf.co" }, 'HF_ENDPOINT: expected an http:// or https:// address, got "hf.co".'],
    [
      { NODE_EXTRA_CA_CERTS: "/nowhere/ca.pem" },
      'NODE_EXTRA_CA_CERTS: expected a readable file of certificates (PEM), got "/nowhere/ca.pem".',
    ],
    [{ HAULYARD_DATA: "a\nb" }, String.raw`HAULYARD_DATA: expected a path, got "a\nb".`],
  ])("names the setting, what was expected and what came: %j", (env, line) => {
    expect(problems(env)).toEqual([line]);
  });

  it("never shows a secret", () => {
    const lines = problems({
      HAULYARD_TOKEN: "top secret",
      HTTPS_PROXY: "socks5://me:hunter2@proxy",
      HAULYARD_DATABASE_URL: "mysql://me:hunter2@db/x",
    }).join("\n");
    expect(lines.split("\n")).toHaveLength(3);
    expect(lines).not.toMatch(/top secret|hunter2/);
  });

  it("guesses what an unknown variable was meant to be", () => {
    expect(problems({ HAULYARD_PROT: "1", HAULYARD_XYZZY_PLUGH: "1", HAULYARD_URL: "x", PORT: "7" })).toEqual(
      [
        "HAULYARD_PROT: there is no such setting. Did you mean HAULYARD_PORT?",
        "HAULYARD_XYZZY_PLUGH: there is no such setting.",
      ],
    );
  });

  it("names the file and the key in it", () => {
    configFile({ prot: 1, port: true, HAULYARD_DATA: "x", httpsProxy: "proxy", extraCaCerts: "/x" });
    expect(problems()).toEqual([
      'haulyard.config.json: "prot": there is no such setting. Did you mean port?',
      'haulyard.config.json: "HAULYARD_DATA": there is no such setting.',
      'haulyard.config.json: "extraCaCerts": there is no such setting.',
      "haulyard.config.json: port: expected a whole number from 0 to 65535, got true.",
    ]);
  });

  it.each([
    ["{", "is not JSON"],
    ["[1]", "expected an object"],
    ["7", "expected an object"],
  ])("says that a file with %j is none", (content, why) => {
    configFile(content);
    expect(problems()).toHaveLength(1);
    expect(problems()[0]).toContain(`${folder}/haulyard.config.json: ${why}`);
  });

  it("names the flag", () => {
    expect(problems({}, { stallMinutes: "soon" })).toEqual([
      '--stall-minutes: expected a number of minutes greater than 0 and at most 1440, got "soon".',
    ]);
  });

  it("comes for every problem at once", () => {
    expect(
      problems({ HAULYARD_PORT: "x", HAULYARD_LOCAL_JOBS: "0", HAULYARD_NO: "1" }, { host: "?" }),
    ).toHaveLength(4);
  });

  it("cuts a value that is too long", () => {
    expect(problems({ HAULYARD_PORT: "9".repeat(5000) })[0]?.length).toBeLessThan(250);
  });
});

describe("Hugging Face's cache", () => {
  it.each([
    [{}, "/home/me/.cache/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/xdg" }, "/xdg/huggingface/hub"],
    [{ XDG_CACHE_HOME: "/xdg", HF_HOME: "~/hf" }, "/home/me/hf/hub"],
    [{ HF_HOME: "", XDG_CACHE_HOME: " " }, "/home/me/.cache/huggingface/hub"],
    [{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old" }, "/old"],
    [{ HF_HOME: "/hf", HUGGINGFACE_HUB_CACHE: "/old", HF_HUB_CACHE: "/new" }, "/new"],
  ])("is where Hugging Face's own tools look for it: with %j at %s", (env, expected) => {
    expect(settings({ HOME: "/home/me", ...env }).hfCache).toBe(expected);
  });
});

describe("the table", () => {
  it("has a name, a default and a description for every setting, and no flag for a secret", () => {
    const variables = SETTING_NAMES.flatMap((name) => [rowOf(name).env, ...(rowOf(name).alsoEnv ?? [])]);
    expect(new Set(variables).size).toBe(variables.length);
    for (const name of ["token", "hfToken", "civitaiApiKey", "httpsProxy"] as const)
      expect(flagOf(name)).toBeNull();
    expect(flagOf("retentionHours")).toBe("--retention-hours");
    expect(settings({}, {}).databaseUrl.kind).toBe("sqlite");
  });

  it("is what docs/settings.md says", async () => {
    await expect(settingsPage()).toMatchFileSnapshot("../../docs/settings.md");
  });

  it("fits its help into the width of the terminal", () => {
    for (const columns of [60, 80, 200]) {
      const help = settingsHelp(columns);
      for (const name of SETTING_NAMES) expect(help).toContain(rowOf(name).env);
      expect(Math.max(...help.split("\n").map((line) => line.length))).toBeLessThanOrEqual(
        Math.max(columns, 72),
      );
    }
  });
});

describe("without a server", () => {
  it("only the asked settings are read, so that a stranger's mistake stops nothing", () => {
    const env = { HAULYARD_PORT: "x", HAULYARD_NONSENSE: "1", HTTPS_PROXY: "proxy:1" };
    const outcome = readFromEnvironment(["httpsProxy", "noProxy"], { env, folder });
    expect(outcome).toMatchObject({ kind: "ok", settings: { httpsProxy: "http://proxy:1/", noProxy: null } });
    const wrong = readFromEnvironment(["httpsProxy"], { env: { HTTPS_PROXY: "ftp://x" }, folder });
    expect(wrong.kind).toBe("bad");
  });

  it("a client asks the usual address unless told another", () => {
    expect(readClientSettings({})).toEqual({
      kind: "ok",
      settings: { url: "http://127.0.0.1:8866", token: null },
    });
    const env = { HAULYARD_URL: "https://box.example/haulyard/", HAULYARD_TOKEN: "abc" };
    expect(readClientSettings(env)).toEqual({
      kind: "ok",
      settings: { url: "https://box.example/haulyard", token: "abc" },
    });
    expect(readClientSettings({ HAULYARD_URL: "box:8866", HAULYARD_TOKEN: "a b" })).toEqual({
      kind: "bad",
      problems: [
        'HAULYARD_URL: expected an http:// or https:// address, got "box:8866".',
        "HAULYARD_TOKEN: expected a word of visible ASCII characters.",
      ],
    });
  });

  it("a password in the address of the server is refused and never repeated", () => {
    for (const address of [
      "http://u:s3cret@box:1",
      "http://s3cret@box:1",
      "ftp://u:s3cret@box:1",
      "u:s3cret@box",
    ]) {
      const read = readClientSettings({ HAULYARD_URL: address });
      expect(read.kind).toBe("bad");
      expect(JSON.stringify(read)).not.toContain("s3cret");
    }
    expect(readClientSettings({ HAULYARD_URL: "http://u:s3cret@box:1" })).toMatchObject({
      problems: [expect.stringMatching(/^HAULYARD_URL: .* takes no user or password; use HAULYARD_TOKEN\.$/)],
    });
  });

  it("a terminal gets no colour where none is wanted", () => {
    expect(readTerminalWishes({ NO_COLOR: "1", COLUMNS: "70" })).toEqual({
      color: false,
      redraw: true,
      unicode: true,
      columns: 70,
    });
    expect(readTerminalWishes({ TERM: "dumb", COLUMNS: "x" })).toEqual({
      color: false,
      redraw: false,
      unicode: true,
      columns: null,
    });
    expect(readTerminalWishes({ NO_COLOR: "" }).color).toBe(true);
  });

  it("a terminal gets only ASCII where the locale is not UTF-8", () => {
    expect(readTerminalWishes({ LANG: "C" }).unicode).toBe(false);
    expect(readTerminalWishes({ LANG: "C", LC_ALL: "en_GB.UTF-8" }).unicode).toBe(true);
    expect(readTerminalWishes({ TERM: "linux" }).unicode).toBe(false);
  });
});
