/** One file of a repo: its commit, size and hash, from the headers it is answered with. */
import type { DocumentAnswer } from "../../job/document-contract.ts";
import type { Checksum } from "../../job/job.ts";
import { blobNameOf } from "./cache-layout.ts";
import { explainRefusal } from "./explain-refusal.ts";
import type { ServiceRefusal } from "../ask-service.ts";
import type { Hub, HubFile } from "./hub.ts";
import { askService } from "../ask-service.ts";
import { fileUrl } from "./hub.ts";
import type { HubAddress } from "./read-address.ts";
import { readHubAddress } from "./read-address.ts";

export interface SeenFile {
  kind: "file";
  /** As it is called now. */
  repo: string;
  /** 40 hexadecimal digits; null where a mirror does not tell. */
  commit: string | null;
  file: HubFile;
}

export async function lookAtHubFile(
  address: HubAddress,
  hub: Hub,
  signal: AbortSignal,
): Promise<SeenFile | ServiceRefusal> {
  const revision = address.revision ?? "main";
  const url = fileUrl(hub, address, revision, address.path);
  // What it says is on its own answer, before the one that leads to the storage.
  const asked = await askService(hub, { url, maxBytes: 0, redirects: "within_origin" }, signal);
  if (asked.kind === "refused") return asked;
  const { answer } = asked;
  const refusal = explainRefusal(answer, address, hub);
  if (refusal !== null) return refusal;
  const commit = /^[0-9a-f]{40}$/.exec(answer.headers["x-repo-commit"]?.trim() ?? "")?.[0] ?? null;
  const repo = nameNow(answer, address, hub);
  return {
    kind: "file",
    repo,
    commit,
    file: {
      path: address.path,
      url: fileUrl(hub, { ...address, repo }, commit ?? revision, address.path),
      size: sizeIn(answer),
      checksum: checksumIn(answer),
      blob: blobNameOf(answer.headers["x-linked-etag"] ?? answer.headers["etag"] ?? ""),
    },
  };
}

/** A repo that was renamed answers with a redirect to its new name. */
function nameNow({ url }: DocumentAnswer, { type, repo }: HubAddress, { endpoint }: Hub): string {
  const reading = readHubAddress(url, endpoint);
  return reading.kind === "address" && reading.address.type === type ? reading.address.repo : repo;
}

function sizeIn({ status, headers }: DocumentAnswer): number | null {
  const linked = headers["x-linked-size"]?.trim() ?? "";
  // RFC 9110 §14.4: the part of an answer 206 says how long the whole is.
  const total =
    status === 206 ? /^bytes \d+-\d+\/(\d+)$/.exec(headers["content-range"]?.trim() ?? "")?.[1] : undefined;
  const whole = status === 200 ? headers["content-length"]?.trim() : undefined;
  const digits = linked === "" ? (total ?? whole ?? "") : linked;
  return /^\d{1,15}$/.test(digits) ? Number(digits) : null;
}

/** The hash of the bytes is told of files in large storage only; of the others it is one of git's. */
function checksumIn({ headers }: DocumentAnswer): Checksum | null {
  const tag = headers["x-linked-etag"]?.trim().replace(/^(?:W\/)?"(.*)"$/, "$1") ?? "";
  return /^[0-9a-f]{64}$/i.test(tag)
    ? { algorithm: "sha256", hex: tag.toLowerCase(), origin: "X-Linked-Etag" }
    : null;
}
