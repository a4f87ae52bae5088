import { NO_LIMITS } from "../../job/host.ts";
import type { Host, HostFindings, HostLimits, PendingQuestion } from "../../job/host.ts";
import type { Labels } from "../../job/node-contract.ts";
import { decode } from "../decode-job.ts";
import type { HostRow } from "../schema.ts";

/** The host of a row. @throws StoreError if a column does not hold what was written there */
export function decodeHost(row: HostRow): Host {
  const parse = <T extends object>(
    column: "tags" | "findings" | "question",
    isWhole: (value: T) => boolean,
  ): T => decode(row[column], `'${column}' of host ${row.id}`, isWhole);
  return {
    id: row.id,
    label: row.label,
    connection: row.connection,
    identity: row.identity,
    address: row.address,
    port: row.port,
    user: row.login,
    instanceId: row.instance_id,
    uiHome: row.ui_home,
    tags: parse<string[]>("tags", (tags) => Array.isArray(tags)),
    limits: decodeLimits(row),
    needs: decodeNeeds(row),
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    lastSeenAt: row.last_seen_at,
    findings:
      row.findings === null ? null : parse<HostFindings>("findings", ({ tools }) => Array.isArray(tools)),
    question:
      row.question === null
        ? null
        : parse<PendingQuestion>("question", ({ question }) => typeof question === "object"),
  };
}

export function decodeLimits({ id, limits }: Pick<HostRow, "id" | "limits">): HostLimits {
  // Rows that were written before a limit was thought of do not have it.
  return {
    ...NO_LIMITS,
    ...decode<HostLimits>(limits, `'limits' of host ${id}`, (value) => "jobs" in value),
  };
}

/** Labels a machine has to have to run its jobs. */
export function decodeNeeds({ id, labels }: Pick<HostRow, "id" | "labels">): Labels {
  return decode<Labels>(labels, `'labels' of host ${id}`, (value) => !Array.isArray(value));
}
