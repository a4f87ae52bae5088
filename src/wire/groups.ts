/** Groups: what was asked for in one go, for one place or many, and how far all of it is. */
import { z } from "zod";
import { countOf, etaOfTally, kindOf, percentOfTally } from "../job/group.ts";
import type { GroupDetails, GroupView, Tally } from "../job/group.ts";
import { STATUS_OF } from "../job/job-state.ts";
import type { JobStateKind } from "../job/job-state.ts";
import { SHARES } from "../job/sharing/sharing-contract.ts";
import { PlaceMessage, Status, toPlaceMessage } from "./job-message.ts";
import { JobRequestMessage } from "./requests.ts";

/** Sources of one group; each may be thousands of files. */
const MAX_SOURCES = 100;
/** Places of one group. */
const MAX_PLACES = 1_000;
/** Sources times places: each pair is planned while somebody waits. */
const MAX_PAIRS = 10_000;
/** Jobs of one group: as many as the largest source has for one place. All of them are held until they are queued. */
const MAX_JOBS = 20_000;

// oxlint-disable-next-line no-control-regex -- they are what is refused
const NO_CONTROL = /^[^\u0000-\u001f\u007f]*$/;
const line = (max: number): z.ZodString =>
  z.string().min(1).max(max).regex(NO_CONTROL, "must not hold control characters");

/** As `POST /jobs` takes it, but for the place; or its `source` alone. */
const GroupSource = z.union([JobRequestMessage.shape.source, JobRequestMessage.omit({ to: true })]);

export const GroupRequest = z
  .strictObject({
    /** What people call it; without one it is called by its sources. */
    name: line(200).nullish(),
    sources: z.array(GroupSource).min(1).max(MAX_SOURCES),
    /**
     * Names of machines and instances as `to` of a job takes them, `label:site=ams` for all that have this label, `all`
     * for all. Without any: this machine.
     */
    to: z.array(line(256)).min(1).max(MAX_PLACES).nullish(),
    /** `site`: machines with the same label `site` fetch each file once, and then from each other. */
    share: z.enum(SHARES).nullish(),
  })
  .meta({ id: "GroupRequest" });
export type GroupRequest = z.input<typeof GroupRequest>;

/** Whether a group of so many sources for so many places may be asked for. */
export function isTooMuch(sources: number, places: number): string | null {
  if (places > MAX_PLACES)
    return `to names ${places} places, ${MAX_PLACES} at most may be asked for at once.`;
  return sources * places > MAX_PAIRS
    ? `${sources} sources for ${places} places are too many at once, ${MAX_PAIRS} pairs are taken.`
    : null;
}

/** Whether a group of at least so many jobs may be asked for. */
export function isTooLarge(jobs: number): string | null {
  return jobs > MAX_JOBS
    ? `sources are more than ${MAX_JOBS} downloads for all these places, so many are taken at once.`
    : null;
}

const Sum = {
  /** One word for all jobs: of those that run, wait, ask, are paused, failed, complete, cancelled the first there is. */
  status: Status,
  /** Jobs, forgotten ones included. */
  count: z.number().int(),
  counts: z.record(Status, z.number().int()),
  /** Complete ones that are no longer in the list of jobs. */
  forgotten: z.number().int(),
  /** Whole percent of what is not cancelled; by bytes, or by jobs while a size is unknown. Null: all is cancelled. */
  percent: z.number().int().min(0).max(100).nullable(),
  bytes_done: z.number(),
  /** As far as sizes are known. */
  bytes_total: z.number(),
  /** Jobs whose size nobody knows yet. */
  unknown: z.number().int(),
  bytes_per_second: z.number(),
  eta_seconds: z.number().nullable(),
};

export const GroupMessage = z
  .object({
    id: z.uuid(),
    name: z.string(),
    /** Who asked: an account, a key; null where nobody is known. */
    asked_by: z.string().nullable(),
    created_at: z.iso.datetime(),
    /** What was asked for, without secrets. */
    sources: z.array(z.string()),
    /** Where to, as it was asked for. */
    to: z.array(z.string()),
    /** Where its jobs go: how many places, and how many of them have all they are to have. */
    places: z.number().int(),
    places_done: z.number().int(),
    /** Within what its files are fetched once; left out where each place fetches for itself. */
    share: z.enum(SHARES).optional(),
    ...Sum,
  })
  .meta({ id: "Group" });
