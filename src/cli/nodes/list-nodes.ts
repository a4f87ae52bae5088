/** `haulyard nodes`: the machines of the installation as a table. */
import { formatLabels } from "../../job/labels.ts";
import type { NodeMessage } from "../../wire/nodes.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";

export async function runNodes(options: { json?: true }): Promise<ExitCode> {
  const terminal = openTerminal();
  const nodes = await connect().nodes.list();
  if (options.json === true) sayJson(terminal, { nodes });
  else for (const line of tableOf(nodes, terminal)) terminal.print(line);
  return EXIT.done;
}

/** What is told of one in a line. */
export function nodeLine({ name, kind, state, running, heartbeat_at }: NodeMessage): string {
  const more = state === "away" ? ` since ${heartbeat_at}` : `, ${running} at work`;
  return `${name}  ${kind}, ${state}${more}`;
}

function tableOf(nodes: readonly NodeMessage[], terminal: Terminal): string[] {
  const paint = terminal.paintOut;
  // Most installations have nothing to say there.
  const shares = nodes.some((node) => sharesAt(node) !== null);
  const rows = nodes.map((node) => [
    { text: cleanText(node.name) },
    { text: node.kind },
    { text: node.version },
    {
      text: node.state === "away" ? `away since ${node.heartbeat_at}` : node.state,
      ...(node.state === "alive" ? {} : { paint: (text: string) => paint("yellow", text) }),
    },
    { text: String(node.running) },
    { text: String(node.waiting) },
    { text: cleanText(formatLabels(node.labels)) },
    ...(shares ? [{ text: cleanText(sharesAt(node) ?? "") }] : []),
  ]);
  return drawTable(
    [
      { head: "NODE", share: 2 },
      { head: "KIND" },
      { head: "VERSION" },
      { head: "STATE", share: 2 },
      { head: "RUNNING", right: true },
      { head: "WAITING", right: true },
      { head: "LABELS", share: 2 },
      ...(shares ? [{ head: "SHARES AT", share: 2 }] : []),
    ],
    rows,
    {
      // In a pipe or a file nothing is cut.
      columns: terminal.printsToScreen ? terminal.columns() : Infinity,
      paintHead: (text) => paint("dim", text),
    },
  );
}

/** One that is away gives nothing to anybody. */
function sharesAt({ state, share_address }: NodeMessage): string | null {
  return state === "away" ? null : share_address;
}
