/** The programs that the whole-system tests run for real, and how Debian calls them. */
import { spawnSync } from "node:child_process";
import { accessSync, constants, existsSync, globSync, readFileSync } from "node:fs";
import { delimiter, join } from "node:path";

export interface TestTool {
  /** Debian's package. */
  package: string;
  /** What the tests cannot show without it. */
  shows: string;
  isHere: () => boolean;
}

export const TEST_TOOLS: readonly TestTool[] = [
  { package: "openssh-server", shows: "instances behind a real sshd", isHere: () => has("sshd") },
  { package: "chromium", shows: "the page in a real browser", isHere: () => has("chromium") },
  { package: "postgresql", shows: "several nodes on PostgreSQL", isHere: hasPostgres },
  { package: "wget", shows: "reading wget's progress", isHere: () => has("wget") },
  { package: "wget2", shows: "reading wget2's progress", isHere: () => has("wget2") },
  { package: "aria2", shows: "reading aria2c's progress", isHere: () => has("aria2c") },
  { package: "curl", shows: "reading curl's progress", isHere: () => has("curl") },
  { package: "nginx-light", shows: "downloads from a real nginx", isHere: () => has("nginx") },
  { package: "e2fsprogs", shows: "power loss on ext4", isHere: () => has("mkfs.ext4") && has("e2fsck") },
  { package: "busybox", shows: "commands on instances as small as Alpine", isHere: () => has("busybox") },
  {
    package: "shellcheck",
    shows: "the script that runs on instances is clean",
    isHere: () => has("shellcheck"),
  },
  { package: "zsh", shows: "instances whose login shell is zsh", isHere: () => has("zsh") },
  { package: "fish", shows: "instances whose login shell is fish", isHere: () => has("fish") },
  { package: "tcsh", shows: "instances whose login shell is tcsh", isHere: () => has("tcsh") },
  { package: "jq", shows: "the commands of the manual", isHere: () => has("jq") },
  { package: "gpg", shows: "lists signed by a key", isHere: () => has("gpg") },
  { package: "gpgv", shows: "signatures are checked", isHere: () => has("gpgv") },
  { package: "python3-tqdm", shows: "reading tqdm's progress", isHere: hasTqdm },
];

/** Where Debian puts servers; not on every user's PATH. */
const SERVER_FOLDERS = ["/usr/local/sbin", "/usr/sbin", "/sbin"];

export function missingTools(): TestTool[] {
  return TEST_TOOLS.filter((tool) => !tool.isHere());
}

/** The path of a program, or null. */
export function findProgram(name: string): string | null {
  const folders = [...(process.env["PATH"] ?? "").split(delimiter), ...SERVER_FOLDERS];
  for (const folder of folders) {
    const path = join(folder, name);
    if (folder !== "" && isExecutable(path)) return path;
  }
  return null;
}

/** Debian and what is made of it install with apt. */
export function isDebian(osRelease: string = readOsRelease()): boolean {
  const values = [...osRelease.matchAll(/^ID(?:_LIKE)?=(.*)$/gm)].map((match) =>
    (match[1] ?? "").replaceAll('"', ""),
  );
  return values.some((value) => value.split(" ").some((word) => word === "debian" || word === "ubuntu"));
}

function has(program: string): boolean {
  return findProgram(program) !== null;
}

function hasPostgres(): boolean {
  return has("initdb") || globSync("/usr/lib/postgresql/*/bin/initdb").length > 0;
}

function hasTqdm(): boolean {
  if (existsSync("/usr/lib/python3/dist-packages/tqdm")) return true;
  return spawnSync("python3", ["-c", "import tqdm"], { stdio: "ignore" }).status === 0;
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function readOsRelease(): string {
  try {
    return readFileSync("/etc/os-release", "utf8");
  } catch {
    return "";
  }
}
