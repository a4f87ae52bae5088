/** What the address may hold besides the page: anybody may write it, so it is checked. Pure. */
import { toShow } from "../downloads/show.ts";
import type { Show } from "../downloads/show.ts";
import { toImageShow } from "../images/image-filter.ts";
import type { ImageShow } from "../images/image-filter.ts";
import { toModelFilter } from "../models/model-filter.ts";
import type { ModelFilter } from "../models/model-filter.ts";

/** Longer than any sensible search. */
const MAX_SEARCH = 200;

export interface RootSearch {
  /** The job whose details are open. */
  job?: string;
}

export interface DownloadsSearch {
  q?: string;
  show?: Exclude<Show, "all">;
}

export interface ModelsSearch {
  q?: string;
  state?: Exclude<ModelFilter, "all">;
}

export interface ImagesSearch {
  q?: string;
  state?: Exclude<ImageShow, "all">;
  /** Distribution, machine and format, as the catalogue writes them. */
  os?: string;
  arch?: string;
  format?: string;
}

export function toRootSearch(raw: Record<string, unknown>): RootSearch {
  return typeof raw["job"] === "string" && raw["job"] !== "" ? { job: raw["job"] } : {};
}

export function toDownloadsSearch(raw: Record<string, unknown>): DownloadsSearch {
  const show = toShow(raw["show"]);
  return { ...toQuery(raw), ...(show === "all" ? {} : { show }) };
}

export function toModelsSearch(raw: Record<string, unknown>): ModelsSearch {
  const state = toModelFilter(raw["state"]);
  return { ...toQuery(raw), ...(state === "all" ? {} : { state }) };
}

export function toImagesSearch(raw: Record<string, unknown>): ImagesSearch {
  const state = toImageShow(raw["state"]);
  return {
    ...toQuery(raw),
    ...(state === "all" ? {} : { state }),
    ...toFacet(raw, "os"),
    ...toFacet(raw, "arch"),
    ...toFacet(raw, "format"),
  };
}

/** A word of the catalogue, which may be anybody's: one that no image has shows none. */
function toFacet(raw: Record<string, unknown>, name: "os" | "arch" | "format"): Partial<ImagesSearch> {
  const word = raw[name];
  return typeof word === "string" && word !== "" ? { [name]: word.slice(0, MAX_SEARCH) } : {};
}

/** A search for digits is read from the address as a number. */
function toQuery(raw: Record<string, unknown>): { q?: string } {
  const q = raw["q"];
  if (typeof q !== "string" && typeof q !== "number") return {};
  const text = String(q).slice(0, MAX_SEARCH);
  return text === "" ? {} : { q: text };
}
