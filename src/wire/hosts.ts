/** Instances: what clients send of them, and how they look from outside. */
import { z } from "zod";
import type { HostChange, HostInventory } from "../job/host-contract.ts";
import { HOST_TOOLS } from "../job/host.ts";
import type { Host, HostChoices, HostLimits, PendingQuestion } from "../job/host.ts";
import type { HostKeyQuestion } from "../job/job-state.ts";
import { Needs } from "./needs.ts";
import { JobLimit } from "./limits.ts";

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const text = (max: number): z.ZodString =>
  z.string().max(max).regex(NO_CONTROL, "must not hold control characters");

/** Longest pasted connection string; what they hold is a few hundred characters at most. */
const MAX_CONNECTION = 4096;
/** People paste lines that end in `\`: line ends are for the parser. */
export const ConnectionString = z.string().min(1).max(MAX_CONNECTION).describe("`ssh -p 44686 root@1.2.3.4`");

const Label = text(100).trim().min(1);
const Tags = z
  .array(text(64).trim().min(1))
  .max(32)
  .transform((tags) => [...new Set(tags)]);
const UiHome = text(1024).regex(
  /^(?:\/|~\/)(?!.*(?:^|\/)\.\.(?:\/|$))/,
  "must be an absolute path on the instance, without '..'",
);
const Limits = z.strictObject({
  /** Command jobs at a time; null: as the setting says. */
  jobs: z.number().int().min(1).max(100).nullable().optional(),
  /** Connections for one file where a tool for it is there; null: as the card says. */
  connections: z.number().int().min(1).max(16).nullable().optional(),
  /** For all files together that are fetched there; null: none. What runs already keeps what it was told. */
  limit_rate: JobLimit.nullable().optional(),
});
const choices = {
  label: Label.optional(),
  /** `$UI_HOME` there; null: as the setting says. */
  ui_home: UiHome.nullable().optional(),
  tags: Tags.optional(),
  limits: Limits.optional(),
  /** Labels a machine of the queue has to have to run its jobs: `{"site": "fra"}`; `{}`: any does. */
  needs: Needs.optional(),
};

export const HostRequest = z
  .strictObject({ ssh_connection: ConnectionString, ...choices })
  .meta({ id: "HostRequest" });
export type HostRequest = z.input<typeof HostRequest>;

/** `PATCH /hosts/{id}`: what is given is changed, the rest stays. */
export const HostChangeRequest = z
  .strictObject({ ssh_connection: ConnectionString.optional(), ...choices })
  .refine((fields) => Object.keys(fields).length > 0, "needs something to change")
  .meta({ id: "HostChange" });
export type HostChangeRequest = z.input<typeof HostChangeRequest>;

const QuestionMessage = z.object({
  /** A key that was accepted before is not offered any more. */
  changed: z.boolean(),
  /** The machine that was asked; with jump hosts it may be one of them. */
  host: z.string(),
  port: z.number().int(),
  fingerprints: z.array(z.string()),
  /** Of a changed key: what was accepted so far. */
  old_fingerprints: z.array(z.string()),
});

export const HostMessage = z
  .object({
    id: z.uuid(),
    label: z.string(),
    connection: z.string(),
    address: z.string(),
    port: z.number().int(),
    user: z.string().nullable(),
    /** The address with underscores for dots; ports of one address share it. */
    instance_id: z.string(),
    ui_home: z.string().nullable(),
    tags: z.array(z.string()),
    limits: z.object({
      jobs: z.number().int().nullable(),
      connections: z.number().int().nullable(),
      /** Bytes per second. */
      limit_rate: z.number().nullable(),
    }),
    /** Labels a machine of the queue has to have to run its jobs. An older server knows none. */
    needs: z.record(z.string(), z.string()).default({}),
    last_seen_at: z.iso.datetime().nullable(),
    /** Of the last scan, as are the next ones; null before the first. */
    scanned_at: z.iso.datetime().nullable(),
    system: z.string().nullable(),
    free_bytes: z.number().nullable(),
    total_bytes: z.number().nullable(),
    /** Whether the folder of `$UI_HOME` is there. */
    ui_home_exists: z.boolean().nullable(),
    tools: z.array(z.object({ tool: z.enum(HOST_TOOLS), path: z.string(), version: z.string().nullable() })),
    /** Keys it has shown, for a person to say yes or no to. */
    question: QuestionMessage.extend({
      asked_at: z.iso.datetime(),
      /** The fingerprint has to be named: it changed, or other keys were shown shortly before. */
      fingerprint_needed: z.boolean(),
    }).nullable(),
    created_at: z.iso.datetime(),
    updated_at: z.iso.datetime(),
  })
  .meta({ id: "Host" });
