/** Host keys that people have said yes to. */
import { randomUUID } from "node:crypto";
import type { AcceptedKey, AcceptedKeys } from "../../job/accepted-keys-contract.ts";
import type { Backend } from "../backend.ts";
import { getFact, setFact } from "../facts.ts";
import type { Db } from "../schema.ts";

const VERSION = "accepted_keys_version";
const adoptedBy = (node: string): string => `imported:known_hosts of ${node}`;

export function createAcceptedKeys(backend: Backend): AcceptedKeys {
  const { db } = backend;
  return {
    version: async () => (await getFact(db, VERSION)) ?? "",
    list: () =>
      db
        .selectFrom("accepted_keys")
        .select(["name", "line"])
        .orderBy("accepted_at")
        .orderBy("name")
        .orderBy("line")
        .execute(),
    trust: (keys, now) =>
      backend.write(async (trx) => {
        for (const name of new Set(keys.map((key) => key.name))) await drop(trx, name);
        await put(trx, keys, now);
        await mark(trx);
      }),
    forget: (name) =>
      backend.write(async (trx) => {
        if ((await drop(trx, name)) > 0n) await mark(trx);
      }),
    adopt: async (node, keys, now) => {
      if ((await getFact(db, adoptedBy(node))) !== null) return;
      await backend.write(async (trx) => {
        const known = await trx.selectFrom("accepted_keys").select("name").distinct().execute();
        const names = new Set(known.map(({ name }) => name));
        await put(
          trx,
          keys.filter(({ name }) => !names.has(name)),
          now,
        );
        await setFact(trx, adoptedBy(node), new Date(now).toISOString());
        await mark(trx);
      });
    },
  };
}

async function drop(trx: Db, name: string): Promise<bigint> {
  const { numDeletedRows } = await trx
    .deleteFrom("accepted_keys")
    .where("name", "=", name)
    .executeTakeFirstOrThrow();
  return numDeletedRows;
}

async function put(trx: Db, keys: readonly AcceptedKey[], now: number): Promise<void> {
  for (const { name, line } of keys)
    await trx
      .insertInto("accepted_keys")
      .values({ name, line, accepted_at: now })
      .onConflict((conflict) => conflict.doNothing())
      .execute();
}

/** Machines whose file is of another version write theirs anew before they connect next. */
async function mark(trx: Db): Promise<void> {
  await setFact(trx, VERSION, randomUUID());
}
