/** A file for an instance → the command that fetches it there, and the texts its run is made of. */
import { readFileSync } from "node:fs";
import { join, posix } from "node:path";
import type { CommandStep, TransferStep } from "../../job/job.ts";
import { redactUrl } from "../../job/redact.ts";
import type { RunSpec } from "../../job/run-contract.ts";
import { SPACE_MARGIN_BYTES } from "../../job/space-policy.ts";
import type { SpecFacts } from "../command/write-steps.ts";
import { OUTPUT, quote, quotePath, TOOLS, USE_TOOLS, whilePreparing } from "../command/write-steps.ts";
import type { Link } from "./resolve-link.ts";

const FETCH = readFileSync(join(import.meta.dirname, "fetch.sh"), "utf8");

/** Where a host says nothing else: more help little where the way is long, and stores allow each client so many. */
const CONNECTIONS = 4;
/** `man aria2c`, --max-connection-per-server: 1 to 16. */
const MAX_CONNECTIONS = 16;

/** How such a transfer is told to people, and what of it is looked at afterwards. The shell's text is written later. */
export function toCommand({ url, folder, name, size, checksum }: TransferStep): CommandStep {
  const path = posix.join(folder, name ?? "");
  const shown = `fetch ${redactUrl(url)} to ${path}`;
  return {
    kind: "command",
    line: shown,
    shown,
    title: null,
    // Which one shows there.
    tool: "auto",
    environment: {},
    expects: [{ folder, name, urls: [], size, checksum }],
    resumes: true,
    isPlainFetch: false,
  };
}

export interface FetchFacts extends Pick<SpecFacts, "id" | "connections" | "pathFolders"> {
  step: TransferStep;
  link: Link;
  /** For this file alone; null for none. */
  bytesPerSecond: number | null;
}

export function writeFetchSpec({
  id,
  step,
  link,
  connections,
  bytesPerSecond,
  pathFolders,
}: FetchFacts): RunSpec {
  const { folder, size } = step;
  const name = step.name ?? "";
  const room =
    size === null
      ? ""
      : `hy_fetch_room ${quotePath(folder)} ${quote(name)} ${size} | hy_judge_room ${SPACE_MARGIN_BYTES}`;
  const count = Math.max(1, Math.min(connections ?? CONNECTIONS, MAX_CONNECTIONS));
  const settings = [
    ...writeFile(step),
    `hy_identity=${quote(link.identity ?? "-")}`,
    `hy_follows=${link.follows ? 1 : 0} hy_connections=${count} hy_rate=${Math.ceil(bytesPerSecond ?? 0)}`,
    `hy_twins=${quote((step.twins ?? []).join("\n"))}`,
  ];
  return {
    id,
    steps: [
      [TOOLS, FETCH, whilePreparing(room)].join("\n"),
      [USE_TOOLS, ...settings, "hy_fetch"].join("\n"),
      [USE_TOOLS, ...writeFile(step), "hy_settle"].join("\n"),
    ],
    environment: OUTPUT,
    unset: ["LANGUAGE"],
    secrets: {
      FETCH_URLS: link.urls.join("\n"),
      FETCH_HEADERS: Object.entries(link.headers)
        .map(([header, value]) => `${header}: ${value}`)
        .join("\n"),
    },
    pathFolders,
    folder: null,
  };
}

function writeFile({ folder, name, size, checksum, ifExists }: TransferStep): string[] {
  return [
    `hy_folder=${quotePath(folder)} hy_name=${quote(name ?? "")} hy_exists=${ifExists}`,
    `hy_size=${size ?? "-"} hy_algorithm=${checksum?.algorithm ?? "-"} hy_hash=${checksum?.hex ?? "-"}`,
  ];
}
