/** Groups: ask for many things at many places in one go, and see to all of it at once. */
import type { FastifyRequest } from "fastify";
import { z } from "zod";
import { HalfGroupError } from "../../engine/add-group.ts";
import type { BulkFilter } from "../../engine/engine-contract.ts";
import type { GroupDraft } from "../../job/group.ts";
import type { JobStateKind } from "../../job/job-state.ts";
import { redactText } from "../../job/redact.ts";
import { isStoreUnreachable } from "../../job/store-contract.ts";
import {
  GroupActionRequest,
  GroupAnswer,
  GroupDetailsMessage,
  GroupListMessage,
  GroupListQuery,
  GroupRemoveQuery,
  GroupRequest,
  isTooMuch,
  toGroupDetailsMessage,
  toGroupMessage,
} from "../../wire/groups.ts";
import type { GroupAction } from "../../wire/groups.ts";
import { JobActionsAnswer } from "../../wire/requests.ts";
import type { App } from "../app.ts";
import type { Machines } from "../groups/find-places.ts";
import { findPlaces } from "../groups/find-places.ts";
import { planGroup } from "../groups/plan-group.ts";
import type { PlannedGroup, SourceRequest } from "../groups/plan-group.ts";
import { askerOf } from "../guard-requests.ts";
import type { ServerParts } from "../parts.ts";
import { MAX_SOURCE_BYTES } from "../read-bodies.ts";
import { RequestError } from "../request-error.ts";
import { requestSignal } from "../request-signal.ts";
import { checkAfterRun } from "./after-run.ts";
import { errors, SUCCESS } from "./describe.ts";
import { asSentence, refusalError } from "./refusals.ts";

const tags = ["groups"];
const GroupPath = z.object({ id: z.uuid().transform((id) => id.toLowerCase()) });

type Parts = Pick<ServerParts, "engine" | "plan" | "hosts" | "notifications">;

export function serveGroups(app: App, parts: Parts): void {
  serveAdding(app, parts);
  serveLooking(app, parts);
  serveActing(app, parts);
  serveRemoving(app, parts);
}

function serveAdding(app: App, parts: Parts): void {
  const { engine, plan, hosts } = parts;
  app.route({
    method: "POST",
    url: "/groups",
    bodyLimit: MAX_SOURCE_BYTES,
    schema: {
      tags,
      operationId: "addGroup",
      summary: "Put these sources onto these places, as one group",
      description:
        "Each source becomes jobs as with `POST /jobs`, for each place. What is there already, or in the queue, is a " +
        "member, too. A place that is not known stops all; a source that cannot be had is named in `skipped`. With `share` " +
        "each file is fetched once for all machines of a site.",
      body: GroupRequest,
      response: {
        201: GroupAnswer.describe("The group, its jobs, what is left out, and why."),
        ...errors(400, 404, 409, 413, 415, 422, 429, 503),
      },
    },
    handler: async (request, reply) => {
      const { name, to, sources, share } = request.body;
      const found = to == null ? null : findPlaces(to, await machinesOf({ engine, hosts }));
      if (found?.kind === "refused") throw new RequestError("bad_request", `to ${found.reason}`, "to");
      const tooMuch = isTooMuch(sources.length, found?.places.length ?? 1);
      if (tooMuch !== null) throw new RequestError("bad_request", tooMuch, "to");
      const wanted = await readSources(sources, parts);
      const planned = await planGroup(wanted, found?.places ?? null, plan, requestSignal(request, reply));
      if (planned.refusal !== null && (planned.refusal.field === "to" || planned.drafts.length === 0))
        throw refusalError(planned.refusal);
      const draft: GroupDraft = {
        name: name?.trim() || nameOf(planned),
        askedBy: askerOf(request).who || null,
        sources: planned.titles.map((title) => redactText(title)),
        places: to ?? [engine.node],
        share: share ?? null,
      };
      const { id, jobs, notes } = await engine.groups
        .add(draft, planned.drafts)
        .catch((error: unknown) => tellHalf(error, planned.drafts.length, request));
      request.target = id;
      const details = await engine.groups.get(id);
      // Somebody may have removed it in the same moment.
      if (details === null) throw noSuchGroup();
      void reply.code(201).header("location", `groups/${id}`);
      return {
        group: toGroupDetailsMessage(details),
        jobs: jobs.map((job) => job.id),
        created: jobs.flatMap((job) => (job.kind === "created" ? [job.id] : [])),
        skipped: planned.skipped,
        notes: [...planned.notes, ...notes],
      };
    },
  });
}

async function readSources(
  sources: z.output<typeof GroupRequest>["sources"],
  parts: Parts,
): Promise<SourceRequest[]> {
  const wanted = sources.map((each): SourceRequest => (typeof each === "string" ? { source: each } : each));
  await checkAfter(wanted, parts.engine);
  await checkAfterRun(
    wanted.map(({ after_run }) => after_run ?? null),
    parts,
  );
  return wanted;
}

async function checkAfter(wanted: readonly SourceRequest[], engine: Parts["engine"]): Promise<void> {
  for (const { after } of wanted)
    if (after != null && (await engine.get(after.toLowerCase())) === null)
      throw new RequestError("bad_request", "after must be the id of a job, there is no such job.", "after");
}

