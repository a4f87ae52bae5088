import { sql } from "kysely";
import type { FilePageQuery, FilePlace, FileRecord } from "../../job/file-store-contract.ts";
import type { Backend } from "../backend.ts";
import type { Db } from "../schema.ts";
import { decodeFile } from "./file-row.ts";

export async function getFile(db: Db, node: string, { folder, name }: FilePlace): Promise<FileRecord | null> {
  const row = await filesOf(db, node)
    .where("folder", "=", folder)
    .where("name", "=", name)
    .executeTakeFirst();
  return row === undefined ? null : decodeFile(row);
}

export async function filesInFolder(
  backend: Backend,
  node: string,
  folder: string,
  names: readonly string[],
): Promise<FileRecord[]> {
  const rows = await filesOf(backend.db, node)
    .where("folder", "=", folder)
    .where("name", "in", sql<string>`(select id from ${backend.idTable(names)} as wanted)`)
    .execute();
  return rows.map(decodeFile);
}

export async function namesOfFolder(
  db: Db,
  node: string,
  folder: string,
  { after, limit }: { after: string | null; limit: number },
): Promise<string[]> {
  const rows = await db
    .selectFrom("files")
    .select("name")
    .where("node", "=", node)
    .where("folder", "=", folder)
    .$if(after !== null, (query) => query.where("name", ">", after))
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map(({ name }) => name);
}

export async function filesByInode(
  backend: Backend,
  node: string,
  inodes: readonly string[],
): Promise<FileRecord[]> {
  const rows = await filesOf(backend.db, node)
    .where("inode", "in", sql<string>`(select id from ${backend.idTable(inodes)} as wanted)`)
    .execute();
  return rows.map(decodeFile);
}

export async function filesByHash(
  db: Db,
  node: string,
  sha256: string,
  limit: number,
): Promise<FileRecord[]> {
  const rows = await filesOf(db, node).where("sha256", "=", sha256).limit(limit).execute();
  return rows.map(decodeFile);
}

export async function filesBySize(db: Db, node: string, size: number, limit: number): Promise<FileRecord[]> {
  const rows = await filesOf(db, node).where("size", "=", size).limit(limit).execute();
  return rows.map(decodeFile);
}

export async function unreadFiles(
  db: Db,
  node: string,
  after: (FilePlace & { size: number }) | null,
  limit: number,
): Promise<FileRecord[]> {
  const rows = await filesOf(db, node)
    .where("sha256", "is", null)
    .$if(after !== null, (query) => {
      const { size, folder, name } = after as FilePlace & { size: number };
      // A comparison of rows is one range of the index; the same as `or`s would be a look at every row.
      return query.where(sql<boolean>`(size, folder, name) < (${size}, ${folder}, ${name})`);
    })
    .orderBy("size", "desc")
    .orderBy("folder", "desc")
    .orderBy("name", "desc")
    .limit(limit)
    .execute();
  return rows.map(decodeFile);
}

export async function pageOfFiles(
  db: Db,
  node: string,
  { under, after, limit }: FilePageQuery,
): Promise<FileRecord[]> {
  const rows = await filesOf(db, node)
    .$if(under !== null, (query) => {
      const start = under === "/" ? "" : (under as string);
      return (
        query
          .where("folder", ">=", under as string)
          // `0` follows `/`: what begins with the folder and a slash ends before it.
          .where("folder", "<", `${start}0`)
          .where(({ or, eb }) => or([eb("folder", "=", under as string), eb("folder", ">", `${start}/`)]))
      );
    })
    .$if(after !== null, (query) => {
      const { folder, name } = after as FilePlace;
      return query.where(sql<boolean>`(folder, name) > (${folder}, ${name})`);
    })
    .orderBy("folder")
    .orderBy("name")
    .limit(limit)
    .execute();
  return rows.map(decodeFile);
}

export async function folderAfter(db: Db, node: string, folder: string | null): Promise<string | null> {
  const row = await db
    .selectFrom("files")
    .select("folder")
    .where("node", "=", node)
    .$if(folder !== null, (query) => query.where("folder", ">", folder))
    .orderBy("folder")
    .limit(1)
    .executeTakeFirst();
  return row?.folder ?? null;
}

function filesOf(db: Db, node: string) {
  return db.selectFrom("files").selectAll().where("node", "=", node);
}
