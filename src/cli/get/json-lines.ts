/**
 * The lines of `haulyard get --json`: the schema, in code. docs/cli-json.md says it in words; tests hold every line
 * of real runs to it. Fields and events are added, never renamed or given another meaning; `v` grows if that ever
 * has to be.
 */
import * as z from "zod";
import { FAILURE_CODES } from "../../job/failure.ts";

const VERSION = 1;

const bytes = z.number().int().nonnegative();
const count = z.number().int().nonnegative();
/** From 1, as the list has it. */
const index = z.number().int().positive();
/** Absolute. */
const path = z.string().startsWith("/");

const line = z.strictObject({ v: z.literal(VERSION) });
const ofFile = line.extend({ index });

const failure = {
  code: z.enum(FAILURE_CODES),
  message: z.string().min(1),
  advice: z.string().min(1),
  retryable: z.boolean(),
};
/** `partial`: where unfinished bytes are, or null. */
const kept = {
  path: path.nullable(),
  partial: path.nullable(),
  bytes_kept: bytes,
  exit_code: z.number().int(),
};

const checksum = z.discriminatedUnion("state", [
  z.strictObject({
    state: z.literal("verified"),
    algorithm: z.enum(["sha256", "sha512", "sha1", "md5", "blake3"]),
    hex: z.string().regex(/^[0-9a-f]+$/),
    origin: z.string().min(1),
  }),
  z.strictObject({ state: z.literal("unverified"), reason: z.string().min(1) }),
]);

export const getLine = z.discriminatedUnion("event", [
  ofFile.extend({ event: z.literal("begin"), count: index, url: z.string().min(1) }),
  ofFile.extend({ event: z.literal("resolved"), path, name: z.string().min(1), size: bytes.nullable() }),
  ofFile.extend({
    event: z.literal("progress"),
    stage: z
      .enum(["connecting", "downloading", "waiting", "copying", "verifying", "placing", "reconnecting"])
      .nullable(),
    percent: z.number().int().min(0).max(99).nullable(),
    bytes_done: bytes,
    bytes_total: bytes.nullable(),
    bytes_per_second: bytes,
    eta_seconds: bytes.nullable(),
    bytes_verified: bytes.nullable(),
    connections: count,
  }),
  ofFile.extend({ event: z.literal("waiting"), seconds: bytes, ...failure }),
  ofFile.extend({
    event: z.literal("done"),
    path,
    size: bytes,
    already_there: z.boolean(),
    bytes_fetched: bytes,
    seconds: z.number().nonnegative(),
    bytes_per_second: bytes,
    checksum,
    exit_code: z.literal(0),
  }),
  ofFile.extend({ event: z.literal("failed"), ...failure, ...kept }),
  ofFile.extend({ event: z.literal("interrupted"), ...kept }),
  line.extend({
    event: z.literal("total"),
    count,
    done: count,
    failed: count,
    at_work: count,
    bytes_done: bytes,
    bytes_total: bytes.nullable(),
    bytes_fetched: bytes,
    bytes_per_second: bytes,
    eta_seconds: bytes.nullable(),
    connections: count,
  }),
  line.extend({
    event: z.literal("summary"),
    done: count,
    verified: count,
    unverified: count,
    failed: count,
    skipped: count,
    bytes_fetched: bytes,
    seconds: z.number().nonnegative(),
    exit_code: z.number().int(),
  }),
]);

export type GetLine = z.infer<typeof getLine>;
