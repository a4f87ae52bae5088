/** What is on an instance: tools, space, models. */
import type { ScanAnswer } from "../../job/host-contract.ts";
import type { Shell } from "../shell.ts";
import { capture } from "../talk/capture.ts";
import { readFindings, readInventory } from "./read-scan.ts";
import { filesScript, findingsScript } from "./scan-scripts.ts";

export interface ScanOptions {
  /** `$UI_HOME` there. */
  uiHome: string;
  /** Put before PATH, as for commands of cards. */
  toolFolders: readonly string[];
  /** Now. */
  at: number;
}

export async function scanHost(
  shell: Shell,
  { uiHome, toolFolders, at }: ScanOptions,
  signal: AbortSignal,
): Promise<ScanAnswer> {
  const found = await capture(shell, findingsScript(uiHome, toolFolders), signal);
  if (found.kind !== "captured") return found;
  const folder = `${uiHome.replace(/\/+$/, "")}/models`;
  const files = await capture(shell, filesScript(folder), signal);
  if (files.kind !== "captured") return files;
  return {
    kind: "scanned",
    findings: readFindings(found.output, uiHome, at),
    inventory: readInventory(files.output, folder),
  };
}