export type HostMessage = z.infer<typeof HostMessage>;

export const HostListMessage = z.object({ hosts: z.array(HostMessage) });

export const HostAnswer = z.object({
  host: HostMessage,
  /** What of the connection string was left out, and why. */
  notes: z.array(z.string()),
});
export type HostAnswer = z.infer<typeof HostAnswer>;

export const HostRemoveQuery = z.object({
  /** Cancel the jobs of this host that have not ended, and wait for those at work to stop. */
  cancel_jobs: z.enum(["true", "false"]).default("false"),
});

export const HostScanMessage = z.object({
  host: HostMessage,
  /** Where models were looked for. */
  folder: z.string(),
  files: z.array(z.object({ path: z.string(), bytes: z.number() })),
  /** There are more files than are told. */
  more: z.boolean(),
});
export type HostScanMessage = z.infer<typeof HostScanMessage>;

const verdict = {
  /** Trust the keys that were shown last. */
  accept: z.boolean().default(false),
  /** They are not the right ones: jobs that wait for them fail. */
  reject: z.boolean().default(false),
  /** `SHA256:…` of one of the keys that were shown. */
  fingerprint: text(512).min(1).nullish(),
};
const oneVerdict = ({ accept, reject }: { accept: boolean; reject: boolean }): boolean => !(accept && reject);
const ONE_VERDICT = { path: ["reject"], message: "must not come with accept" };

export const HostVerifyRequest = z.strictObject(verdict).refine(oneVerdict, ONE_VERDICT);
export type HostVerifyRequest = z.input<typeof HostVerifyRequest>;

/** Old system C's clients may send more than is known here. */
export const VerifyHostRequest = z
  .object({ ssh_connection: ConnectionString, ...verdict })
  .refine(oneVerdict, ONE_VERDICT);

export const TestConnectionRequest = z.object({ ssh_connection: ConnectionString });

/** What the host shows, to be looked at. */
export const HostKeysShown = z.object({
  success: z.literal(true),
  host_id: z.uuid(),
  host: z.string(),
  port: z.number().int(),
  /** As `ssh-keygen -lf` has them: `256 SHA256:… [h]:p (ED25519)`. */
  fingerprints: z.array(z.string()),
  /** False: they are trusted already. */
  needs_confirmation: z.boolean(),
  changed: z.literal(true).optional(),
  old_fingerprints: z.array(z.string()).optional(),
});

/** What became of the answer of a person. */
export const HostKeysAnswered = z.object({
  success: z.literal(true),
  host_id: z.uuid(),
  /** False: they were trusted already, or are rejected. */
  added: z.boolean(),
  rejected: z.literal(true).optional(),
  /** Jobs that waited for it. */
  jobs: z.array(z.string()),
});

export const HostVerifyAnswer = z.union([HostKeysShown, HostKeysAnswered]);
export type HostVerifyAnswer = z.infer<typeof HostVerifyAnswer>;

