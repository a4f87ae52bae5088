/** Takes over a job that another program has put into `download_queue.json` (CONTRACT §6). */
import type { Submission } from "../../engine/engine-contract.ts";
import { failure } from "../../job/failure.ts";
import type { JobDraft } from "../../job/job.ts";
import { redactText } from "../../job/redact.ts";
import type { ServerParts } from "../parts.ts";
import type { QueueEntry, StatusOfEntry } from "./queue-entry.ts";

type Parts = Pick<ServerParts, "engine" | "planner" | "hosts">;

/** What became of one entry. */
export type Imported =
  /** The store knows it now. */
  | { kind: "taken" }
  /** It stays in the file as it is. */
  | { kind: "left" }
  /** It stays as well; a person may want to know why. */
  | { kind: "refused"; why: string };

/**
 * @param told what the status file of the old system says of it; null for an entry of its own
 * @param isFirst what an old system left: jobs it had begun or given up are taken over, too
 */
export async function importEntry(
  entry: QueueEntry,
  told: StatusOfEntry | null,
  isFirst: boolean,
  parts: Parts,
): Promise<Imported> {
  const { engine } = parts;
  if ((await engine.get(entry.id)) !== null) return { kind: "taken" };
  const status = told?.status ?? entry.status;
  if (status === "COMPLETE" || (!isFirst && status !== "PENDING")) return { kind: "left" };
  const planned = await draftOf(entry, parts);
  if ("why" in planned) return { kind: "refused", ...planned };
  // The old system ran them one by one: those before are done.
  const draft =
    status === "PENDING" ? planned : { ...planned, steps: planned.steps.slice(doneOf(entry, planned)) };
  switch (status) {
    case "PENDING":
    case "RUNNING":
    case "HOST_VERIFICATION_NEEDED":
      return toImported(entry, await engine.submit(draft, entry.id));
    case "PAUSED": {
      const imported = toImported(entry, await engine.submit(draft, entry.id));
      if (imported.kind === "taken") await engine.act(entry.id, "pause");
      return imported;
    }
    case "FAILED":
    case "CANCELLED": {
      const why = failure("stopped", whyOf(told?.error ?? entry.error));
      return toImported(entry, await engine.recordFailed(draft, why, entry.id));
    }
    default:
      throw status satisfies never;
  }
}

/** Two jobs that make the same file are one; but whoever wrote this one would look for it in vain. */
function toImported({ id }: QueueEntry, { job }: Submission): Imported {
  return job.id === id ? { kind: "taken" } : { kind: "refused", why: `job ${job.id} makes the same file` };
}

/** Never all of them: it had not ended well. */
function doneOf({ command_index: index }: QueueEntry, { steps }: JobDraft): number {
  return Math.min(index, steps.length - 1);
}

function whyOf(error: string | null | undefined): string {
  return error == null || error === "" ? "It failed before." : redactText(error);
}

async function draftOf(
  { ssh_connection: connection, ui_home: uiHome, resource_paths: paths, commands }: QueueEntry,
  { planner, hosts }: Parts,
): Promise<JobDraft | { why: string }> {
  const ensured = await hosts.ensure(connection);
  if (ensured.kind === "refused") return { why: `ssh_connection: ${ensured.reason}` };
  const { host } = ensured;
  const request = {
    place: { kind: "ssh", hostId: host.id } as const,
    uiHome: uiHome ?? hosts.uiHomeOf(host),
    priority: 0,
    after: null,
  };
  const filepath = paths[0] ?? null;
  const outcome =
    commands.length === 0 && filepath !== null
      ? await planner.planCard({ ...request, filepath })
      : await planner.planCommands({ ...request, filepath, commands });
  return outcome.kind === "planned" ? outcome.draft : { why: redactText(outcome.failure.message) };
}
