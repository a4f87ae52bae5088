/** The file on Civitai that an address stands for. */
import { failure } from "../../job/failure.ts";
import type { AskedService, ServiceRefusal } from "../ask-service.ts";
import { hasLogin } from "../ask-service.ts";
import { checkAccess, downloadUrl, findVersion, refuseMode, versionPage } from "./ask-civitai.ts";
import { chooseFile } from "./choose-file.ts";
import type { AddressReading } from "./read-address.ts";
import type { CivitaiFile, CivitaiVersion } from "./read-version.ts";

export type CivitaiAddress = Extract<AddressReading, { kind: "address" }>;

export interface CivitaiFind {
  kind: "found";
  version: CivitaiVersion;
  file: CivitaiFile;
  url: string;
  /** Of the server that told it: of a public one no address may lead into a private network. */
  place: "public" | "private";
  notes: string[];
}

/** A key in an address goes where keys go: into a header, which follows no redirect. */
export function headersFor(
  { token }: CivitaiAddress,
  headers: Readonly<Record<string, string>>,
): Readonly<Record<string, string>> {
  return token === null || hasLogin(headers) ? headers : { ...headers, authorization: `Bearer ${token}` };
}

/** All questions about one address together: somebody waits for the answer, and gives up after a minute. */
const TIME_LIMIT_MS = 45_000;

/** @param check of the file, before its server is asked whether it gives it: what is wrong with it, or null */
export async function findCivitaiFile<Wrong extends object>(
  address: CivitaiAddress,
  service: AskedService,
  signal: AbortSignal,
  check: (file: CivitaiFile) => Wrong | null,
): Promise<CivitaiFind | ServiceRefusal | Wrong> {
  const { target, wish } = address;
  const stop = AbortSignal.any([signal, AbortSignal.timeout(TIME_LIMIT_MS)]);
  const found = await findVersion(target, service, stop);
  if (found.kind === "refused") return found;
  const { version, place } = found;
  const gone = refuseMode(version, service);
  if (gone !== null) return gone;
  const fileId = target.kind === "hash" ? (wish.fileId ?? fileOf(version, target.hash)) : wish.fileId;
  const choice = chooseFile(version.files, { ...wish, fileId });
  if (choice.kind === "none") return noSuchFile(version, choice.reason, service);
  const { file } = choice;
  const wrong = check(file);
  if (wrong !== null) return wrong;
  const access = await checkAccess(version, file, service, stop);
  if (access.kind === "refused") return access;
  const notes = access.kind === "unknown" ? [access.note] : [];
  return { kind: "found", version, file, url: downloadUrl(service, version, file), place, notes };
}

/** Of the files of a version a hash names one; short hashes are not told for each. */
function fileOf({ files }: CivitaiVersion, hash: string): number | null {
  return files.find(({ checksum }) => checksum?.hex.toUpperCase() === hash)?.id ?? null;
}

function noSuchFile(version: CivitaiVersion, reason: string, service: AskedService): ServiceRefusal {
  const [first] = version.skipped;
  const more =
    first === undefined ? "" : `; what Civitai says of ${first.what} cannot be used: ${first.reason}`;
  const page = versionPage(service, version);
  const message = `${version.modelName} (${version.name}): ${reason}${more}`;
  return { kind: "refused", failure: failure("not_found", message, { advice: `See ${page}.` }), page };
}
