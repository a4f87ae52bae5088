import type { ColumnDefinitionBuilder } from "kysely";
import type { Migration } from "../migrate.ts";

const notNull = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull();
const key = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.primaryKey();
const unique = (column: ColumnDefinitionBuilder): ColumnDefinitionBuilder => column.notNull().unique();

/** Never edited once released: a change of the schema is a new migration. */
export const access: Migration = {
  version: 4,
  name: "access",
  async up(db, { growingKey, bytewiseText }) {
    await db.schema
      .createTable("accounts")
      .addColumn("name", bytewiseText, key)
      .addColumn("role", "text", notNull)
      .addColumn("password_hash", "text", notNull)
      .addColumn("created_at", "bigint", notNull)
      .addColumn("password_changed_at", "bigint", notNull)
      .execute();
    await db.schema
      .createTable("sessions")
      .addColumn("id", "text", key)
      .addColumn("hash", "text", unique)
      .addColumn("account", bytewiseText, (column) =>
        column.notNull().references("accounts.name").onDelete("cascade"),
      )
      .addColumn("created_at", "bigint", notNull)
      .addColumn("last_used_at", "bigint", notNull)
      .addColumn("expires_at", "bigint", notNull)
      .addColumn("address", "text", notNull)
      .addColumn("agent", "text", notNull)
      .execute();
    await db.schema.createIndex("sessions_by_account").on("sessions").column("account").execute();
    await db.schema
      .createTable("api_keys")
      .addColumn("id", "text", key)
      .addColumn("hash", "text", unique)
      .addColumn("name", "text", notNull)
      .addColumn("role", "text", notNull)
      .addColumn("created_at", "bigint", notNull)
      .addColumn("created_by", "text", notNull)
      .addColumn("last_used_at", "bigint")
      .addColumn("expires_at", "bigint")
      .execute();
    await db.schema
      .createTable("audit")
      .addColumn("id", growingKey.type, growingKey.build)
      .addColumn("at", "bigint", notNull)
      .addColumn("who", "text", notNull)
      .addColumn("via", "text", notNull)
      .addColumn("address", "text", notNull)
      .addColumn("action", "text", notNull)
      .addColumn("target", "text", notNull)
      .addColumn("status", "integer", notNull)
      .execute();
    await db.schema.createIndex("audit_by_time").on("audit").column("at").execute();
  },
};
