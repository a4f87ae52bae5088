/** Finds the tool by its output. */
import { PARSERS } from "./parsers.ts";
import type { Reading } from "./parsers.ts";
import type { Tool } from "../../job/output-contract.ts";

/** What is called wget is GNU Wget, Wget2 (Fedora) or busybox (Alpine); `auto` may be any, bare bars of tqdm last. */
const CANDIDATES: Readonly<Record<"wget" | "auto", readonly Tool[]>> = {
  wget: ["wget", "wget2", "busybox"],
  auto: ["civitdl", "hf", "wget", "wget2", "busybox", "curl", "aria2c", "rclone", "git-lfs", "tqdm"],
};

/** One tool, or the one of several that the output turns out to be of. What follows may be another's again. */
export function beginReading(tool: Tool | "auto"): Reading {
  if (tool !== "auto" && tool !== "wget") return PARSERS[tool].begin();
  const candidates = CANDIDATES[tool];
  const begun = new Map<Tool, Reading>();
  let present: Reading | null = null;
  const turnTo = (next: Tool): Reading => {
    present = begun.get(next) ?? PARSERS[next].begin();
    begun.set(next, present);
    return present;
  };
  if (tool === "wget") turnTo("wget");
  return {
    get tool() {
      return present?.tool ?? "tqdm";
    },
    read: (line) => {
      const event = present?.read(line) ?? null;
      // Any program's bar looks like tqdm's: others that know it better come first.
      if (event !== null && present?.tool !== "tqdm") return event;
      const claimed = findClaimant(line.text, present?.tool ?? null, candidates);
      return claimed === null ? event : turnTo(claimed).read(line);
    },
    end: () => present?.end() ?? null,
  };
}

/** The tool that must have printed the line, if it cannot be the present one. */
function findClaimant(text: string, present: Tool | null, candidates: readonly Tool[]): Tool | null {
  if (present !== null && present !== "tqdm" && PARSERS[present].claims(text)) return null;
  for (const tool of candidates) {
    if (tool === present) continue;
    if (tool === "tqdm" && (present === "hf" || present === "civitdl")) continue;
    if (PARSERS[tool].claims(text)) return tool;
  }
  return null;
}
