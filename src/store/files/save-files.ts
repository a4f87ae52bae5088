import type { FileRecord } from "../../job/file-store-contract.ts";
import { sql } from "kysely";
import type { Backend } from "../backend.ts";
import { encodeFile } from "./file-row.ts";

export async function saveFiles(
  backend: Backend,
  node: string,
  records: readonly FileRecord[],
): Promise<void> {
  if (records.length === 0) return;
  // Whatever a power cut undoes is found out again.
  await backend.write(async (trx) => {
    for (const record of records) {
      const { node: _node, folder: _folder, name: _name, ...facts } = encodeFile(node, record);
      await trx
        .insertInto("files")
        .values({ node, folder: record.folder, name: record.name, ...facts })
        .onConflict((conflict) => conflict.columns(["node", "folder", "name"]).doUpdateSet(facts))
        .execute();
    }
  }, "relaxed");
}

export async function removeFiles(
  backend: Backend,
  node: string,
  folder: string,
  names: readonly string[],
): Promise<void> {
  if (names.length === 0) return;
  await backend.write(async (trx) => {
    await trx
      .deleteFrom("files")
      .where("node", "=", node)
      .where("folder", "=", folder)
      .where("name", "in", sql<string>`(select id from ${backend.idTable(names)} as gone)`)
      .execute();
  }, "relaxed");
}
