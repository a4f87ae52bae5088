/** What Civitai has, asked over HTTP: versions by their number, model or hash; whether a file is given. */
import type { DocumentAnswer } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { FailureCode } from "../../job/failure.ts";
import { redactText, redactUrl } from "../../job/redact.ts";
import type { AskedService, ServiceRefusal } from "../ask-service.ts";
import { askService, hostOf, strangeAnswer } from "../ask-service.ts";
import { isRecord, kindOf, readJson } from "../read-json.ts";
import type { CivitaiTarget } from "./read-address.ts";
import type { CivitaiFile, CivitaiVersion } from "./read-version.ts";
import { readVersion } from "./read-version.ts";

/** Models with hundreds of versions and the pictures of each take some megabytes. */
const MAX_ANSWER_BYTES = 16 * 1024 * 1024;

/** `place`: of the server that told it. Of a public one no address may lead into a private network. */
export type Found =
  | { kind: "version"; version: CivitaiVersion; place: DocumentAnswer["place"] }
  | ServiceRefusal;

export async function findVersion(
  target: CivitaiTarget,
  service: AskedService,
  signal: AbortSignal,
): Promise<Found> {
  if (target.kind !== "model") return askVersion(target, service, signal);
  const { modelId } = target;
  const answer = await askJson(`models/${modelId}`, `no model ${modelId}`, service, signal);
  if (answer.kind === "refused") return answer;
  const { value } = answer;
  const versions = isRecord(value) ? value["modelVersions"] : undefined;
  if (!Array.isArray(versions))
    return strangeAnswer(
      service,
      `sent a model in which modelVersions must be a list, got ${kindOf(versions)}`,
    );
  const [newest] = versions as unknown[];
  if (newest === undefined)
    return refused(
      "not_found",
      `The model ${modelId} of Civitai has no versions.`,
      `See ${modelPage(service, modelId)}.`,
      modelPage(service, modelId),
    );
  const id = isRecord(newest) ? newest["id"] : undefined;
  if (!Number.isSafeInteger(id))
    return strangeAnswer(
      service,
      `sent a model in which modelVersions[0].id must be a number, got ${kindOf(id)}`,
    );
  const mode = isRecord(value) ? value["mode"] : undefined;
  const found = await askVersion({ kind: "version", versionId: id as number }, service, signal);
  if (found.kind === "refused" || typeof mode !== "string") return found;
  return { ...found, version: { ...found.version, mode } };
}

async function askVersion(
  target: Exclude<CivitaiTarget, { kind: "model" }>,
  service: AskedService,
  signal: AbortSignal,
): Promise<Found> {
  const [path, none] =
    target.kind === "version"
      ? [`model-versions/${target.versionId}`, `no version ${target.versionId}`]
      : [`model-versions/by-hash/${target.hash}`, `no file with the hash ${target.hash}`];
  const answer = await askJson(path, none, service, signal);
  if (answer.kind === "refused") return answer;
  const reading = readVersion(answer.value);
  return reading.kind === "version"
    ? { ...reading, place: answer.place }
    : strangeAnswer(service, reading.problem);
}

async function askJson(
  path: string,
  none: string,
  service: AskedService,
  signal: AbortSignal,
): Promise<{ kind: "json"; value: unknown; place: DocumentAnswer["place"] } | ServiceRefusal> {
  const url = `${service.endpoint}/api/v1/${path}`;
  const asked = await askService(service, { url, maxBytes: MAX_ANSWER_BYTES }, signal);
  if (asked.kind === "refused") return asked;
  const { answer } = asked;
  if (answer.status === 404) {
    const advice = "Check the number; whoever made it may have taken it off.";
    return refused("not_found", `Civitai has ${none}: it was removed, or never was.`, advice, null);
  }
  if (answer.status === 401) return keyRefused("Civitai does not answer", service);
  if (answer.failure !== null) return { kind: "refused", failure: answer.failure, page: null };
  const { value, problem } = readJson(answer);
  return problem === null ? { kind: "json", value, place: answer.place } : strangeAnswer(service, problem);
}

export function downloadUrl(
  { endpoint }: AskedService,
  { id }: CivitaiVersion,
  { download }: CivitaiFile,
): string {
  return endpoint + (download ?? `/api/download/models/${id}`);
}