async function machinesOf({ engine, hosts }: Pick<Parts, "engine" | "hosts">): Promise<Machines> {
  const known = await engine.nodes();
  const own = known.some(({ name }) => name === engine.node) ? [] : [{ name: engine.node, labels: {} }];
  return { nodes: [...own, ...known], hosts: await hosts.list() };
}

/** What is in the queue stays there: the answer names it, and asking again does no harm. */
function tellHalf(error: unknown, wanted: number, request: FastifyRequest): never {
  if (!(error instanceof HalfGroupError)) throw error;
  request.target = error.group;
  request.log.error({ err: error }, "only a part of a group could be put into the queue");
  const [code, why] = isStoreUnreachable(error.cause)
    ? (["unavailable", "The store went away in between"] as const)
    : (["internal", "Something went wrong inside Haulyard, its log says what"] as const);
  throw new RequestError(
    code,
    `${why}: ${error.count} of ${wanted} downloads are queued, in the group ${error.group}.`,
    null,
    {
      advice: "Ask for the same again: what is queued already is part of the new group, too.",
      headers: { location: `groups/${error.group}` },
    },
  );
}

/** As people would call it. */
function nameOf({ titles }: PlannedGroup): string {
  const [first = "", ...rest] = titles;
  const name = redactText(first).slice(0, 160);
  return rest.length === 0 ? name : `${name} and ${rest.length} more`;
}

function serveLooking(app: App, { engine }: Parts): void {
  app.route({
    method: "GET",
    url: "/groups",
    schema: {
      tags,
      operationId: "listGroups",
      summary: "List groups, the newest first, page by page",
      querystring: GroupListQuery,
      response: {
        200: GroupListMessage.describe("A page of groups, each with one progress."),
        ...errors(400),
      },
    },
    handler: async (request) => {
      const { limit, cursor } = request.query;
      const { groups, next } = await engine.groups.list(limit, cursor);
      return { groups: groups.map(toGroupMessage), next: next === null ? null : String(next) };
    },
  });

  app.route({
    method: "GET",
    url: "/groups/:id",
    schema: {
      tags,
      operationId: "getGroup",
      summary: "One group, with its progress in all, for each place and for each source",
      description: "Its jobs are `GET /jobs?group=…`.",
      params: GroupPath,
      response: { 200: GroupDetailsMessage.describe("The group."), ...errors(400, 404) },
    },
    handler: async (request) => {
      const details = await engine.groups.get(request.params.id);
      if (details === null) throw noSuchGroup();
      return toGroupDetailsMessage(details);
    },
  });
}

/** Jobs of a group that an action makes sense for: the others are not refusals but nothing to do. */
const KINDS: Readonly<Record<Exclude<GroupAction, "retry">, readonly JobStateKind[]>> = {
  pause: ["pending", "running", "blocked"],
  resume: ["paused"],
  now: ["pending", "paused"],
  cancel: ["pending", "running", "paused", "blocked"],
};

function serveActing(app: App, { engine }: Parts): void {
  app.route({
    method: "POST",
    url: "/groups/:id/actions",
    schema: {
      tags,
      operationId: "actOnGroup",
      summary: "Do something to all downloads of a group",
      description: "Jobs that are in other groups, too, are no exception.",
      params: GroupPath,
      body: GroupActionRequest,
      response: {
        200: JobActionsAnswer.describe("Which jobs were changed, and which refused and why."),
        ...errors(400, 404, 413, 415),
      },
    },
    handler: async (request) => {
      const { id } = request.params;
      const { action } = request.body;
      const [view] = await engine.groups.look([id]);
      if (view === undefined) throw noSuchGroup();
      const { failed } = view.tally.counts;
      const kinds = action === "retry" ? ([failed > 0 ? "failed" : "cancelled"] as const) : KINDS[action];
      const filter: BulkFilter = { group: id, kinds };
      const { changed, refused } = await engine.actOnAll(action, filter);
      return {
        success: true as const,
        changed,
        refused: refused.map((one) => ({ id: one.id, code: "conflict", message: asSentence(one.refusal) })),
      };
    },
  });
}

function serveRemoving(app: App, { engine }: Parts): void {
  app.route({
    method: "DELETE",
    url: "/groups/:id",
    schema: {
      tags,
      operationId: "removeGroup",
      summary: "Forget a group, and its downloads",
      description:
        "Downloads that have not ended are stopped first, and their unfinished bytes deleted; finished files stay. " +
        "Downloads that are in another group, too, stay as they are, and so do those that were in the queue before, or " +
        "that somebody asked for by themselves.",
      params: GroupPath,
      querystring: GroupRemoveQuery,
      response: { 200: SUCCESS.describe("It is gone."), ...errors(400, 404, 409) },
    },
    handler: async (request) => {
      const { id } = request.params;
      const [view] = await engine.groups.look([id]);
      if (view === undefined) throw noSuchGroup();
      if (request.query.jobs === "remove") {
        const own: BulkFilter = { ids: await engine.groups.ownJobs(id) };
        const { refused } = await engine.actOnAll("remove", own);
        const left = refused.filter(({ refusal }) => refusal !== "there is no such job");
        if (left.length > 0)
          throw new RequestError(
            "conflict",
            `${left.length} of its downloads have not stopped yet: ask again in a moment.`,
          );
      }
      await engine.groups.forget(id, request.query.jobs === "remove" ? "removed" : "kept");
      return { success: true as const };
    },
  });
}

function noSuchGroup(): RequestError {
  return new RequestError("not_found", "There is no group with this id.", "id");
}
