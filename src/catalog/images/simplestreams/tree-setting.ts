/** A tree of simplestreams, as a catalogue names it. Pure. */
import { dirname, resolve } from "node:path";
import type { BadImageEntry } from "../../../job/image-contract.ts";
import { readHttpUrl } from "../../http-url.ts";
import { isRecord } from "../../model-entry.ts";

export interface TreeSetting {
  /** The root of the mirror, with a `/` at its end, or a document of it. */
  url: string;
  /** Put before the ids of its images. */
  prefix: string;
  /** Which items of a version are images, by name or by ftype; null: those that look like one. */
  items: readonly string[] | null;
  /** Architectures as the tree calls them; null: all. */
  architectures: readonly string[] | null;
  /** A key file: documents have to be signed by one of its keys, and `.sjson` is asked for. */
  signedBy: string | null;
}

/** Deeper is no setting, longer neither. */
const MAX_WORDS = 100;

export type TreeReading = { setting: TreeSetting } | { faults: BadImageEntry[] };

export function readTreeSetting(value: unknown, index: number, file: string): TreeReading {
  const at = `simplestreams.${index}`;
  if (!isRecord(value)) return { faults: [{ id: null, field: at, reason: "must be an object with a url" }] };
  const faults: BadImageEntry[] = [];
  const refuse = (field: string, reason: string): null => {
    faults.push({ id: null, field: `${at}.${field}`, reason });
    return null;
  };
  const words = (field: string): readonly string[] | null => {
    const list = value[field] ?? null;
    if (list === null) return null;
    const isWords =
      Array.isArray(list) && list.length <= MAX_WORDS && list.every((word) => typeof word === "string");
    return isWords ? list : refuse(field, "must be a list of words");
  };
  const text = (field: string, form: RegExp, reason: string): string | null => {
    const word = value[field] ?? null;
    if (word === null) return null;
    return typeof word === "string" && form.test(word) ? word : refuse(field, reason);
  };
  const { url, refusal } = readHttpUrl(value["url"], "");
  if (url === null) refuse("url", refusal.trimStart());
  const key = text("signed_by", /^[^\0]{1,4096}$/, "must be a path");
  const setting: TreeSetting = {
    url: url ?? "",
    prefix: text("prefix", /^[A-Za-z0-9][A-Za-z0-9._+-]{0,40}$/, "must be letters, digits and . _ + -") ?? "",
    items: words("items"),
    architectures: words("architectures"),
    signedBy: key === null ? null : resolve(dirname(file), key),
  };
  return faults.length === 0 ? { setting } : { faults };
}
