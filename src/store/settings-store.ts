/** Settings that people have changed while a server ran. */
import type { SettingsStore } from "../job/settings-contract.ts";
import type { Backend } from "./backend.ts";

export function createSettingsStore(backend: Backend): SettingsStore {
  return {
    list: async () => {
      const rows = await backend.db.selectFrom("settings").selectAll().orderBy("name").execute();
      return rows.map(({ name, text, changed_at }) => ({ name, text, changedAt: changed_at }));
    },
    write: (changes, now) =>
      backend.write(async (trx) => {
        for (const { name, text } of changes) {
          if (text === undefined) {
            await trx.deleteFrom("settings").where("name", "=", name).execute();
            continue;
          }
          const value = { text, changed_at: now };
          await trx
            .insertInto("settings")
            .values({ name, ...value })
            .onConflict((conflict) => conflict.column("name").doUpdateSet(value))
            .execute();
        }
      }),
  };
}