export type GroupMessage = z.infer<typeof GroupMessage>;

export const GroupDetailsMessage = GroupMessage.extend({
  by_place: z.array(z.object({ place: PlaceMessage, ...Sum })),
  by_source: z.array(z.object({ source: z.string(), ...Sum })),
}).meta({ id: "GroupDetails" });
export type GroupDetailsMessage = z.infer<typeof GroupDetailsMessage>;

export const GroupListQuery = z.object({
  limit: z.coerce.number().int().min(1).max(500).default(100),
  cursor: z
    .string()
    .regex(/^[0-9]{1,15}$/, "must be the `next` of a page")
    .transform(Number)
    .optional(),
});

export const GroupListMessage = z.object({
  /** The newest first. */
  groups: z.array(GroupMessage),
  /** Give it as `cursor` for the next page; null on the last. */
  next: z.string().nullable(),
});
export type GroupListMessage = z.infer<typeof GroupListMessage>;

/** The answer of `POST /groups`. */
export const GroupAnswer = z
  .object({
    group: GroupDetailsMessage,
    /** Its jobs, in their order. */
    jobs: z.array(z.uuid()),
    /** Those of them that are new: the others were there already. */
    created: z.array(z.uuid()),
    /** What is left out, and why. */
    skipped: z.array(
      z.object({
        /** The source, without secrets. */
        source: z.string(),
        /** The place, as it was asked for; null: this machine. */
        to: z.string().nullable(),
        /** The part of it; null: all of it. */
        what: z.string().nullable(),
        reason: z.string(),
      }),
    ),
    /** What a person should know; sentences. */
    notes: z.array(z.string()),
  })
  .meta({ id: "GroupAnswer" });
export type GroupAnswer = z.infer<typeof GroupAnswer>;

export const GROUP_ACTIONS = ["pause", "resume", "now", "cancel", "retry"] as const;
export type GroupAction = (typeof GROUP_ACTIONS)[number];

export const GroupActionRequest = z.strictObject({
  /** `retry`: what failed; of a group without failures what was cancelled. */
  action: z.enum(GROUP_ACTIONS),
});

export const GroupRemoveQuery = z.object({
  jobs: z.enum(["remove", "keep"]).default("remove").describe("keep: all jobs stay, only the group is gone"),
});

/** Groups that moved, at most once a second; not replayed. */
export const GroupsEvent = z.object({
  groups: z.array(GroupMessage),
  /** Ids of groups that are gone. */
  removed: z.array(z.uuid()),
});

export function toGroupMessage({ group, tally, places }: GroupView): GroupMessage {
  return {
    id: group.id,
    name: group.name,
    asked_by: group.askedBy,
    created_at: new Date(group.createdAt).toISOString(),
    sources: [...group.sources],
    to: [...group.places],
    places: places.all,
    places_done: places.done,
    ...(group.share == null ? {} : { share: group.share }),
    ...toSum(tally),
  };
}

export function toGroupDetailsMessage(details: GroupDetails): GroupDetailsMessage {
  const { group, byPlace, bySource } = details;
  return {
    ...toGroupMessage(details),
    by_place: byPlace.map(({ place, tally }) => ({ place: toPlaceMessage(place), ...toSum(tally) })),
    by_source: bySource.map(({ source, tally }) => ({
      source: group.sources[source] ?? "",
      ...toSum(tally),
    })),
  };
}

function toSum(tally: Tally): z.infer<z.ZodObject<typeof Sum>> {
  const eta = etaOfTally(tally);
  return {
    status: STATUS_OF[kindOf(tally)],
    count: countOf(tally),
    counts: Object.fromEntries(
      Object.entries(STATUS_OF).map(([kind, status]) => [status, tally.counts[kind as JobStateKind]]),
    ) as Record<Status, number>,
    forgotten: tally.forgotten,
    percent: percentOfTally(tally),
    bytes_done: tally.bytesDone,
    bytes_total: tally.bytesTotal,
    unknown: tally.unknown,
    bytes_per_second: Math.round(tally.bytesPerSecond),
    eta_seconds: eta === null ? null : Math.round(eta),
  };
}
