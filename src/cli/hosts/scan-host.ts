/** `haulyard hosts scan`. */
import type { HostScanMessage } from "../../wire/hosts.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { formatBytes } from "../screen/format.ts";
import { openTerminal } from "../screen/terminal.ts";
import { findHost } from "./find-host.ts";

export async function runScan(word: string, options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const found = await findHost(client, word);
  if (found.kind !== "one") {
    terminal.tell(terminal.paintErr("red", `haulyard: ${found.message}`));
    return found.code;
  }
  const scan = await client.hosts.scan(found.host.id);
  if (options.json === true) sayJson(terminal, scan);
  else for (const line of scanLines(scan)) terminal.print(cleanText(line));
  return EXIT.done;
}

function scanLines({ host, folder, files, more }: HostScanMessage): string[] {
  const { system, free_bytes: free, total_bytes: total, tools } = host;
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0);
  return [
    `${host.label}: ${system ?? "unknown system"}`,
    free === null || total === null
      ? "space: unknown"
      : `space: ${formatBytes(free)} of ${formatBytes(total)} are free`,
    ...tools.map(({ tool, path, version }) => `tool: ${tool} ${version ?? "(no version)"}  ${path}`),
    ...(tools.length === 0 ? ["tools: none of those that cards use"] : []),
    `${folder}: ${files.length}${more ? " and more" : ""} files, ${formatBytes(bytes)}`,
    ...files.map((file) => `  ${formatBytes(file.bytes).padStart(9)}  ${file.path}`),
  ];
}
