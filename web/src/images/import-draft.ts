/** The form for an image of no catalogue: what is in it, what is wrong with it, what the server is asked. Pure. */
import type { ImageMessage } from "../../../src/wire/images.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";

export interface ImportDraft {
  url: string;
  name: string;
  checksum: string;
}

export const EMPTY_IMPORT: ImportDraft = { url: "", name: "", checksum: "" };

/** Hexadecimal digits of each hash, and what it is called. */
const HASHES: Readonly<Record<number, "md5" | "sha1" | "sha256" | "sha512">> = {
  32: "md5",
  40: "sha1",
  64: "sha256",
  128: "sha512",
};

const IMAGE_ENDING = /\.(?:qcow2|raw|img|vmdk|vhdx?|iso|ova)(?:\.(?:xz|gz|zst|bz2))?$/i;

/** What is plainly wrong; of an empty form nothing is, as long as nobody has sent it. */
export function checkImport(draft: ImportDraft, images: readonly ImageMessage[]): DraftErrors<ImportDraft> {
  return {
    ...(draft.url.trim() === "" ? { url: t("Paste the address of an image") } : {}),
    ...(draft.name.trim() === "" ? { name: t("Say what the file is to be called") } : {}),
    ...checkWritten(draft, images),
  };
}

/** What is wrong with what is written so far. */
export function checkWritten(draft: ImportDraft, images: readonly ImageMessage[]): DraftErrors<ImportDraft> {
  const errors: DraftErrors<ImportDraft> = {};
  const url = draft.url.trim();
  if (url !== "" && (!/^https?:\/\//i.test(url) || !URL.canParse(url)))
    errors.url = t("This is not an address that begins with http:// or https://");
  const name = draft.name.trim();
  if (/[/\\]/.test(name)) errors.name = t("A name holds no slash");
  else if (name.startsWith(".")) errors.name = t("A name does not begin with a dot");
  else if (name !== "" && images.some(({ id }) => id === fileName(draft)))
    errors.name = t("There is an image called {name} already", { name: fileName(draft) });
  const hash = bareHash(draft.checksum);
  if (hash !== "" && (!/^[0-9a-f]+$/.test(hash) || hashType(draft.checksum) === null))
    errors.checksum = t(
      "A hash has 32 (MD5), 40 (SHA-1), 64 (SHA-256) or 128 (SHA-512) digits, this has {n}",
      {
        n: hash.length,
      },
    );
  return errors;
}

/** The algorithm, told by the number of digits; null where there is none of this length. */
export function hashType(text: string): (typeof HASHES)[number] | null {
  const hash = bareHash(text);
  return /^[0-9a-f]+$/.test(hash) ? (HASHES[hash.length] ?? null) : null;
}

/** As the server makes it: with the ending of the address if the name has none. */
export function fileName({ name, url }: Pick<ImportDraft, "name" | "url">): string {
  const wanted = name.trim();
  if (wanted === "" || IMAGE_ENDING.test(wanted)) return wanted;
  return wanted + (IMAGE_ENDING.exec(pathOf(url))?.[0].toLowerCase() ?? ".img");
}

/** What people would call it who look at the address; empty if that tells nothing. */
export function nameFromUrl(url: string): string {
  const last = pathOf(url).split("/").at(-1) ?? "";
  try {
    return decodeURIComponent(last).replaceAll(/[/\\]/g, "").replace(/^\.+/, "");
  } catch {
    return "";
  }
}

export function toImportRequest(draft: ImportDraft) {
  const checksum = bareHash(draft.checksum);
  return {
    name: draft.name.trim(),
    url: draft.url.trim(),
    ...(checksum === "" ? {} : { checksum }),
  };
}

/** The server's word for a field → the form's. */
export function toImportField(field: string | null): keyof ImportDraft | null {
  switch (field) {
    case "url":
      return "url";
    case "name":
    case "id":
      return "name";
    case "checksum":
    case "checksum_type":
      return "checksum";
    default:
      return null;
  }
}

function pathOf(url: string): string {
  return URL.canParse(url.trim()) ? new URL(url.trim()).pathname : "";
}

/** Hashes are pasted as `sha256:…`, in capitals, or with the name that `sha256sum` puts behind them. */
function bareHash(text: string): string {
  const [first = ""] = text.trim().split(/\s+/);
  return first.replace(/^(?:md5|sha-?(?:1|256|512))[:=-]/i, "").toLowerCase();
}
