/** A command of a job → the texts that a shell on the place executes, and all they see. Pure but for the tools' text. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { ChecksumAlgorithm, CommandStep, ExpectedFile } from "../../job/job.ts";
import type { RunId, RunSpec } from "../../job/run-contract.ts";
import { SPACE_MARGIN_BYTES } from "../../job/space-policy.ts";
import type { Credentials } from "./command-parts.ts";
import { giveSecrets } from "./give-secrets.ts";

/** The texts of a run, in order. */
export const PREPARE = 0;
export const COMMAND = 1;
/** Only there if there are files to look at. */
export const LOOK = 2;

export const TOOLS = readFileSync(join(import.meta.dirname, "tools.sh"), "utf8");

/** A run's texts lie side by side in its folder. On the line of the command, so that a shell counts its lines right. */
export const USE_TOOLS = `. "\${0%/*}/step.${PREPARE}"`;

export interface SpecFacts {
  id: RunId;
  step: CommandStep;
  /** An earlier run of this command got to work. */
  again: boolean;
  /** Connections a plain fetch may use; null: as the line says. */
  connections: number | null;
  credentials: Credentials;
  pathFolders: readonly string[];
}

export function writeSpec({ id, step, again, connections, credentials, pathFolders }: SpecFacts): RunSpec {
  const line = connections === null || !step.isPlainFetch ? step.line : writeFetch(step, connections);
  const prepare = [TOOLS, again ? writeMend(step.expects) : "", writeRoom(step.expects)].join("\n");
  const command = `${USE_TOOLS}; ${again && step.resumes ? "hy_again=1; " : ""}${line}`;
  const look = writeLook(step.expects);
  return {
    id,
    steps: [prepare, command, ...(look === null ? [] : [look])],
    environment: { ...OUTPUT, ...endpointsOf(credentials), ...step.environment },
    unset: ["LANGUAGE"],
    secrets: giveSecrets(step, credentials),
    pathFolders,
    folder: null,
  };
}

/** What makes tools say how far they are, in words that can be read. */
export const OUTPUT = {
  // In the C locale names are written with escapes; LANGUAGE would go before it.
  LC_ALL: "C.UTF-8",
  // Bars of tqdm leave out their figures where there is no room.
  COLUMNS: "160",
  PYTHONUNBUFFERED: "1",
  // hf keeps its bars to itself where it sees no terminal.
  TQDM_POSITION: "-1",
  GIT_LFS_FORCE_PROGRESS: "1",
  // Nobody is there to answer.
  GIT_TERMINAL_PROMPT: "0",
  DEBIAN_FRONTEND: "noninteractive",
} as const;

function endpointsOf({ hfEndpoint, civitaiEndpoint }: Credentials): Record<string, string> {
  return { HF_ENDPOINT: hfEndpoint, CIVITAI_ENDPOINT: civitaiEndpoint };
}

/** Whether there is room for what is still to come, on each disk. */
function writeRoom(expects: readonly ExpectedFile[]): string {
  const files = expects.filter(({ size }) => size !== null);
  if (files.length === 0) return "";
  const asks = files.map(
    ({ folder, name, size }) => `hy_room ${quotePath(folder)} ${quote(name ?? "")} ${size ?? 0}`,
  );
  return whilePreparing(`{ ${asks.join("\n")}\n} | hy_judge_room ${SPACE_MARGIN_BYTES}`);
}

/** What an earlier run of this command may have left that keeps the next one from going on. */
function writeMend(expects: readonly ExpectedFile[]): string {
  const files = expects.filter(({ name }) => name !== null);
  if (files.length === 0) return "";
  return whilePreparing(
    files.map(({ folder, name }) => `hy_mend ${quotePath(folder)} ${quote(name ?? "")}`).join("\n"),
  );
}

/** The other texts read that of the first, too. */
export function whilePreparing(text: string): string {
  return `case $0 in */step.${PREPARE})\n${text} ;;\nesac`;
}

const HASHERS: Readonly<Record<ChecksumAlgorithm, string>> = {
  sha256: "sha256sum",
  sha512: "sha512sum",
  sha1: "sha1sum",
  md5: "md5sum",
  blake3: "b3sum",
};

function writeLook(expects: readonly ExpectedFile[]): string | null {
  const looks = expects.flatMap(({ folder, name, size, checksum }, index) => {
    if (name === null) return [];
    const hasher = checksum === null ? "-" : HASHERS[checksum.algorithm];
    return [`hy_look ${index} ${quotePath(folder)} ${quote(name)} ${size ?? "-"} ${hasher}`];
  });
  return looks.length === 0 ? null : [USE_TOOLS, ...looks].join("\n");
}

/**
 * The same file with several connections, if the place has a tool for that. The address goes in on standard input,
 * where nobody sees it.
 */
function writeFetch({ line, expects }: CommandStep, connections: number): string {
  const [file] = expects;
  if (file === undefined || file.name === null) return line;
  const count = Math.max(1, Math.min(connections, MAX_ARIA2_CONNECTIONS));
  const options = [
    `--max-connection-per-server=${count} --split=${count} --min-split-size=1M`,
    "--continue=true --auto-file-renaming=false --file-allocation=none",
    "--summary-interval=1 --human-readable=false --console-log-level=warn --input-file=-",
    `--dir=${quotePath(file.folder)}`,
  ].join(" ");
  return [
    // It would send a token to wherever it is redirected.
    'if [ -z "${HF_TOKEN-}${CIVITAI_API_KEY-}" ] && command -v aria2c >/dev/null 2>&1; then',
    // `man aria2c`, Input File: the name belongs to its address, on a line of its own that begins with a space.
    `printf '%s\\n out=%s\\n' ${quote(file.urls.join("\t"))} ${quote(file.name)} | aria2c ${options}`,
    `else\n${line}\nfi`,
  ].join("\n");
}

/** `man aria2c`, --max-connection-per-server: 1 to 16. */
const MAX_ARIA2_CONNECTIONS = 16;

/** One word of a shell, letter for letter (POSIX, XCU §2.2.2). */
export function quote(text: string): string {
  return `'${text.replaceAll("'", "'\\''")}'`;
}

export function quotePath(path: string): string {
  if (path === "~") return '"$HOME"';
  return path.startsWith("~/") ? `"$HOME"/${quote(path.slice(2))}` : quote(path);
}
