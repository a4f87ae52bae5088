/** Which databases a queue is moved between: what was typed, else what the settings of the present folder say. */
import { join } from "node:path";
import { readEnvironment } from "../../config/environment.ts";
import * as kinds from "../../config/kinds.ts";
import type { Database } from "../../config/kinds.ts";
import { readSettings } from "../../config/read-settings.ts";
import { UsageError } from "../usage-error.ts";

export interface GivenAddresses {
  from?: string;
  to?: string;
  data?: string;
}

export interface Addresses {
  from: Database;
  /** Null: nothing names one. */
  to: Database | null;
  data: string;
  /** The name of this machine to the queue. */
  node: string;
}

/** @throws UsageError */
export function readAddresses({ from, to, data }: GivenAddresses): Addresses {
  const folder = process.cwd();
  const env = readEnvironment();
  const flags = data === undefined ? {} : { data };
  const read = readSettings({ flags, env, folder });
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const { settings } = read;
  const base = { folder, home: env["HOME"] ?? null };
  const typed = (flag: string, text: string | undefined): Database | null => {
    if (text === undefined) return null;
    refusePassword(flag, text);
    const address = kinds.database.read(text, base);
    if (address === undefined) throw new UsageError(`${flag}: expected ${kinds.database.expects}.`);
    return address;
  };
  const file: Database = { kind: "sqlite", file: join(settings.data, "haulyard.db") };
  const set = settings.databaseUrl;
  return {
    from: typed("--from", from) ?? (set.kind === "sqlite" ? set : file),
    to: typed("--to", to) ?? (set.kind === "postgres" ? set : null),
    data: settings.data,
    node: settings.node,
  };
}

/** Everybody on a machine sees what programs were started with. */
function refusePassword(flag: string, text: string): void {
  const url = URL.parse(text);
  if (url === null || (url.password === "" && !url.searchParams.has("password"))) return;
  throw new UsageError(
    `${flag}: no password in an argument, where everybody on this machine can read it, and the history of the shell keeps it.\n` +
      "Leave it out of the address and set PGPASSWORD or ~/.pgpass, or put the whole address into HAULYARD_DATABASE_URL and leave --to out.",
  );
}

/** An address as it may be shown. */
export function showAddress(address: Database): string {
  if (address.kind === "sqlite") return `sqlite:${address.file}`;
  const url = URL.parse(address.url);
  if (url === null) return "postgres://…";
  url.password = "";
  url.searchParams.delete("password");
  return url.href;
}
