/** Looks for what was planted where it must not be: through the run, and in what is left of it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Postgres } from "../postgres.ts";
import { allAnswers, filesWith } from "../planted-secret.ts";
import { listProcesses } from "../processes.ts";
import type { ChaosRig } from "./chaos-rig.ts";
import { DATABASE } from "./chaos-rig.ts";
import { SECRETS } from "./plan-work.ts";

const PLANTED = Object.values(SECRETS);
const LOOK_MS = 400;
/** What a job needs to go on, and where a file came from. The database is for its owner's eyes; all else is not. */
const KEEPS = new Set(["jobs", "files"]);

export interface Watch extends AsyncDisposable {
  /** Command lines that showed a secret to everybody on the machine. */
  readonly shown: Set<string>;
  readonly looks: number;
}

export function watchProcesses(): Watch {
  const stop = new AbortController();
  const shown = new Set<string>();
  let looks = 0;
  const watching = (async () => {
    while (!stop.signal.aborted) {
      looks += 1;
      for (const { line } of listProcesses())
        if (PLANTED.some((secret) => line.includes(secret))) shown.add(line);
      await sleep(LOOK_MS);
    }
  })();
  return {
    shown,
    get looks() {
      return looks;
    },
    [Symbol.asyncDispose]: async () => {
      stop.abort();
      await watching;
    },
  };
}

/** What is left: files, the database, answers. Sentences. */
export async function findSecrets(rig: ChaosRig, ids: readonly string[]): Promise<string[]> {
  const broken: string[] = [];
  for (const secret of PLANTED) {
    for (const node of rig.nodes) {
      const { name, world } = node;
      if (node.output().includes(secret)) broken.push(`${name} printed ${secret}`);
      for (const folder of [world.data, world.downloads])
        for (const path of filesWith(folder, secret)) broken.push(`${path} holds ${secret}`);
    }
    for (const {
      sshd: { home },
    } of rig.instances)
      for (const path of filesWith(home, secret)) broken.push(`${path} on an instance holds ${secret}`);
    for (const where of await tablesWith(rig.postgres, secret))
      if (!KEEPS.has(where)) broken.push(`the table ${where} holds ${secret}`);
  }
  for (const { url, name } of rig.nodes) {
    if (url === null) continue;
    for (const [path, text] of await allAnswers(url, ids))
      for (const secret of PLANTED)
        if (text.includes(secret)) broken.push(`${name} answers ${path} with ${secret}`);
    // One node reads what all have; the rest is checked by its own files.
    break;
  }
  return broken;
}

async function tablesWith(postgres: Postgres, secret: string): Promise<string[]> {
  const tables = await postgres.ask(
    DATABASE,
    "select tablename from pg_tables where schemaname = 'public' order by tablename",
  );
  const found: string[] = [];
  for (const { tablename } of tables) {
    const table = String(tablename);
    const [row] = await postgres.ask(
      DATABASE,
      `select count(*)::int as n from "${table}" as t where t::text like '%${secret}%'`,
    );
    if (Number(row?.["n"]) > 0) found.push(table);
  }
  return found;
}
