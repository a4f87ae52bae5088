/** `haulyard users`: accounts that can sign in. */
import type { Role } from "../../job/access-contract.ts";
import { connect } from "../queue/connect.ts";
import { sayJson } from "../queue/say-json.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { drawTable } from "../screen/draw-table.ts";
import { openTerminal } from "../screen/terminal.ts";
import { readPassword } from "./read-password.ts";
import { dayOf } from "./day-of.ts";

interface JsonOption {
  json?: true;
}

/** As commander gives them. */
export interface AddUserOptions extends JsonOption {
  role: Role;
}

export async function listUsers({ json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  const accounts = await connect().access.accounts();
  if (json === true) sayJson(terminal, { accounts });
  else if (accounts.length === 0)
    terminal.tell("There are no accounts. Make the first: haulyard users add NAME");
  else {
    const rows = accounts.map(({ name, role, created_at: at }) =>
      [cleanText(name), role, dayOf(at)].map((text) => ({ text })),
    );
    const columns = terminal.printsToScreen ? terminal.columns() : Infinity;
    const paintHead = (text: string): string => terminal.paintOut("dim", text);
    const heads = [{ head: "NAME", share: 2 }, { head: "ROLE" }, { head: "SINCE" }];
    for (const line of drawTable(heads, rows, { columns, paintHead })) terminal.print(line);
  }
  return EXIT.done;
}

export async function addUser(name: string, { role, json }: AddUserOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const password = await readPassword(`Password of ${cleanText(name)}`);
  const account = await client.access.addAccount({ name, password, role });
  if (json === true) sayJson(terminal, { account });
  else terminal.print(`added  ${account.name}, ${account.role}`);
  return EXIT.done;
}

export async function changePassword(name: string, { json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  const client = connect();
  const password = await readPassword(`New password of ${cleanText(name)}`);
  const account = await client.access.changeAccount(name, { password });
  if (json === true) sayJson(terminal, { account });
  else terminal.print(`changed  ${account.name}; its sessions have ended`);
  return EXIT.done;
}

export async function removeUser(name: string, { json }: JsonOption): Promise<ExitCode> {
  const terminal = openTerminal();
  await connect().access.removeAccount(name);
  if (json === true) sayJson(terminal, { removed: name });
  else terminal.print(`removed  ${cleanText(name)}`);
  return EXIT.done;
}
