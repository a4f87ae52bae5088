/** What the scripts of a scan print → findings. Pure; nothing an instance prints makes it throw. */
import type { HostInventory, ModelFile } from "../../job/host-contract.ts";
import { HOST_TOOLS } from "../../job/host.ts";
import type { HostFindings, HostTool, ToolFound } from "../../job/host.ts";
import { MAX_FILES, MAX_LINES } from "./scan-scripts.ts";

const KIB = 1024;

export function readFindings(output: string, uiHome: string, at: number): HostFindings {
  const lines = output.split("\n");
  const disk = readDisk(lines.find((line) => line.startsWith("disk ")) ?? "");
  return {
    at,
    system: clean(lines.find((line) => line.startsWith("system "))?.slice("system ".length) ?? ""),
    uiHome,
    uiHomeExists: lines.includes("home"),
    ...disk,
    tools: readTools(lines),
  };
}

/** XCU df, -P: name, blocks of 1024 bytes, used, available, capacity, where it is mounted. The name may hold spaces. */
export function readDisk(line: string): Pick<HostFindings, "freeBytes" | "totalBytes"> {
  const [, total, free] = /\s(\d+)\s+\d+\s+(-?\d+)\s+(?:\d+%|-)\s+\//.exec(line) ?? [];
  if (total === undefined || free === undefined) return { freeBytes: null, totalBytes: null };
  // What is kept for root can make it negative.
  return { freeBytes: Math.max(0, Number(free)) * KIB, totalBytes: Number(total) * KIB };
}

/** They come in whatever order they were ready. */
function readTools(lines: readonly string[]): ToolFound[] {
  const found = new Map<HostTool, ToolFound>();
  for (const line of lines) {
    const [, name, path = "", said = ""] = /^tool (\S+) ([^\t]+)\t(.*)$/.exec(line) ?? [];
    const tool = HOST_TOOLS.find((known) => known === name);
    // A shell may answer with a builtin's or an alias's name.
    if (tool !== undefined && path.startsWith("/"))
      found.set(tool, { tool, path: clean(path), version: versionOf(said) });
  }
  return HOST_TOOLS.flatMap((tool) => found.get(tool) ?? []);
}

/** `busybox 1.35.0` where busybox stands in for a tool: it takes other options. */
function versionOf(said: string): string | null {
  const busybox = /BusyBox v(\d[\w.-]{0,40})/.exec(said)?.[1];
  if (busybox !== undefined) return `busybox ${busybox}`;
  return /(?<![\w.])v?(\d{1,6}(?:\.\d{1,8})+(?:[\w.-]{0,20}\w)?)/.exec(said)?.[1] ?? null;
}

export function readInventory(output: string, folder: string): HostInventory {
  const lines = output === "" ? [] : output.split("\n");
  const files: ModelFile[] = [];
  /** Which folder on which disk is at a path. */
  const folders = new Map<string, string>();
  for (const line of lines.slice(0, MAX_LINES)) {
    const [, mode, node = "", bytes, path = ""] =
      /^([48])[0-9a-f]{3} (\d+:\d+) (\d{1,15}) \.(?:\/(.+))?$/.exec(line) ?? [];
    if (mode === "4") folders.set(path, node);
    else if (mode === "8" && path !== "") files.push({ path, bytes: Number(bytes) });
  }
  const seen = files.filter(({ path }) => !goesRound(path, folders));
  seen.sort((one, other) => (one.path < other.path ? -1 : 1));
  return {
    folder,
    files: seen.slice(0, MAX_FILES).map(({ path, bytes }) => ({ path: clean(path), bytes })),
    more: seen.length > MAX_FILES || lines.length > MAX_LINES,
  };
}

/** Whether the way to a file comes through one folder twice. */
function goesRound(path: string, folders: ReadonlyMap<string, string>): boolean {
  const passed = new Set<string>();
  const parts = path.split("/");
  for (let depth = 0; depth < parts.length; depth += 1) {
    const node = folders.get(parts.slice(0, depth).join("/"));
    if (node === undefined) continue;
    if (passed.has(node)) return true;
    passed.add(node);
  }
  return false;
}

/** It is shown on terminals and pages. */
function clean(text: string): string {
  return text.replaceAll(/\p{Cc}/gu, "\uFFFD").slice(0, 4096);
}
