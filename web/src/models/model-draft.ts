/** The form of a model's entry: what is in it, what is wrong with it, what the server is asked. Pure. */
import type { ModelMessage } from "../../../src/wire/models.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";

export interface ModelDraft {
  name: string;
  /** Id of a set, or `NEW_SET`. */
  set: string;
  /** Name of the new set. */
  newSet: string;
  url: string;
  path: string;
  description: string;
  sha256: string;
  size: string;
}

/** Stands for a set that is still to be made; no id may be empty. */
export const NEW_SET = "";

export function emptyModelDraft(set: string): ModelDraft {
  return { name: "", set, newSet: "", url: "", path: "", description: "", sha256: "", size: "" };
}

export function toModelDraft(model: ModelMessage): ModelDraft {
  return {
    name: model.name,
    set: model.set_id,
    newSet: "",
    url: model.url,
    path: model.path,
    description: model.description,
    sha256: model.sha256 ?? "",
    size: model.size === null ? "" : String(model.size),
  };
}

/** What is plainly wrong before the server is asked; it knows the rest. */
export function checkModelDraft(draft: ModelDraft): DraftErrors<ModelDraft> {
  const errors: DraftErrors<ModelDraft> = {};
  if (draft.name.trim() === "") errors.name = t("Give it a name");
  if (draft.set === NEW_SET && draft.newSet.trim() === "") errors.newSet = t("Give the new set a name");
  const url = draft.url.trim();
  if (!/^https?:\/\//i.test(url) || !URL.canParse(url))
    errors.url = t("Give an address that begins with http:// or https://");
  if (draft.path.trim() === "") errors.path = t("Say where it goes, such as unet/ or unet/model.safetensors");
  const hash = draft.sha256.trim();
  if (hash !== "" && !/^[0-9a-f]{64}$/i.test(hash))
    errors.sha256 = t("A SHA-256 has 64 hexadecimal digits, this has {n}", { n: hash.length });
  if (!/^[0-9]{0,15}$/.test(bare(draft.size)))
    errors.size = t("Give the exact bytes as a whole number, or nothing");
  return errors;
}

/** The fields of the entry. An empty hash or size is sent as null: then the entry has none. */
export function toModelInfo(draft: ModelDraft) {
  const size = bare(draft.size);
  return {
    name: draft.name.trim(),
    url: draft.url.trim(),
    path: draft.path.trim(),
    description: draft.description.trim(),
    sha256: draft.sha256.trim().toLowerCase() || null,
    size: size === "" ? null : Number(size),
  };
}

/** The id of a new set, made as the server makes those of models: small letters, digits and `_`. */
export function toSetId(name: string, taken: readonly string[]): string {
  const base =
    name
      .normalize("NFKD")
      .toLowerCase()
      .replaceAll(/\p{M}/gu, "")
      .replaceAll(/[^\p{L}\p{N}]+/gu, "_")
      .replaceAll(/^_+|_+$/g, "")
      .slice(0, 100) || "set";
  let id = base;
  for (let count = 2; taken.includes(id); count++) id = `${base}_${count}`;
  return id;
}

/** The server's word for a field (`model_info.url`) → the form's. */
export function toModelDraftField(field: string | null): keyof ModelDraft | null {
  switch (field?.replace(/^model_info\./, "")) {
    case "name":
    case "model_name":
      return "name";
    case "url":
      return "url";
    case "path":
      return "path";
    case "description":
      return "description";
    case "sha256":
      return "sha256";
    case "size":
      return "size";
    case "model_set":
      return "set";
    case "new_group_name":
      return "newSet";
    default:
      return null;
  }
}

/** Sizes are pasted with separators: `23 841 748 992`, `23,841,748,992`. */
function bare(size: string): string {
  return size.replaceAll(/[\s,_'\u00a0\u202f]/g, "");
}
