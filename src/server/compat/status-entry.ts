/** An entry of `.download_status.json` as another program wrote it. Pure. */
import { z } from "zod";
import { hasControl } from "../../job/file-name.ts";

/** Less strict than what we write: what is not needed to go on with a download may be missing. */
const EntrySchema = z.object({
  status: z.enum(["starting", "downloading", "completed", "error"]),
  url: z.string().max(8192).default(""),
  timestamp: z.number().optional(),
  completion_time: z.number().optional(),
  error: z.string().max(10_000).optional(),
  job_id: z.string().optional(),
});
export type StatusEntry = z.infer<typeof EntrySchema>;

/** Entries by absolute destination, as they stand in the file. */
export type RawEntries = Map<string, unknown>;

/** What a status file holds, or why it is none. */
export function parseStatusFile(text: string): RawEntries | { refusal: string } {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return { refusal: "it is not valid JSON" };
  }
  if (typeof value !== "object" || value === null || Array.isArray(value))
    return { refusal: "it must hold an object keyed by destination" };
  return new Map(Object.entries(value));
}

/** The entry, or why it is none. */
export function readEntry(destination: string, value: unknown): StatusEntry | { refusal: string } {
  if (!destination.startsWith("/") || hasControl(destination))
    return { refusal: "the key must be an absolute path" };
  const checked = EntrySchema.safeParse(value);
  if (checked.success) return checked.data;
  const field = checked.error.issues[0]?.path.join(".") ?? "";
  return { refusal: field === "" ? "the entry must be an object" : `${field} is missing or wrong` };
}

/** When the entry ended, in epoch milliseconds; null where it does not say. */
export function endedAt({ completion_time, timestamp }: StatusEntry): number | null {
  const seconds = completion_time ?? timestamp;
  return seconds === undefined ? null : seconds * 1000;
}

/** Ended, and longer ago than ended downloads are kept. */
export function isForgotten(entry: StatusEntry, now: number, retentionMs: number): boolean {
  const at = endedAt(entry);
  const ended = entry.status === "completed" || entry.status === "error";
  return ended && at !== null && at < now - retentionMs;
}
