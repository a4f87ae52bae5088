/** `haulyard migrate`. */
import { moveHere, undoHere } from "../../move/move-here.ts";
import type { Trouble } from "../../move/move-here.ts";
import type { MoveOutcome } from "../../move/move-queue.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { sayJson } from "../queue/say-json.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import type { Terminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { readAddresses, showAddress } from "./read-addresses.ts";
import type { Addresses, GivenAddresses } from "./read-addresses.ts";

/** As commander gives them. */
export interface MigrateOptions extends GivenAddresses {
  undo?: true;
  json?: true;
}

export async function runMigrate(options: MigrateOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const addresses = readAddresses(options);
  if (options.undo === true) return undo(addresses, options, terminal);
  const { from, to, data } = addresses;
  if (to === null)
    throw new UsageError(
      "Where to? Give --to postgres://user@host/database, or set HAULYARD_DATABASE_URL to it.",
    );
  if (from.kind === to.kind)
    throw new UsageError("A queue is moved from SQLite to PostgreSQL, or back: give one of each.");
  const outcome = await moveHere({ from, to, data, now: Date.now() });
  if (options.json === true) sayJson(terminal, outcome);
  switch (outcome.kind) {
    case "moved":
    case "finished":
      if (options.json !== true) sayMoved(terminal, outcome, { ...addresses, to });
      return EXIT.done;
    default:
      return sayTrouble(terminal, outcome);
  }
}

async function undo(
  { from, data }: Addresses,
  { json }: MigrateOptions,
  terminal: Terminal,
): Promise<ExitCode> {
  const outcome = await undoHere({ from, data });
  if (json === true) sayJson(terminal, outcome);
  switch (outcome.kind) {
    case "undone":
      if (json === true) return EXIT.done;
      terminal.print(
        `${cleanText(outcome.where)} is in use again, with the queue as it was when it was moved.`,
      );
      terminal.print(
        `Start no server on ${cleanText(outcome.to)} any more: what happened there is not here.`,
      );
      return EXIT.done;
    case "nothing":
      if (json !== true) terminal.print(`${cleanText(outcome.where)} was not moved; nothing is changed.`);
      return EXIT.done;
    default:
      return sayTrouble(terminal, outcome);
  }
}

function sayTrouble(terminal: Terminal, outcome: Trouble): ExitCode {
  terminal.tell(`haulyard: ${cleanText(outcome.message)}`);
  switch (outcome.kind) {
    case "refused":
      terminal.tell(`  ${cleanText(outcome.advice)}`);
      return EXIT.refused;
    case "absent":
      return EXIT.notFound;
    case "different":
      return EXIT.verification;
    case "failed":
      return outcome.away ? EXIT.network : EXIT.failed;
    default:
      throw outcome satisfies never;
  }
}

type Moved = Extract<MoveOutcome, { kind: "moved" | "finished" }>;

function sayMoved(
  terminal: Terminal,
  outcome: Moved,
  { to, node }: { to: NonNullable<Addresses["to"]>; node: string },
): void {
  terminal.print(`Moved ${cleanText(outcome.from)} to ${cleanText(outcome.to)}.`);
  if (outcome.kind === "finished") terminal.print("All was there already; the try before had got so far.");
  else sayTables(terminal, outcome.tables);
  terminal.print("Set this where the server gets its settings from, and start it:");
  terminal.print(`  HAULYARD_DATABASE_URL=${showAddress(to)}`);
  terminal.print(`  HAULYARD_NODE=${node}`);
  terminal.print(
    "The name has to stay: downloads of this machine are tied to it. A password is not shown here; it belongs into the address, PGPASSWORD or ~/.pgpass.",
  );
  terminal.print(
    `${cleanText(outcome.from)} is as it was, and marked: no server starts on it until 'haulyard migrate --undo'.`,
  );
}

function sayTables(terminal: Terminal, tables: Extract<Moved, { kind: "moved" }>["tables"]): void {
  const rows = tables.map(({ name, rows: count, sha256 }) => [
    { text: name },
    { text: String(count) },
    { text: `${sha256.slice(0, 16)}…` },
  ]);
  const headings = [
    { head: "table" },
    { head: "rows", right: true as const },
    { head: "sha256, there as here" },
  ];
  const style = { columns: terminal.columns(), paintHead: (text: string) => text };
  for (const line of drawTable(headings, rows, style)) terminal.print(`  ${line}`);
  for (const { name, changedTexts } of tables)
    if (changedTexts > 0)
      terminal.print(
        `  ${name}: ${changedTexts} texts had the character U+0000, which PostgreSQL does not hold; it is U+FFFD there.`,
      );
}
