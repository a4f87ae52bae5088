/** What a person wrote into the form → what the server is asked. Pure. */
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import type { DraftErrors } from "../ui/use-draft.ts";

export interface JobDraft {
  url: string;
  /** Relative to the downloads folder, or absolute within what the server allows. */
  folder: string;
  name: string;
  sha256: string;
}

export const EMPTY_DRAFT: JobDraft = { url: "", folder: "", name: "", sha256: "" };

/** Files of services, by their own names; what they are only the server can tell. */
const SOURCE = /^(?:hf|civitai):\/\/.|^urn:air:./i;

/** What is plainly wrong before the server is asked; it knows the rest. */
export function checkDraft(draft: JobDraft): DraftErrors<JobDraft> {
  const errors: DraftErrors<JobDraft> = {};
  const url = draft.url.trim();
  if (url === "") errors.url = "Paste the address of a file, such as https://example.org/model.safetensors";
  else if (!SOURCE.test(url) && (!/^https?:\/\//i.test(url) || !URL.canParse(url)))
    errors.url = "This is not an address that begins with http://, https://, hf:// or civitai://";
  const hash = bareHash(draft.sha256);
  if (hash !== "" && !/^[0-9a-f]{64}$/.test(hash))
    errors.sha256 = `A SHA-256 has 64 hexadecimal digits, this has ${hash.length}`;
  if (/[/\\]/.test(draft.name)) errors.name = "A name holds no slash; put the folder into its own field";
  return errors;
}

/** A path that ends in a slash names a folder: the server then asks the file's own server for the name. */
export function toRequest(draft: JobDraft): JobRequestMessage {
  const folder = draft.folder.trim().replace(/\/+$/, "");
  const name = draft.name.trim();
  const path = folder === "" ? name : `${folder}/${name}`;
  const sha256 = bareHash(draft.sha256);
  return {
    source: draft.url.trim(),
    ...(path === "" ? {} : { path }),
    ...(sha256 === "" ? {} : { sha256 }),
  };
}

/** The server's word for a field → the form's. */
export function toDraftField(field: string | null): keyof JobDraft | null {
  switch (field) {
    case "source":
    case "url":
      return "url";
    case "path":
      return "folder";
    case "sha256":
      return "sha256";
    default:
      return null;
  }
}

/** Hashes are pasted as `sha256:…`, in capitals, or with the name `sha256sum` puts behind them. */
function bareHash(text: string): string {
  const [first = ""] = text.trim().split(/\s+/);
  return first.replace(/^sha-?256[:=-]/i, "").toLowerCase();
}