export type Access =
  | { kind: "open" }
  /** Nobody says: it shows when the file is fetched. */
  | { kind: "unknown"; note: string }
  | ServiceRefusal;

/** Whether the file is given to us, asked with the first byte of it: HEAD is refused there. */
export async function checkAccess(
  version: CivitaiVersion,
  file: CivitaiFile,
  service: AskedService,
  signal: AbortSignal,
): Promise<Access> {
  const url = downloadUrl(service, version, file);
  const asked = await askService(service, { url, maxBytes: 0, redirects: "within_origin" }, signal);
  const why = asked.kind === "refused" ? asked.failure : asked.answer.failure;
  if (why?.retryable === true)
    return {
      kind: "unknown",
      note: `${why.message.replace(/\.$/, "")}: whether the file is given shows when it is fetched.`,
    };
  if (asked.kind === "refused") return asked;
  const { answer } = asked;
  const name = `${version.modelName} (${version.name})`;
  const page = versionPage(service, version);
  // It sends browsers to the page for logging in; with a key that is not good enough, too.
  if (answer.status === 401 || new URL(answer.url).pathname === "/login")
    return keyRefused(`Civitai gives ${name} only to those who are logged in`, service);
  if (answer.status === 404 || answer.status === 410)
    return refused(
      "gone",
      `The file of ${name} was removed from Civitai.`,
      `See ${page} for other versions.`,
      page,
    );
  if (answer.status === 403) return forbidden(answer, version, service);
  return answer.failure === null
    ? { kind: "open" }
    : { kind: "refused", failure: answer.failure, page: null };
}

/** Early access: 403 with `{deadline, message}`. */
function forbidden(answer: DocumentAnswer, version: CivitaiVersion, service: AskedService): Access {
  const { value } = readJson(answer);
  const said = isRecord(value) ? value : {};
  const told = typeof said["deadline"] === "string" ? Date.parse(said["deadline"]) : NaN;
  const until = Number.isNaN(told) ? version.earlyAccessEndsAt : told;
  const name = `${version.modelName} (${version.name})`;
  const page = versionPage(service, version);
  if (until !== null) {
    const when = new Date(until)
      .toISOString()
      .replace(/:\d\d\.\d+Z$/, " UTC")
      .replace("T", " ");
    const advice = `Buy early access at ${page}, or wait until then.`;
    return refused("forbidden", `${name} is in early access until ${when}.`, advice, page);
  }
  const message =
    typeof said["message"] === "string" ? `: ${redactText(said["message"]).slice(0, MAX_SAID)}` : "";
  return refused(
    "forbidden",
    `Civitai does not give ${name} to this account${message}.`,
    `See ${page} for what it takes.`,
    page,
  );
}

/** Text of the server that is repeated; more is noise. */
const MAX_SAID = 200;

function keyRefused(what: string, service: AskedService): ServiceRefusal {
  const page = `${redactUrl(service.endpoint)}/user/account`;
  return service.hasToken
    ? refused(
        "unauthorized",
        `${what}, and does not know the key.`,
        `Make a new key at ${page} and set CIVITAI_API_KEY.`,
        page,
      )
    : refused("unauthorized", `${what}.`, `Make a key at ${page} and set CIVITAI_API_KEY.`, page);
}

export function modelPage(service: AskedService, modelId: number): string {
  return `${redactUrl(service.endpoint)}/models/${modelId}`;
}

export function versionPage(service: AskedService, { modelId, id }: CivitaiVersion): string {
  return `${modelPage(service, modelId)}?modelVersionId=${id}`;
}

/** Models that were taken off, told by the model itself. */
export function refuseMode(version: CivitaiVersion, service: AskedService): ServiceRefusal | null {
  if (version.mode === null) return null;
  const page = modelPage(service, version.modelId);
  const how = version.mode === "TakenDown" ? "taken down by Civitai" : "archived by whoever made it";
  return refused(
    "gone",
    `${version.modelName} was ${how} at ${hostOf(service)}.`,
    `See ${page} for why.`,
    page,
  );
}

function refused(code: FailureCode, message: string, advice: string, page: string | null): ServiceRefusal {
  return { kind: "refused", failure: failure(code, message, { advice }), page };
}
