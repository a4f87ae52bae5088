/** What `POST /downloads/queue` asks for → one job per card, on one instance. */
import type { Card, CardCollection } from "../../job/card-contract.ts";
import type { SinglePlan } from "../../job/catalog-contract.ts";
import type { Host } from "../../job/host.ts";
import type { Job, JobDraft, Place } from "../../job/job.ts";
import { redactText } from "../../job/redact.ts";
import type { QueueAnswer, QueueRequest } from "../../wire/downloads.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";

type Parts = Pick<ServerParts, "engine" | "cards" | "planner" | "hosts" | "settings">;

export interface Queued {
  host: Host;
  jobs: Job[];
  skipped: QueueAnswer["skipped"];
  dependencies: QueueAnswer["dependencies"];
  notes: readonly string[];
}

/**
 * Throws `RequestError` where nothing of it can be queued; nothing is, then.
 *
 * @param known the instance, which stays as it is whatever the connection string says; null: it is kept, or learns
 */
export async function queueResources(
  request: QueueRequest,
  parts: Parts,
  known: Host | null = null,
): Promise<Queued> {
  const { engine, hosts } = parts;
  const filepaths = [
    ...new Set(request.resources.map((each) => (typeof each === "string" ? each : each.filepath))),
  ];
  // An instance is kept from the first job on: not for a request of which nothing comes.
  const tried = await planAll(
    filepaths,
    request,
    { kind: "ssh", hostId: "" },
    await likelyUiHome(request, parts),
    parts,
  );
  if (tried.drafts.length === 0) throw nothingToQueue(tried.skipped);
  const ensured =
    known === null
      ? await hosts.ensure(request.ssh_connection)
      : { kind: "host" as const, host: known, notes: [] };
  if (ensured.kind === "refused")
    throw new RequestError("bad_request", `ssh_connection: ${ensured.reason}`, "ssh_connection");
  const { host, notes } = ensured;
  const uiHome = request.ui_home ?? hosts.uiHomeOf(host);
  const { drafts, skipped } = await planAll(
    filepaths,
    request,
    { kind: "ssh", hostId: host.id },
    uiHome,
    parts,
  );
  if (drafts.length === 0) throw nothingToQueue(skipped);
  const jobs: Job[] = [];
  for (const draft of drafts) jobs.push((await engine.submit(draft)).job);
  return { host, jobs, skipped, dependencies: offer(filepaths, drafts, await parts.cards.read()), notes };
}

async function likelyUiHome(
  { ui_home: uiHome, ssh_connection: connection }: QueueRequest,
  { hosts, settings }: Parts,
): Promise<string> {
  if (uiHome != null) return uiHome;
  const [known, other] = await hosts.find(connection);
  return known === undefined || other !== undefined ? settings.uiHome : hosts.uiHomeOf(known);
}

interface Planned {
  drafts: JobDraft[];
  skipped: QueueAnswer["skipped"];
}

async function planAll(
  filepaths: readonly string[],
  { priority }: QueueRequest,
  place: Place,
  uiHome: string,
  { planner }: Parts,
): Promise<Planned> {
  const planned: Planned = { drafts: [], skipped: [] };
  for (const filepath of filepaths) {
    const request = { filepath, place, uiHome, priority: priority ?? 0, after: null };
    const outcome: SinglePlan = await planner.planCard(request);
    if (outcome.kind === "planned") planned.drafts.push(outcome.draft);
    // It is wrong for every one of them.
    else if (outcome.field === "ui_home")
      throw new RequestError("bad_request", `${outcome.failure.message}.`, outcome.field);
    else planned.skipped.push({ filepath, reason: redactText(outcome.failure.message) });
  }
  return planned;
}

/** Named one by one in a message; the rest is counted. */
const MAX_NAMED = 3;
/** Longest path that is repeated in a message. */
const MAX_PATH_LENGTH = 80;

function nothingToQueue(skipped: QueueAnswer["skipped"]): RequestError {
  const named = skipped
    .slice(0, MAX_NAMED)
    .map(({ filepath, reason }) => `${shorten(filepath)}: ${shorten(reason)}`);
  const more = skipped.length > MAX_NAMED ? `; and ${skipped.length - MAX_NAMED} more` : "";
  return new RequestError(
    "bad_request",
    `resources hold no valid commands: ${named.join("; ")}${more}.`,
    "resources",
  );
}

function shorten(text: string): string {
  return text.length > MAX_PATH_LENGTH ? `${text.slice(0, MAX_PATH_LENGTH)}…` : text;
}

/** What the cards say they need and nobody asked for. */
function offer(
  asked: readonly string[],
  drafts: readonly JobDraft[],
  { byPath, dependenciesOf }: CardCollection,
): QueueAnswer["dependencies"] {
  const offered = new Map<string, QueueAnswer["dependencies"][number]>();
  for (const { source } of drafts) {
    const card = source.kind === "card" ? byPath(source.filepath) : null;
    if (card === null || !isCard(card)) continue;
    for (const { name, filepath, problem } of dependenciesOf(card)) {
      if (filepath !== null && asked.includes(filepath)) continue;
      const key = filepath ?? name;
      if (!offered.has(key)) offered.set(key, { name, filepath, needed_by: card.filepath, problem });
    }
  }
  return [...offered.values()];
}

function isCard(card: object): card is Card {
  return "facts" in card;
}
