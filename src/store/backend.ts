/** Everything in which one database differs from another. The rest of this folder is the same for all. */
import type {
  ColumnBuilderCallback,
  ColumnDataType,
  Expression,
  RawBuilder,
  SelectQueryBuilder,
} from "kysely";
import type { Db, Schema } from "./schema.ts";

/** When a transaction counts as done. */
export type Durability =
  /** On the disk: it survives a power cut. */
  | "synced"
  /** Handed to the system: it survives a crash of ours; a power cut may undo the last ones, in order. */
  | "relaxed";

/** A type Kysely knows, or one written out for the database. */
type ColumnType = ColumnDataType | RawBuilder<unknown>;

/** Column types that are spelt differently. */
export interface ColumnTypes {
  /** A whole number the database gives out, growing, never one twice. */
  growingKey: { type: ColumnType; build: ColumnBuilderCallback };
  /** What can hold such a number. */
  key: ColumnType;
  /** Text that sorts by its bytes, whatever the locale. */
  bytewiseText: ColumnType;
}

export interface Backend {
  db: Db;
  types: ColumnTypes;

  /**
   * Runs `work` in one transaction that may write: whole or not at all. It may be run more than once, so it changes
   * nothing outside. Synced ones come one after the other, whoever writes: what one of them reads no other changes
   * meanwhile. Relaxed ones may run beside them, and do not record changes.
   */
  write<T>(work: (trx: Db) => Promise<T>, durability?: Durability): Promise<T>;

  /** Keeps the rows read from being changed by others until the transaction ends. */
  locked<Table extends keyof Schema, Row>(
    query: SelectQueryBuilder<Schema, Table, Row>,
  ): SelectQueryBuilder<Schema, Table, Row>;

  /** The same, but rows that others keep are passed over. */
  claimable<Table extends keyof Schema, Row>(
    query: SelectQueryBuilder<Schema, Table, Row>,
  ): SelectQueryBuilder<Schema, Table, Row>;

  /** Any number of ids as a table with a column `id`, to join. */
  idTable(ids: readonly string[]): RawBuilder<{ id: string }>;

  /** Any number of rows as a table, to join. @param columns all of them, and what each holds */
  rowTable<Row extends Readonly<Record<string, string | number>>>(
    columns: Readonly<Record<keyof Row & string, "text" | "bigint">>,
    rows: readonly Row[],
  ): RawBuilder<Row>;
  /** The number at a path of a column of JSON text; null where there is none. */
  jsonNumber(column: Expression<unknown>, path: string): RawBuilder<number | null>;

  /** True for the error of a write that broke a unique index. */
  isUniqueViolation(error: unknown): boolean;

  /** Names of all tables: to tell an empty database from a foreign one. */
  tableNames(): Promise<string[]>;

  /** What the database needs beside its tables, in the transaction after the migrations. May be done again. */
  guardTables(trx: Db): Promise<void>;

  /** See `JobStore.now`. */
  now(): number;

  /** Calls back after other connections have committed something; answers how to stop. */
  onForeignCommit(listener: () => void): () => void;

  close(): Promise<void>;
}
