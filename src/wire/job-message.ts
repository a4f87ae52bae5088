/** A job as the outside sees it: computed, redacted, in snake_case. */
import { z } from "zod";
import type { Failure } from "../job/failure.ts";
import { FAILURE_CODES } from "../job/failure.ts";
import { isEnded, STATUS_OF } from "../job/job-state.ts";
import type { CommandStep, Job, Place, Step } from "../job/job.ts";
import { TOOL_NAMES } from "../job/output-contract.ts";
import { redactHeaders, redactText, redactUrl } from "../job/redact.ts";
import { sourceText } from "../job/source-text.ts";
import { ProgressMessage, toProgressMessage } from "./progress-message.ts";
import { toWaiting, WaitingMessage } from "./waiting-message.ts";
import type { Moment } from "./waiting-message.ts";

const IsoTime = z.iso.datetime();

export const Status = z.enum([
  "PENDING",
  "RUNNING",
  "PAUSED",
  "HOST_VERIFICATION_NEEDED",
  "COMPLETE",
  "FAILED",
  "CANCELLED",
]);
export type Status = z.infer<typeof Status>;

export const FailureMessage = z.object({
  code: z.enum(FAILURE_CODES as [Failure["code"], ...Failure["code"][]]),
  message: z.string(),
  advice: z.string(),
  retryable: z.boolean(),
});
export type FailureMessage = z.infer<typeof FailureMessage>;

export const ExpectedChecksum = z.object({ algorithm: z.string(), hex: z.string(), origin: z.string() });

export const CommandMessage = z.object({
  kind: z.literal("command"),
  /** Without secrets. */
  line: z.string(),
  title: z.string().nullable(),
  tool: z.enum(TOOL_NAMES),
  /** The files it should produce, as far as it can be told. */
  expects: z.array(
    z.object({
      folder: z.string(),
      name: z.string().nullable(),
      urls: z.array(z.string()),
      size: z.number().nullable(),
      checksum: ExpectedChecksum.nullable(),
    }),
  ),
});

export const StepMessage = z.discriminatedUnion("kind", [
  z.object({
    kind: z.literal("transfer"),
    url: z.string(),
    mirrors: z.array(z.string()),
    folder: z.string(),
    name: z.string().nullable(),
    size: z.number().nullable(),
    checksum: ExpectedChecksum.nullable(),
    headers: z.record(z.string(), z.string()),
  }),
  CommandMessage,
]);

export const SourceMessage = z.object({ kind: z.string(), text: z.string() });
export const PlaceMessage = z.object({ kind: z.enum(["node", "ssh"]), name: z.string() });

export const JobMessage = z
  .object({
    id: z.uuid(),
    name: z.string(),
    status: Status,
    /** A pause or cancel that was asked for and is being carried out. */
    wish: z.enum(["pause", "cancel"]).nullable(),
    source: SourceMessage,
    place: PlaceMessage,
    destination: z.string().nullable(),
    priority: z.number().int(),
    /** Bytes per second, or null for no limit of its own. */
    limit_rate: z.number().nullable(),
    after: z.string().nullable(),
    /** The command that is run once it is complete. An older server knows none. */
    after_run: z.string().nullable().default(null),
    steps: z.array(StepMessage),
    /** Index of the step at work or next. */
    step: z.number().int(),
    progress: ProgressMessage,
    /** Why it failed; while PENDING, why it waits to be tried again. */
    error: FailureMessage.nullable(),
    /** Only while PAUSED. */
    paused: z
      .object({ why: z.enum(["person", "no_space", "window"]), note: z.string().nullable() })
      .nullable(),
    /** Only while PENDING after a failure: when it is tried again. */
    retry_at: IsoTime.nullable(),
    /** Why it does not run, and until when; null where it runs or has ended. */
    waiting: WaitingMessage.nullable(),
    /** A person lets it run at hours when downloads may not; until it ends, or is paused by a person. */
    run_now: z.boolean(),
    /** Ids of the groups it is in. */
    groups: z.array(z.uuid()),
    checksum: z
      .discriminatedUnion("state", [
        z.object({
          state: z.literal("verified"),
          algorithm: z.string(),
          hex: z.string(),
          origin: z.string(),
        }),
        z.object({ state: z.literal("unverified"), reason: z.string() }),
      ])
      .nullable(),
    sequence: z.number().int(),
    created_at: IsoTime,
    updated_at: IsoTime,
    started_at: IsoTime.nullable(),
    ended_at: IsoTime.nullable(),
  })
  .meta({ id: "Job" });
export type JobMessage = z.infer<typeof JobMessage>;

export function toJobMessage(job: Job, moment: Moment): JobMessage {
  const { state } = job;
  return {
    id: job.id,
    name: job.name,
    status: STATUS_OF[state.kind],
    wish: state.kind === "running" || state.kind === "pending" ? state.wish : null,
    source: { kind: job.source.kind, text: sourceText(job.source) },
    place: toPlaceMessage(job.place),
    destination: job.destination,
    priority: job.priority,
    limit_rate: job.limitBytesPerSecond,
    after: job.after,
    after_run: job.afterRun ?? null,
    steps: job.steps.map(toStepMessage),
    step: "step" in state ? state.step : job.steps.length,
    progress: toProgressMessage(job.progress, state.kind === "complete"),
    error: toErrorOf(job),
    paused: state.kind === "paused" ? { why: state.why, note: state.note } : null,
    retry_at: state.kind === "pending" && state.lastFailure !== null ? isoTime(state.notBefore) : null,
    waiting: toWaiting(job, moment),
    run_now: job.runsNow,
    groups: [...job.groups],
    checksum: toChecksum(job),
    sequence: job.sequence,
    created_at: isoTime(job.createdAt),
    updated_at: isoTime(job.updatedAt),
    started_at: job.startedAt === null ? null : isoTime(job.startedAt),
    ended_at: job.endedAt === null || !isEnded(state) ? null : isoTime(job.endedAt),
  };
}

export function toFailureMessage({ code, message, advice, retryable }: Failure): FailureMessage {
  return { code, message: redactText(message), advice, retryable };
}

export function toPlaceMessage(place: Place): z.infer<typeof PlaceMessage> {
  return place.kind === "node" ? { kind: "node", name: place.name } : { kind: "ssh", name: place.hostId };
}

export function toCommandMessage({
  kind,
  shown,
  title,
  tool,
  expects,
}: CommandStep): z.infer<typeof CommandMessage> {
  const files = expects.map((file) => ({ ...file, urls: file.urls.map(redactUrl) }));
  return { kind, line: redactText(shown), title, tool, expects: files };
}

function toStepMessage(step: Step): z.infer<typeof StepMessage> {
  if (step.kind === "command") return toCommandMessage(step);
  return {
    kind: "transfer",
    url: redactUrl(step.url),
    mirrors: step.mirrors.map(redactUrl),
    folder: step.folder,
    name: step.name,
    size: step.size,
    checksum: step.checksum,
    headers: redactHeaders(step.headers),
  };
}

function toErrorOf({ state }: Job): FailureMessage | null {
  if (state.kind === "failed") return toFailureMessage(state.failure);
  if (state.kind === "pending" && state.lastFailure !== null) return toFailureMessage(state.lastFailure);
  return null;
}

function toChecksum({ checksumState }: Job): JobMessage["checksum"] {
  if (checksumState === null) return null;
  const { kind, ...rest } = checksumState;
  return { state: kind, ...rest } as JobMessage["checksum"];
}

function isoTime(epochMs: number): string {
  return new Date(epochMs).toISOString();
}
