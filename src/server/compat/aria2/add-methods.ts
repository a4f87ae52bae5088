/** Methods that add downloads. */
import { join } from "node:path";
import type { JobRequest, PlanOutcome } from "../../../job/catalog-contract.ts";
import type { Checksum, Job, JobDraft } from "../../../job/job.ts";
import { PLAIN_REQUEST } from "../../../job/plain-request.ts";
import { redactText } from "../../../job/redact.ts";
import type { MetalinkFileFacts } from "../../parts.ts";
import { moveTo } from "./act-methods.ts";
import { gidOf } from "./gid.ts";
import { isWaiting } from "./job-shelf.ts";
import { readAddOptions } from "./read-options.ts";
import type { AddOptions } from "./read-options.ts";
import type { Method, RpcContext } from "./rpc-context.ts";
import { RpcError } from "./rpc-error.ts";

/** What may be asked for like this: files by their addresses. Nothing that runs commands. */
const SCHEMES = /^(?:https?|hf|civitai):\/\/[^\s/]/i;
const ANY_SCHEME = /^([a-z][a-z0-9+.-]{0,20}):/i;
/** Addresses of one file; the largest mirror networks have some hundred. */
const MAX_MIRRORS = 64;
/** As much as a request for a job may have in one. */
const MAX_URI = 8192;

const addUri: Method = async (params, context, signal) => {
  const uris = readUris(params.list(0));
  const options = readAddOptions(params.optionalStruct(1) ?? {}, uris[0] ?? null);
  const position = params.optionalPosition(2);
  await refuseKnown(options, context);
  const [source = "", ...mirrors] = uris;
  const request = { ...toRequest(options), source, mirrors, path: pathOf(options, options.out) };
  const drafts = draftsOf(await context.plan(request, signal));
  const [job] = await submit(drafts, options.checksum, options, context);
  if (job === undefined) throw new RpcError("No URI to download.");
  await place([job], position, context);
  return gidOf(job.id);
};

/** A job for each file it describes; those that cannot be fetched are left out, unless none is left. */
const addMetalink: Method = async (params, context, signal) => {
  const document = Buffer.from(params.text(0), "base64");
  const options = readAddOptions(params.optionalStruct(1) ?? {}, null);
  const position = params.optionalPosition(2);
  const reading = await context.parseMetalink(document);
  if (reading.kind === "refused")
    throw new RpcError(`Could not parse Metalink XML document. It ${reading.reason}.`);
  const { files, faults } = reading.metalink;
  const [fault] = faults;
  if (files.length === 0 && fault !== undefined) throw new RpcError(`${fault.name}: ${fault.reason}`);
  const jobs: Job[] = [];
  for (const file of files) {
    const drafts = draftsOf(await context.plan(metalinkRequest(file, options), signal));
    jobs.push(...(await submit(drafts, file.checksum, { id: null, paused: options.paused }, context)));
  }
  await place(jobs, position, context);
  return jobs.map(({ id }) => gidOf(id));
};

const addTorrent: Method = async (params) => {
  params.text(0);
  throw new RpcError("BitTorrent is not supported: Haulyard downloads over HTTP and HTTPS.");
};

export const ADD_METHODS = { addUri, addMetalink, addTorrent } as const satisfies Record<string, Method>;

/** Addresses of one file. What is no address at all is passed over, as aria2 does. */
function readUris(list: readonly unknown[]): string[] {
  const texts = list.filter((uri) => typeof uri === "string").map((uri) => uri.trim().replaceAll(" ", "%20"));
  if (texts.length === 0) throw new RpcError("URI is not provided.");
  const uris = texts.filter((uri) => SCHEMES.test(uri) && uri.length <= MAX_URI && !/\s/.test(uri));
  if (uris.length > 0) return [...new Set(uris)].slice(0, MAX_MIRRORS + 1);
  const scheme = texts
    .map((uri) => ANY_SCHEME.exec(uri)?.[1]?.toLowerCase())
    .find((name) => name !== undefined);
  if (scheme === undefined || /^(?:https?|hf|civitai)$/.test(scheme))
    throw new RpcError("No URI to download.");
  throw new RpcError(
    `No URI to download. Addresses of ${scheme}: are not supported, those of http: and https: are.`,
  );
}

function toRequest(options: AddOptions): Omit<JobRequest, "source" | "mirrors" | "path"> {
  const { checksum } = options;
  return {
    ...PLAIN_REQUEST,
    sha256: checksum?.algorithm === "sha256" ? checksum.hex : null,
    headers: options.headers,
    limitBytesPerSecond: options.limitBytesPerSecond,
    replace: options.replace,
  };
}

/** Headers of the call are not sent: they were meant for whom the caller knows, not for whom the document names. */
function metalinkRequest(file: MetalinkFileFacts, options: AddOptions): JobRequest {
  const [source = "", ...mirrors] = file.urls.map(({ url }) => url);
  return {
    ...toRequest(options),
    source,
    mirrors: mirrors.slice(0, MAX_MIRRORS),
    headers: {},
    path: pathOf(options, file.name),
    sha256: file.checksum?.algorithm === "sha256" ? file.checksum.hex : null,
    size: file.size,
  };
}

/** Null: the plan chooses folder and name. */
function pathOf({ dir }: AddOptions, name: string | null): string | null {
  if (dir === null) return name;
  // A slash at the end: the server may name the file.
  return name === null ? `${dir}/` : join(dir, name);
}

function draftsOf(outcome: PlanOutcome): readonly JobDraft[] {
  switch (outcome.kind) {
    case "planned":
      return [outcome.draft];
    case "many":
      return outcome.drafts;
    case "refused":
      throw new RpcError(redactText(`${sentence(outcome.failure.message)} ${outcome.failure.advice}`));
    default:
      throw outcome satisfies never;
  }
}

async function submit(
  drafts: readonly JobDraft[],
  checksum: Checksum | null,
  { id, paused }: Pick<AddOptions, "id" | "paused">,
  { engine }: RpcContext,
): Promise<Job[]> {
  const checked = drafts.map((draft) => ({
    ...(drafts.length === 1 ? withChecksum(draft, checksum) : draft),
    paused,
  }));
  const [only, other] = checked;
  if (only !== undefined && other === undefined) return [(await engine.submit(only, id ?? undefined)).job];
  return (await engine.submitAll(checked)).map(({ job }) => job);
}

/** Where the plan knows no hash of its own, the one that was given holds, whatever its kind. */
function withChecksum(draft: JobDraft, checksum: Checksum | null): JobDraft {
  if (checksum === null) return draft;
  const steps = draft.steps.map((step) =>
    step.kind === "transfer" && step.checksum === null ? { ...step, checksum } : step,
  );
  return { ...draft, steps };
}

async function refuseKnown({ id }: AddOptions, { shelf }: RpcContext): Promise<void> {
  if (id === null) return;
  const gid = gidOf(id);
  if ((await shelf.all()).some((job) => gidOf(job.id) === gid))
    throw new RpcError(`GID ${gid} is used by another download already.`);
}

/** Puts downloads that are in the queue to their place in it. */
async function place(jobs: readonly Job[], position: number | undefined, context: RpcContext): Promise<void> {
  if (position === undefined) return;
  for (const [index, { id }] of jobs.entries()) {
    const job = await context.engine.get(id);
    // One that has begun meanwhile is before all that wait.
    if (job !== null && isWaiting(job)) await moveTo(job, position + index, "POS_SET", context);
  }
}

function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
