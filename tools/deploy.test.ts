/** What is in deploy/, the image and the service files, as far as it can be looked at without a daemon of Docker. */
import { spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { parse } from "yaml";
import { SETTING_NAMES, rowOf } from "../src/config/settings-table.ts";
import { ROOT } from "./run-command.ts";
import { findProgram } from "./test-tools.ts";

const read = (path: string): string => readFileSync(join(ROOT, path), "utf8");

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-deploy-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe("the image", () => {
  const dockerfile = read("Dockerfile");
  const lines = dockerfile.replaceAll(/\\\n\s*/g, " ").split("\n");
  const of = (word: string): string[] => lines.filter((line) => line.startsWith(`${word} `));

  test("copies files that are there and that .dockerignore lets through", () => {
    const ignored = read(".dockerignore").split("\n");
    const sources = of("COPY")
      .filter((line) => !line.includes("--from="))
      .flatMap((line) => line.split(/\s+/).slice(1, -1));
    expect(sources).toContain("package-lock.json");
    for (const source of sources) {
      expect(existsSync(join(ROOT, source)), source).toBe(true);
      expect(ignored).not.toContain(source);
    }
    for (const needed of ["bin/haulyard", "tools/n", "src/haulyard.ts", "deploy/docker/entrypoint.sh"])
      expect(statSync(join(ROOT, needed)).isFile(), needed).toBe(true);
    // Secrets and data of the machine it is built on stay there.
    expect(ignored).toEqual(expect.arrayContaining([".git", "node_modules", "data", "downloads"]));
  });

  test("sets nothing that is no setting, and listens where its port is published", () => {
    const settings = new Set<string>(SETTING_NAMES.map((name) => rowOf(name).env));
    const set = [...dockerfile.matchAll(/\b(HAULYARD_[A-Z_]+)=/g)].map(([, name = ""]) => name);
    expect(set.length).toBeGreaterThan(5);
    expect(set.filter((name) => !settings.has(name))).toEqual([]);
    const compose = parse(read("compose.yaml")) as { services: { haulyard: Record<string, unknown> } };
    const service = compose.services.haulyard;
    expect(service["ports"]).toEqual(["127.0.0.1:8866:8866"]);
    expect(dockerfile).toContain("EXPOSE 8866");
    expect(service["volumes"]).toEqual(["./config:/config", "./downloads:/downloads"]);
    expect(dockerfile).toContain('VOLUME ["/config", "/downloads"]');
  });

  test("pins its base, leaves no lists of packages behind, and names its health check by a command there is", () => {
    for (const line of of("FROM")) expect(line).toMatch(/^FROM [a-z]+:[\w.-]+( AS \w+)?$/);
    expect(dockerfile).not.toContain(":latest");
    for (const line of of("RUN").filter((one) => one.includes("apt-get")))
      expect(line).toMatch(/--no-install-recommends .*rm -rf \/var\/lib\/apt\/lists/);
    expect(of("HEALTHCHECK")[0]).toContain('CMD ["haulyard", "ready"]');
    const help = spawnSync(join(ROOT, "bin/haulyard"), ["ready", "--help"], { encoding: "utf8" });
    expect(help.status).toBe(0);
  });
});

describe("the entrypoint of the image", () => {
  const SCRIPT = join(ROOT, "deploy/docker/entrypoint.sh");
  const start = (env: Record<string, string>, ...command: string[]): ReturnType<typeof spawnSync> =>
    spawnSync("dash", [SCRIPT, ...command], {
      encoding: "utf8",
      env: {
        PATH: process.env["PATH"] ?? "",
        CONFIG_FOLDER: join(folder, "config"),
        DOWNLOADS_FOLDER: join(folder, "downloads"),
        ...env,
      },
    });

  test("is clean to shellcheck", () => {
    const found = spawnSync("shellcheck", [SCRIPT], { encoding: "utf8" });
    expect(found.stdout).toBe("");
    expect(found.status).toBe(0);
  });

  test("becomes the user of PUID and PGID with no way back, and gives it its folders", () => {
    if (process.getuid?.() !== 0) {
      // Who is not root stays who they are.
      expect(start({ PUID: "7" }, "id", "-u").stdout).toBe(`${process.getuid?.()}\n`);
      return;
    }
    mkdirSync(join(folder, "config"));
    mkdirSync(join(folder, "downloads"));
    writeFileSync(join(folder, "config/haulyard.db"), "");
    writeFileSync(join(folder, "downloads/theirs"), "");
    const shown = start(
      { PUID: "4711", PGID: "4712" },
      "sh",
      "-c",
      "id -u; id -g; id -G; grep NoNewPrivs /proc/self/status",
    );
    expect(shown.stdout).toBe("4711\n4712\n4712\nNoNewPrivs:\t1\n");
    const owner = (path: string): number => statSync(join(folder, path)).uid;
    expect([owner("config"), owner("config/haulyard.db"), owner("downloads")]).toEqual([4711, 4711, 4711]);
    expect(owner("downloads/theirs")).toBe(0);
  });

  test("hands over: signals and exit codes are those of the command", () => {
    const shown = start(
      { PUID: String(process.getuid?.()), PGID: String(process.getgid?.()) },
      "sh",
      "-c",
      "exit 7",
    );
    expect(shown.status).toBe(7);
    const killed = start({ PUID: "0", PGID: "0" }, "sh", "-c", "kill -TERM $$");
    expect(killed.signal).toBe("SIGTERM");
  });

  test.each(["x", "1; id", "", "-1"])("refuses PUID %j", (id) => {
    if (process.getuid?.() !== 0 || id === "") return;
    expect(start({ PUID: id }, "true")).toMatchObject({
      status: 2,
      stderr: expect.stringContaining("numbers"),
    });
  });
});

describe("the units of systemd", () => {
  test.each(["haulyard.service", "haulyard-user.service"])("%s is one that systemd understands", (name) => {
    const unit = read(`deploy/systemd/${name}`);
    expect(unit).toMatch(/^Type=notify$/m);
    expect(unit).toMatch(/^NotifyAccess=all$/m);
    expect(unit).toMatch(/^WatchdogSec=/m);
    // Commands that run here outlive the server.
    expect(unit).toMatch(/^KillMode=process$/m);
    if (findProgram("systemd-analyze") === null) return;
    const copy = join(folder, name);
    // The program is not where an installed one is.
    writeFileSync(copy, unit.replace(/^ExecStart=\S+/m, `ExecStart=${join(ROOT, "bin/haulyard")}`));
    const user = name.includes("user") ? ["--user"] : [];
    const found = spawnSync("systemd-analyze", [...user, "verify", "--man=no", copy], {
      encoding: "utf8",
      env: { ...process.env, XDG_RUNTIME_DIR: folder },
    });
    const ours = `${found.stdout}${found.stderr}`.split("\n").filter((line) => line.includes(name));
    expect(
      ours.filter((line) => /Unknown|Failed to parse|Invalid|not executable|ignoring/i.test(line)),
    ).toEqual([]);
  });
});
