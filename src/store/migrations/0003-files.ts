import type { ColumnDefinitionBuilder } from "kysely";
import { sql } from "kysely";
import type { Migration } from "../migrate.ts";

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();

/** Never edited once released: a change of the schema is a new migration. */
export const files: Migration = {
  version: 3,
  name: "files",
  async up(db, { bytewiseText }) {
    await db.schema
      .createTable("files")
      .addColumn("node", "text", notNull)
      .addColumn("folder", bytewiseText, notNull)
      .addColumn("name", bytewiseText, notNull)
      .addColumn("device", "text", notNull)
      .addColumn("inode", "text", notNull)
      .addColumn("size", "bigint", notNull)
      // Nanoseconds since 1970: more digits than a number holds exactly.
      .addColumn("mtime_ns", "text", notNull)
      .addColumn("ctime_ns", "text", notNull)
      .addColumn("sha256", "text")
      .addColumn("is_sure", "integer", notNull)
      .addColumn("found_at", "bigint", notNull)
      .addColumn("origin", "text")
      .addColumn("verdict", "text")
      .addPrimaryKeyConstraint("files_by_place", ["node", "folder", "name"])
      .execute();
    await db.schema
      .createIndex("files_by_hash")
      .on("files")
      .columns(["node", "sha256"])
      .where(sql<boolean>`sha256 is not null`)
      .execute();
    await db.schema.createIndex("files_by_inode").on("files").columns(["node", "inode"]).execute();
    await db.schema.createIndex("files_by_size").on("files").columns(["node", "size"]).execute();
    await db.schema
      .createIndex("files_unread")
      .on("files")
      .columns(["node", "size", "folder", "name"])
      .where(sql<boolean>`sha256 is null`)
      .execute();
  },
};
