/** Where the hash of a file may lie beside it, and whether it is likely enough to ask. Pure. */
import type { ChecksumAlgorithm } from "../../job/job.ts";

export interface Sidecar {
  /** The file's name, as people are told it. */
  label: string;
  url: string;
  /** What all of its sort in one folder are called: `SHA256SUMS`, `*.sha256`. */
  pattern: string;
  /** `folder`: one list for all files beside it. `file`: for the one file alone. */
  scope: "folder" | "file";
  /** The only algorithm it can hold, by its name; null for any. */
  algorithm: ChecksumAlgorithm | null;
}

export interface Surroundings {
  /** Address of the folder: what is learnt of one of its files helps with the others. */
  folder: string;
  /** The file's own name, decoded. */
  name: string;
  /** Most likely first. Never more than MOST_REQUESTS. */
  sidecars: readonly Sidecar[];
}

/** For one file nobody is asked more often, also where everything is new. */
const MOST_REQUESTS = 7;

/** The hash of a smaller file is not worth as many requests as it may take. */
export const SMALLEST_BYTES = 1024 * 1024;

/** What a distribution publishes as an image: one list per release folder (Ubuntu, Debian, Rocky, Kali, Mint). */
const IMAGE = /\.(?:iso|img|qcow2|vmdk|vhdx?|vdi|ova|raw|squashfs|wim)(?:\.(?:xz|gz|bz2|zst|zip))?$/i;

/** What a project publishes as a release: a list, or a file of its own for each (GitHub, Apache, Go, Node). */
const RELEASE =
  /\.(?:tar(?:\.(?:gz|xz|bz2|zst|lz))?|tgz|txz|tbz2?|tzst|zip|7z|rpm|deb|apk|appimage|snap|flatpak|dmg|pkg|exe|msi|jar|whl)$/i;

type Kind = readonly [text: string, scope: Sidecar["scope"], algorithm: ChecksumAlgorithm | null];

const FOR_IMAGES: readonly Kind[] = [
  ["SHA256SUMS", "folder", "sha256"],
  ["CHECKSUM", "folder", null],
  ["SHA512SUMS", "folder", "sha512"],
  [".sha256", "file", "sha256"],
  ["sha256sum.txt", "folder", "sha256"],
  [".sha512", "file", "sha512"],
  [".md5", "file", "md5"],
];

const FOR_RELEASES: readonly Kind[] = [
  [".sha256", "file", "sha256"],
  ["SHA256SUMS", "folder", "sha256"],
  [".sha512", "file", "sha512"],
  ["SHA512SUMS", "folder", "sha512"],
  [".md5", "file", "md5"],
];

/**
 * Hosts that tell hashes in their own ways (headers, an API) and have no such files: asking would be noise. Mirrors
 * of Hugging Face are told by the shape of their addresses.
 */
const HOSTS_WITHOUT = /(?:^|\.)(?:huggingface\.co|hf\.co|civitai\.com|modelscope\.cn|kaggle\.com)$/i;
const HUB_PATH = /\/(?:resolve|blob)\/[^/]+\/|^\/api\//;

/**
 * Null where there is no point in asking: the file is of no kind that is published so, the host has a way of its
 * own, or the address holds a query: that is signed or otherwise made for this one file.
 */
export function likelySidecars(address: string): Surroundings | null {
  const url = new URL(address);
  url.hash = "";
  if (url.search !== "" || HOSTS_WITHOUT.test(url.hostname) || HUB_PATH.test(url.pathname)) return null;
  const written = url.pathname.split("/").at(-1) ?? "";
  const name = decode(written);
  if (name === null) return null;
  const kinds = IMAGE.test(name) ? FOR_IMAGES : RELEASE.test(name) ? FOR_RELEASES : null;
  if (kinds === null) return null;
  const folder = new URL(".", url).href;
  const sidecars = kinds.slice(0, MOST_REQUESTS).map(([text, scope, algorithm]): Sidecar => {
    const own = scope === "file";
    const path = url.pathname.slice(0, url.pathname.length - written.length) + (own ? written : "") + text;
    const beside = new URL(url);
    beside.pathname = path;
    const pattern = own ? `*${text}` : text;
    return { label: own ? name + text : text, url: beside.href, pattern, scope, algorithm };
  });
  return { folder, name, sidecars };
}

/** Null for what is no text, or would leave its place. */
function decode(segment: string): string | null {
  try {
    const name = decodeURIComponent(segment);
    return /[/\\\n\r\0]/.test(name) ? null : name;
  } catch {
    return null;
  }
}
