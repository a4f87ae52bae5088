/** The tables of groups. */
import type { Generated } from "kysely";

export interface JobGroupsTable {
  /** Order of arrival; never used twice. */
  number: Generated<number>;
  id: string;
  name: string;
  asked_by: string | null;
  created_at: number;
  /** JSON lists of texts. */
  sources: string;
  places: string;
  /** Jobs that ever became members: how much work it is at most to add them up. */
  joined: Generated<number>;
  /** Within what its files are fetched once; null: nothing. */
  share: Generated<string | null>;
}

export interface GroupMembersTable {
  group_number: number;
  job_id: string;
  source: number;
  place_kind: "node" | "ssh";
  place_name: string;
  /** Bytes of a job that was complete and is forgotten since; null: there is the job. */
  gone_bytes: number | null;
  /** 1: the job was added for this group, and nobody has asked for it by itself since. */
  created: number;
}
