/** Looks at this machine, through its own shells. */
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  rmSync,
  statfsSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import type { ScanAnswer } from "../../job/host-contract.ts";
import { findProgram } from "../../../tools/test-tools.ts";
import { createLocalShell } from "../local-shell.ts";
import { scanHost } from "./scan-host.ts";

const NOW = 1_800_000_000_000;
const SHELLS = [
  { name: "/bin/sh", sh: "/bin/sh", needs: "sh", tools: "all" },
  { name: "dash", sh: "dash", needs: "dash", tools: "all" },
  { name: "bash in its POSIX mode", sh: "bash --posix", needs: "bash", tools: "all" },
  { name: "busybox with nothing else", sh: "busybox ash", needs: "busybox", tools: "busybox" },
].filter(({ needs }) => findProgram(needs) !== null);

let folder: string;
let bin: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "haulyard-scan-"));
  bin = join(folder, "it's a bin");
  mkdirSync(bin);
  tool("civitdl", "echo 'civitdl 2.1.1'");
  tool("hf", `[ "$1" = version ] && echo "hf, version 1.2.0rc1" || sleep 60`);
  tool("aria2c", "exit 3");
  tool(
    "wget",
    "echo \"wget: unrecognized option '--version'\" >&2; echo 'BusyBox v1.35.0 (Debian 1:1.35)' >&2; exit 1",
  );
});
afterAll(() => rmSync(folder, { recursive: true }));

function tool(name: string, text: string): void {
  writeFileSync(join(bin, name), `#!/bin/sh\n${text}\n`);
  chmodSync(join(bin, name), 0o755);
}

/** All small tools from busybox, as on Alpine. */
function busyboxTools(): string {
  const path = join(folder, "busybox");
  if (!existsSync(path)) {
    mkdirSync(path);
    execFileSync("busybox", ["--install", "-s", path]);
  }
  return path;
}

type Scanned = Extract<ScanAnswer, { kind: "scanned" }>;

async function scan({ sh, tools }: (typeof SHELLS)[number], uiHome: string): Promise<Scanned> {
  const [program = "", ...words] = sh.split(" ");
  await using shell = createLocalShell({
    environment: { PATH: tools === "all" ? (process.env["PATH"] ?? "") : busyboxTools(), HOME: folder },
    sh: [findProgram(program) ?? program, ...words].join(" "),
  });
  const answer = await scanHost(
    shell,
    { uiHome, toolFolders: ["~/it's a bin", "/no/such"], at: NOW },
    new AbortController().signal,
  );
  if (answer.kind !== "scanned") throw new Error(JSON.stringify(answer));
  return answer;
}

describe.each(SHELLS)("a scan under $name", (under) => {
  test("finds tools with their versions, and is not held up by one that never ends", async () => {
    tool("rclone", "sleep 600");
    const { findings } = await scan(under, join(folder, "ui"));
    rmSync(join(bin, "rclone"));
    const of = (name: string): unknown => findings.tools.find((found) => found.tool === name);
    expect(of("civitdl")).toEqual({ tool: "civitdl", path: join(bin, "civitdl"), version: "2.1.1" });
    expect(of("hf")).toEqual({ tool: "hf", path: join(bin, "hf"), version: "1.2.0rc1" });
    expect(of("aria2c")).toEqual({ tool: "aria2c", path: join(bin, "aria2c"), version: null });
    // It takes other options than GNU's.
    expect(of("wget")).toMatchObject({ version: "busybox 1.35.0" });
    expect(of("rclone")).toEqual({ tool: "rclone", path: join(bin, "rclone"), version: null });
    expect(of("huggingface-cli")).toBeUndefined();
    expect(of("sha256sum")).toMatchObject({
      version: expect.stringMatching(/^\d+\.\d+|^busybox/) as unknown,
    });
    expect(findings).toMatchObject({ at: NOW, system: expect.stringMatching(/^Linux \w+$/) as unknown });
  });

  test("tells the space of the disk the models go to, whether their folder is there or not yet", async () => {
    const { bsize, blocks } = statfsSync(folder);
    const { findings, inventory } = await scan(under, join(folder, "not/yet"));
    expect(findings).toMatchObject({ uiHomeExists: false, totalBytes: bsize * blocks });
    expect(findings.freeBytes).toBeGreaterThan(0);
    expect(inventory).toEqual({ folder: join(folder, "not/yet/models"), files: [], more: false });
    expect((await scan(under, folder)).findings).toMatchObject({
      uiHomeExists: true,
      totalBytes: bsize * blocks,
    });
  });

  test("lists the models with their sizes, linked ones too, and leaves alone what is hidden", async () => {
    const ui = join(folder, `ui of ${under.name.replaceAll("/", "-")}`);
    const models = join(ui, "models");
    for (const name of ["loras", "check points", ".cache"])
      mkdirSync(join(models, name), { recursive: true });
    writeFileSync(join(models, "loras/a.safetensors"), "12345");
    writeFileSync(join(models, "check points/ü (1).ckpt"), "");
    writeFileSync(join(models, ".cache/blob"), "x");
    writeFileSync(join(models, "loras/.hidden"), "x");
    writeFileSync(join(folder, "elsewhere"), "123");
    symlinkSync(join(folder, "elsewhere"), join(models, "loras/linked.pt"));
    symlinkSync(models, join(models, "loras/round"));
    symlinkSync("/no/such/file", join(models, "loras/broken.pt"));
    const { inventory } = await scan(under, `${ui}/`);
    expect(inventory).toEqual({
      folder: models,
      files: [
        { path: "check points/ü (1).ckpt", bytes: 0 },
        { path: "loras/a.safetensors", bytes: 5 },
        { path: "loras/linked.pt", bytes: 3 },
      ],
      more: false,
    });
  });
});