export const TestConnectionAnswer = z.object({
  success: z.boolean(),
  message: z.string(),
  latency_ms: z.number().int().optional(),
  /** Why not: a stable word, as in errors. */
  code: z.string().optional(),
  /** Its keys are not accepted yet. */
  needs_confirmation: z.literal(true).optional(),
});
export type TestConnectionAnswer = z.infer<typeof TestConnectionAnswer>;

export function toHostMessage(host: Host): HostMessage {
  const { findings, question } = host;
  return {
    id: host.id,
    label: host.label,
    connection: host.connection,
    address: host.address,
    port: host.port,
    user: host.user,
    instance_id: host.instanceId,
    ui_home: host.uiHome,
    tags: [...host.tags],
    limits: toLimitsMessage(host.limits),
    needs: { ...host.needs },
    last_seen_at: isoTime(host.lastSeenAt),
    scanned_at: isoTime(findings?.at ?? null),
    system: findings?.system ?? null,
    free_bytes: findings?.freeBytes ?? null,
    total_bytes: findings?.totalBytes ?? null,
    ui_home_exists: findings?.uiHomeExists ?? null,
    tools: findings?.tools.map((tool) => ({ ...tool })) ?? [],
    question: question === null ? null : toPendingMessage(question),
    created_at: new Date(host.createdAt).toISOString(),
    updated_at: new Date(host.updatedAt).toISOString(),
  };
}

function toPendingMessage({
  question,
  askedAt,
  ambiguous,
}: PendingQuestion): NonNullable<HostMessage["question"]> {
  return {
    ...toQuestionMessage(question),
    asked_at: new Date(askedAt).toISOString(),
    fingerprint_needed: ambiguous || question.kind === "host_key_changed",
  };
}

function toQuestionMessage(question: HostKeyQuestion): z.infer<typeof QuestionMessage> {
  return {
    changed: question.kind === "host_key_changed",
    host: question.host,
    port: question.port,
    fingerprints: [...question.fingerprints],
    old_fingerprints: [...(question.oldFingerprints ?? [])],
  };
}

export function toKeysShown(hostId: string, question: HostKeyQuestion): z.infer<typeof HostKeysShown> {
  const { changed, old_fingerprints, ...shown } = toQuestionMessage(question);
  return {
    success: true,
    host_id: hostId,
    ...shown,
    needs_confirmation: true,
    ...(changed ? { changed: true as const, old_fingerprints } : {}),
  };
}

export function toScanMessage(host: Host, { folder, files, more }: HostInventory): HostScanMessage {
  return { host: toHostMessage(host), folder, files: files.map((file) => ({ ...file })), more };
}

/** What a request says of a host; of its limits what is not given stays as it is. */
export function toHostChange(request: z.output<typeof HostChangeRequest>, limits: HostLimits): HostChange {
  const { ssh_connection } = request;
  return {
    ...toHostChoices(request, limits),
    ...(ssh_connection === undefined ? {} : { connection: ssh_connection }),
  };
}

export function toHostChoices(
  { label, ui_home, tags, limits, needs }: Omit<z.output<typeof HostChangeRequest>, "ssh_connection">,
  present: HostLimits,
): Partial<HostChoices> {
  return {
    ...(label === undefined ? {} : { label }),
    ...(ui_home === undefined ? {} : { uiHome: ui_home }),
    ...(tags === undefined ? {} : { tags }),
    ...(needs === undefined ? {} : { needs }),
    ...(limits === undefined
      ? {}
      : {
          limits: {
            jobs: limits.jobs === undefined ? present.jobs : limits.jobs,
            connections: limits.connections === undefined ? present.connections : limits.connections,
            bytesPerSecond: limits.limit_rate === undefined ? present.bytesPerSecond : limits.limit_rate,
          },
        }),
  };
}

function toLimitsMessage({ jobs, connections, bytesPerSecond }: HostLimits): HostMessage["limits"] {
  return { jobs, connections, limit_rate: bytesPerSecond };
}

function isoTime(epochMs: number | null): string | null {
  return epochMs === null ? null : new Date(epochMs).toISOString();
}
