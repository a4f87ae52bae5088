/** `haulyard keys`: API keys for programs. */
import type { Role } from "../../job/access-contract.ts";
import type { KeyMessage } from "../../wire/access.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import { dayOf } from "./day-of.ts";

interface JsonOption {
  json?: true;
}

/** As commander gives them. */
export interface AddKeyOptions extends JsonOption {
  role: Role;
  days?: string;
}

/** Characters of an id that stand for it. */
const SHORT_ID = 8;
const LEAST_OF_ID = 4;

export async function listKeys({ json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  const keys = await connect().access.keys();
  if (json === true) sayJson(terminal, { keys });
  else if (keys.length === 0)
    terminal.tell("There are no keys. Make one: haulyard keys add NAME --role read");
  else {
    const rows = keys.map((key) =>
      [key.id.slice(0, SHORT_ID), cleanText(key.name), key.role, dayOf(key.last_used_at), endOf(key)].map(
        (text) => ({ text }),
      ),
    );
    const columns = terminal.printsToScreen ? terminal.columns() : Infinity;
    const paintHead = (text: string): string => terminal.paintOut("dim", text);
    const heads = [
      { head: "ID" },
      { head: "NAME", share: 2 },
      { head: "ROLE" },
      { head: "USED" },
      { head: "ENDS" },
    ];
    for (const line of drawTable(heads, rows, { columns, paintHead })) terminal.print(line);
  }
  return EXIT.done;
}

export async function addKey(name: string, { role, days, json }: AddKeyOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  if (days !== undefined && !/^[1-9]\d{0,3}$/.test(days))
    throw new UsageError(`--days: expected a whole number from 1, got ${JSON.stringify(days)}.`);
  const made = await connect().access.addKey({
    name,
    role,
    ...(days === undefined ? {} : { expires_in_days: Number(days) }),
  });
  if (json === true) {
    sayJson(terminal, made);
    return EXIT.done;
  }
  // Alone on standard output, so that a script can take it.
  terminal.print(made.secret);
  terminal.tell(`It may ${role}. It is not shown again.`);
  return EXIT.done;
}

export async function revokeKey(word: string, { json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const found = (await client.access.keys()).filter((key) => isMeant(key, word));
  const [key, other] = found;
  if (key === undefined || other !== undefined) {
    const many = `${found.length} keys go by ${cleanText(word)}; give the id of one.`;
    const why = key === undefined ? `There is no key ${cleanText(word)}.` : many;
    terminal.tell(terminal.paintErr("red", `haulyard: ${why}`));
    return key === undefined ? EXIT.notFound : EXIT.usage;
  }
  await client.access.revokeKey(key.id);
  if (json === true) sayJson(terminal, { revoked: key.id });
  else terminal.print(`revoked  ${cleanText(key.name)}`);
  return EXIT.done;
}

function isMeant({ id, name }: KeyMessage, word: string): boolean {
  return name === word || (word.length >= LEAST_OF_ID && id.startsWith(word.toLowerCase()));
}

function endOf({ expires_at: at, expired }: KeyMessage): string {
  if (at === null) return "never";
  return expired ? `${dayOf(at)} (over)` : dayOf(at);
}
