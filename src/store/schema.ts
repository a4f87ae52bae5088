/** The tables as Kysely sees them. JSON columns are text: both databases keep it alike, and it is read whole. */
import type { Generated, Insertable, Kysely, Selectable } from "kysely";
import type { Role, Via } from "../job/access-contract.ts";
import type { JobStateKind } from "../job/job-state.ts";
import type { NodeKind } from "../job/node-contract.ts";
import type { ChannelsTable, MessagesTable, NoticesTable } from "./notify/notice-tables.ts";
import type { GroupMembersTable, JobGroupsTable } from "./groups/group-tables.ts";

export interface JobsTable {
  /** Order of arrival; never used twice. */
  sequence: Generated<number>;
  id: string;
  kind: JobStateKind;
  lane: string;
  place_kind: "node" | "ssh";
  place_name: string;
  /** −priority: so one ascending index (rank, sequence) is the order of the queue. */
  rank: number;
  not_before: number;
  after_id: string | null;
  /** `after_id` as long as that job is not ended: the queue need not look it up at every claim. */
  waits_for: string | null;
  /** 1: a person lets it run whatever the hour. */
  runs_now: Generated<number>;
  /** How often the job was claimed; the epoch of its latest lease. */
  epoch: Generated<number>;
  /** Which of its lane's places a running job takes up, from 0. Unique per lane: the limit is a fact of the database. */
  slot: number | null;
  lease_owner: string | null;
  /** The truth about the lease's end; the one in `state` is of the moment of the claim. */
  lease_expires_at: number | null;
  destination: string | null;
  name: string;
  /** Lower case and bounded: for sorting by name. */
  sort_name: string;
  /** Bytes in total, −1 while unknown: for sorting by size. */
  size_key: number;
  limit_rate: number | null;
  /** Name of the command that is run once it is complete. */
  after_run: Generated<string | null>;
  created_at: number;
  updated_at: number;
  started_at: number | null;
  ended_at: number | null;
  source: string;
  steps: string;
  state: string;
  progress: string;
  /** Kept from the step that found it out; shown once the job is complete. */
  checksum_state: string | null;
  /** Ids with a space between; null for none. The truth is `group_members`. */
  group_ids: Generated<string | null>;
  /** The same for all jobs that share one file within a site; null: it shares with nobody. */
  share_key: Generated<string | null>;
  share_site: Generated<string | null>;
  /** 1: it fetches the file from its origin. Unique per key: that there is one is a fact of the database. */
  share_first: Generated<number>;
  /** The machine of the job it waits for, which is in `waits_for` then. */
  share_node: Generated<string | null>;
  /** JSON, once it is complete: what it hands out; `LOST` for nothing. */
  share_file: Generated<string | null>;
}

export interface SearchTextsTable {
  job: number;
  /** Lower case, without secrets: name, destination and source. */
  text: string;
}

export interface HistoryTable {
  job: number;
  /** Counts the lines of one job, from 1. */
  line: number;
  at: number;
  from_kind: JobStateKind | null;
  to_kind: JobStateKind;
  reason: string;
  failure: string | null;
}

export interface ChangesTable {
  cursor: Generated<number>;
  job_id: string;
  kind: "job" | "removed" | "group";
  at: number;
}

/** How many jobs of each lane are in each state: counting 100,000 rows at every look would take too long. */
export interface JobCountsTable {
  lane: string;
  kind: JobStateKind;
  n: number;
}

export interface FactsTable {
  key: string;
  value: string;
}

export interface HostsTable {
  id: string;
  /** Unique: user, address, port, and the machines on the way. */
  identity: string;
  label: string;
  connection: string;
  address: string;
  port: number;
  /** The user there; `user` is a word of SQL. */
  login: string | null;
  instance_id: string;
  ui_home: string | null;
  tags: string;
  limits: string;
  created_at: number;
  updated_at: number;
  last_seen_at: number | null;
  findings: string | null;
  /** What a person was asked last about its keys and has not answered. */
  question: string | null;
  /** Labels a node has to have to run its jobs. */
  labels: Generated<string>;
  /** The node that ran a job of it last, and when. */
  ran_on: string | null;
  ran_at: number | null;
}

/** Host keys that people have said yes to: lines of `known_hosts`. */
export interface AcceptedKeysTable {
  name: string;
  line: string;
  accepted_at: number;
}

export interface NodesTable {
  name: string;
  kind: NodeKind;
  version: string;
  address: string | null;
  labels: string;
  folders: string;
  /** Unlike that of any other process. */
  run: string;
  token_hash: string | null;
  started_at: number;
  heartbeat_at: number;
  /** It said goodbye then. */
  left_at: number | null;
  draining_since: number | null;
  drained_at: number | null;
  /** Where it hands out files to other machines; null: it does not. */
  share_address: Generated<string | null>;
}

export interface FilesTable {
  node: string;
  folder: string;
  name: string;
  device: string;
  inode: string;
  size: number;
  mtime_ns: string;
  ctime_ns: string;
  sha256: string | null;
  is_sure: number;
  found_at: number;
  origin: string | null;
  verdict: string | null;
}

export interface AccountsTable {
  name: string;
  role: Role;
  password_hash: string;
  created_at: number;
  password_changed_at: number;
}

export interface SessionsTable {
  id: string;
  hash: string;
  account: string;
  created_at: number;
  last_used_at: number;
  expires_at: number;
  address: string;
  agent: string;
}

export interface ApiKeysTable {
  id: string;
  hash: string;
  name: string;
  role: Role;
  created_at: number;
  created_by: string;
  last_used_at: number | null;
  expires_at: number | null;
}

export interface AuditTable {
  id: Generated<number>;
  at: number;
  who: string;
  via: Via;
  address: string;
  action: string;
  target: string;
  status: number;
}

export interface SettingsTable {
  name: string;
  text: string | null;
  changed_at: number;
}

export interface SchemaVersionsTable {
  version: number;
  name: string;
  applied_at: number;
}

export interface Schema {
  jobs: JobsTable;
  search_texts: SearchTextsTable;
  history: HistoryTable;
  changes: ChangesTable;
  job_counts: JobCountsTable;
  facts: FactsTable;
  hosts: HostsTable;
  accepted_keys: AcceptedKeysTable;
  nodes: NodesTable;
  files: FilesTable;
  accounts: AccountsTable;
  sessions: SessionsTable;
  api_keys: ApiKeysTable;
  audit: AuditTable;
  settings: SettingsTable;
  channels: ChannelsTable;
  notices: NoticesTable;
  messages: MessagesTable;
  job_groups: JobGroupsTable;
  group_members: GroupMembersTable;
  schema_versions: SchemaVersionsTable;
}

/** The database, or a transaction on it. */
export type Db = Kysely<Schema>;
export type JobRow = Selectable<JobsTable>;
export type NewJobRow = Insertable<JobsTable>;
export type NodeRow = Selectable<NodesTable>;
export type GroupRow = Selectable<JobGroupsTable>;
export type HostRow = Selectable<HostsTable>;
export type FileRow = Selectable<FilesTable>;
