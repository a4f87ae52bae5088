/** A real PostgreSQL of its own: in a temp folder, behind a socket there, gone when the test is over. */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { findProgram } from "../../tools/test-tools.ts";

/** It takes seconds; one that takes longer hangs. */
const START_TRIES = 1_200;
const PAUSE_MS = 100;

export interface Postgres {
  /** Makes an empty database. Answers its URL. */
  create(name: string): Promise<string>;
  /** Ends all connections to a database and empties its tables: quicker than another database. */
  empty(name: string): Promise<void>;
  /** Runs one statement in a database. */
  ask(database: string, sql: string): Promise<Record<string, unknown>[]>;
  /** Gone at once, with all connections. */
  kill9(): Promise<void>;
  /** Starts it again where it was. */
  start(): Promise<void>;
  /** Ends it and removes all there is. */
  remove(): Promise<void>;
}

/** Where the programs of the server are, or null. */
export function postgresFolder(): string | null {
  const [newest] = globSync("/usr/lib/postgresql/*/bin/initdb").toSorted().toReversed();
  const found = newest ?? findProgram("initdb");
  return found === null ? null : dirname(found);
}

/** @param flags what is not as it would be by itself */
export async function startPostgres(flags: readonly string[] = FAST): Promise<Postgres> {
  const programs = postgresFolder();
  if (programs === null) throw new Error("PostgreSQL is not installed");
  const folder = mkdtempSync(join(tmpdir(), "haul-pg-"));
  const user = unprivileged();
  if (user.uid !== undefined && user.gid !== undefined) chownSync(folder, user.uid, user.gid);
  const data = join(folder, "data");
  const made = spawnSync(
    join(programs, "initdb"),
    ["-D", data, "-U", "haulyard", "-A", "trust", "-E", "UTF8", "--locale=C.UTF-8", "--no-sync"],
    { ...user, cwd: folder, encoding: "utf8" },
  );
  if (made.status !== 0) throw new Error(`initdb: ${made.stderr}`);
  const urlOf = (name: string): string =>
    `postgres://haulyard:not-to-be-told@localhost/${name}?host=${encodeURIComponent(folder)}`;
  const clients = new Map<string, Client>();
  const clientOf = async (database: string): Promise<Client> => {
    const known = clients.get(database);
    if (known !== undefined) return known;
    const client = new Client({ connectionString: urlOf(database) });
    const forget = (): void => void (clients.get(database) === client && clients.delete(database));
    client.on("error", forget);
    client.on("end", forget);
    await client.connect();
    clients.set(database, client);
    return client;
  };
  const ask = async (database: string, sql: string): Promise<Record<string, unknown>[]> =>
    (await (await clientOf(database)).query<Record<string, unknown>>(sql)).rows;

  let server: ChildProcess | null = null;
  const start = async (): Promise<void> => {
    for (let tries = START_TRIES; ; tries -= 1) {
      // Kill -9 leaves a moment in which its own remains keep it from starting: then it ends, and is started anew.
      if (server === null || server.exitCode !== null || server.signalCode !== null)
        server = spawn(join(programs, "postgres"), ["-D", data, "-k", folder, ...flags], {
          ...user,
          cwd: folder,
          stdio: "ignore",
        });
      try {
        await ask("postgres", "select 1");
        return;
      } catch (error) {
        if (tries <= 1) throw error;
      }
      await new Promise((again) => setTimeout(again, PAUSE_MS));
    }
  };
  const end = async (signal: NodeJS.Signals): Promise<void> => {
    if (server === null || server.exitCode !== null || server.signalCode !== null) return;
    const ended = once(server, "exit");
    server.kill(signal);
    await ended;
  };
  await start();
  return {
    create: async (name) => {
      await ask("postgres", `create database ${name}`);
      return urlOf(name);
    },
    empty: async (name) => {
      await ask(
        name,
        `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${name}' and pid <> pg_backend_pid() and backend_type = 'client backend'`,
      );
      await ask(name, TRUNCATE);
    },
    ask,
    kill9: () => end("SIGKILL"),
    start,
    remove: async () => {
      await Promise.all([...clients.values()].map((client) => client.end()));
      await end("SIGQUIT");
      rmSync(folder, { recursive: true, force: true, maxRetries: 50, retryDelay: PAUSE_MS });
    },
  };
}

/** Nothing outlives the machine here, so nothing is synced; a killed process loses nothing of it all the same. */
const FAST = [
  "--listen_addresses=",
  "--fsync=off",
  "--full_page_writes=off",
  "--max_connections=200",
  "--shared_buffers=32MB",
  "--autovacuum=off",
  "--log_min_messages=fatal",
];

/** Everything but which migrations were done. */
const TRUNCATE = `do $$ begin execute (
  select 'truncate ' || string_agg(quote_ident(tablename), ', ') || ' restart identity cascade'
  from pg_tables where schemaname = 'public' and tablename <> 'schema_versions'
); end $$`;

/** PostgreSQL does not run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string, name: string): number =>
    Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout);
  const name = idOf("-u", "postgres") > 0 ? "postgres" : "nobody";
  return { uid: idOf("-u", name), gid: idOf("-g", name) };
}
