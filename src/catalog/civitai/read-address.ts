/** What names something on Civitai: an address of a page or a file, `civitai://…`, an AIR, a hash. Pure. */

export type CivitaiTarget =
  | { kind: "version"; versionId: number }
  /** Its newest version. */
  | { kind: "model"; modelId: number }
  /** AutoV1, AutoV2, SHA256, CRC32 or BLAKE3; upper case. */
  | { kind: "hash"; hash: string };

/** Which file of a version; null where it does not matter. */
export interface FileWish {
  fileId: number | null;
  /** As Civitai calls them: `SafeTensor`, `pruned`, `fp16`, `Model`. */
  format: string | null;
  size: string | null;
  fp: string | null;
  type: string | null;
}

export type AddressReading =
  | { kind: "address"; target: CivitaiTarget; wish: FileWish; token: string | null }
  | { kind: "wrong"; reason: string }
  | { kind: "other" };

/** Hosts of Civitai itself: addresses of theirs are asked at the endpoint, which may be a mirror. */
const HOSTS = /^(?:www\.)?civitai\.(?:com|green|red|work)$/;

export function readCivitaiAddress(source: string, endpoint: string): AddressReading {
  const text = source.trim();
  if (/^civitai:\/\//i.test(text)) return readShort(text);
  if (/^(?:urn:)?(?:air:|[\w-]+:[\w-]+:civitai:|civitai:\d)/i.test(text)) return readAir(text);
  if (!/^https?:/i.test(text) || !URL.canParse(text)) return { kind: "other" };
  const url = new URL(text);
  const isThere = url.origin === new URL(endpoint).origin || HOSTS.test(url.hostname);
  return isThere ? readPage(url) : { kind: "other" };
}

const FORM =
  "civitai://<version>, civitai://models/<model>[@<version>] or civitai://hash/<hash>, with ?format=…&size=…&fp=… behind it";

function readShort(text: string): AddressReading {
  const [path = "", query = ""] = text.replace(/^civitai:\/\//i, "").split("?", 2);
  const [, model, version] = /^(?:models\/)?(\d+)@(\d+)\/?$/.exec(path) ?? [];
  const options = new URLSearchParams(query);
  if (model !== undefined && version !== undefined) return toVersion(version, options);
  const [, only] = /^(?:model-versions\/|versions\/)?(\d+)\/?$/.exec(path) ?? [];
  if (only !== undefined) return toVersion(only, options);
  const [, newest] = /^models\/(\d+)\/?$/.exec(path) ?? [];
  if (newest !== undefined) return toModel(newest, options);
  const [, hash] = /^(?:hash\/|sha256:)([0-9a-f]+)\/?$/i.exec(path) ?? [];
  return hash === undefined ? wrong(`must be ${FORM}`) : toHash(hash, options);
}

/** `urn:air:{ecosystem}:{type}:{source}:{id}[@{version}][+{fileId}][.{format}]`; what stands before the source may be left out. */
function readAir(text: string): AddressReading {
  const match =
    /^(?:urn:)?(?:air:)?(?:[\w-]+:)?(?:[\w-]+:)?(?!air:|urn:)([\w-]+):([^:@+]+?)(?:@(\d+))?(?:\+(\d+))?(?:\.([a-z]\w*))?$/i.exec(
      text,
    );
  const [, service = "", id = "", version, fileId, format] = match ?? [];
  if (match === null)
    return wrong("is no AIR: urn:air:<ecosystem>:<type>:civitai:<model>@<version> is expected");
  if (service.toLowerCase() !== "civitai")
    return wrong(`is an AIR of ${service}, only those of civitai can be fetched`);
  const options = new URLSearchParams({
    ...(fileId === undefined ? {} : { fileId }),
    ...(format === undefined ? {} : { format }),
  });
  if (!/^\d+$/.test(id)) return wrong("must name a model of Civitai by its number");
  return version === undefined ? toModel(id, options) : toVersion(version, options);
}

function readPage({ pathname, searchParams }: URL): AddressReading {
  const [, version] =
    /^(?:\/api\/download\/models|\/api\/v1\/model-versions|\/model-versions)\/(\d+)\/?$/.exec(pathname) ?? [];
  if (version !== undefined) return toVersion(version, searchParams);
  const [, hash] = /^\/api\/v1\/model-versions\/by-hash\/([0-9a-f]+)\/?$/i.exec(pathname) ?? [];
  if (hash !== undefined) return toHash(hash, searchParams);
  const [, model] = /^(?:\/api\/v1)?\/models\/(\d+)(?:\/[^/]*)?\/?$/.exec(pathname) ?? [];
  if (model === undefined) return { kind: "other" };
  const chosen = searchParams.get("modelVersionId");
  return chosen === null ? toModel(model, searchParams) : toVersion(chosen, searchParams);
}

function toVersion(digits: string, options: URLSearchParams): AddressReading {
  const versionId = readId(digits);
  return versionId === null
    ? wrong("must name a version by its number")
    : withWish({ kind: "version", versionId }, options);
}

function toModel(digits: string, options: URLSearchParams): AddressReading {
  const modelId = readId(digits);
  return modelId === null
    ? wrong("must name a model by its number")
    : withWish({ kind: "model", modelId }, options);
}

/** Digits of the hashes Civitai knows files by: CRC32 and AutoV1, AutoV2, AutoV3, SHA256 and BLAKE3. */
const HASH_DIGITS = new Set([8, 10, 12, 64]);

function toHash(hash: string, options: URLSearchParams): AddressReading {
  return HASH_DIGITS.has(hash.length)
    ? withWish({ kind: "hash", hash: hash.toUpperCase() }, options)
    : wrong(`must hold a hash of 8, 10, 12 or 64 hexadecimal digits, this one has ${hash.length}`);
}

function withWish(target: CivitaiTarget, options: URLSearchParams): AddressReading {
  const fileId = options.get("fileId");
  const id = fileId === null ? null : readId(fileId);
  if (fileId !== null && id === null) return wrong("must name a file by its number in fileId");
  const wish = {
    fileId: id,
    format: options.get("format"),
    size: options.get("size"),
    fp: options.get("fp"),
    type: options.get("type"),
  };
  return { kind: "address", target, wish, token: options.get("token") };
}

function readId(digits: string): number | null {
  const id = Number(digits);
  return /^\d{1,15}$/.test(digits) && id > 0 ? id : null;
}

function wrong(reason: string): AddressReading {
  return { kind: "wrong", reason };
}
