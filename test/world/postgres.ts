/** A real PostgreSQL of its own: in a temporary folder, behind a socket there, gone when the test is over. */
import { spawn, spawnSync } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { chownSync, globSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Client } from "pg";
import { findProgram } from "../../tools/test-tools.ts";
import { quickFolder } from "./quick-folder.ts";

/** It takes seconds; one that takes longer hangs. */
const START_TRIES = 1_200;
const PAUSE_MS = 100;
const PREFIX = "haul-pg-";

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
  const folder = flags === FAST ? quickFolder(PREFIX) : mkdtempSync(join(tmpdir(), PREFIX));
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
      await ask(name, EMPTY);
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

/** A table with more bytes than this is cut off whole: its dead rows would be passed over by every test that comes. */
const LARGE_BYTES = 256 * 1024;

/**
 * Everything but which migrations were done. Rows are deleted, as cutting tables off makes new files for each and all
 * its indexes: most of what a test of the store took. No trigger fires, and no order among the tables has to be kept.
 */
const EMPTY = `do $$ declare named record; large text; begin
  set local session_replication_role = replica;
  select string_agg(oid::regclass::text, ', ') into large from pg_class
  where relkind = 'r' and relnamespace = 'public'::regnamespace and relname <> 'schema_versions'
    and pg_table_size(oid) > ${LARGE_BYTES};
  if large is not null then execute 'truncate ' || large || ' restart identity cascade'; end if;
  for named in select oid::regclass::text as name, relkind from pg_class
    where relkind in ('r', 'S') and relnamespace = 'public'::regnamespace and relname <> 'schema_versions'
  loop
    if named.relkind = 'r' then execute 'delete from ' || named.name;
    else perform setval(named.name, 1, false); end if;
  end loop;
end $$`;

/** PostgreSQL does not run as root. */
function unprivileged(): { uid?: number; gid?: number } {
  if (process.getuid?.() !== 0) return {};
  const idOf = (flag: string, name: string): number =>
    Number(spawnSync("id", [flag, name], { encoding: "utf8" }).stdout);
  const name = idOf("-u", "postgres") > 0 ? "postgres" : "nobody";
  return { uid: idOf("-u", name), gid: idOf("-g", name) };
}
