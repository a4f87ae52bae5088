/** What the address may hold besides the page: anybody may write it, so it is checked. Pure. */
import { SOURCE_KINDS } from "../../../src/job/job.ts";
import type { Source } from "../../../src/job/job.ts";
import { SORTS } from "../data/group-jobs.ts";
import type { Sort } from "../data/group-jobs.ts";
import { toShow } from "../downloads/show.ts";
import type { Show } from "../downloads/show.ts";
import { toImageShow } from "../images/image-filter.ts";
import type { ImageShow } from "../images/image-filter.ts";
import { toModelFilter } from "../models/model-filter.ts";
import type { ModelsView } from "../models/models-view.ts";
import type { ModelFilter } from "../models/model-filter.ts";
import type { FilterInAddress } from "../resources/resource-filter.ts";

type SourceKind = Source["kind"];

/** Longer than any sensible search. */
const MAX_SEARCH = 200;

export interface RootSearch {
  /** The job whose details are open. */
  job?: string;
  /** The instance whose keys a person is asked about. */
  verify?: string;
}

export interface DownloadsSearch {
  q?: string;
  show?: Exclude<Show, "all">;
  /** Name of a node or id of an instance. */
  place?: string;
  kind?: SourceKind;
  /** Id of a group. */
  group?: string;
  sort?: Exclude<Sort, "queue">;
}

export interface ModelsSearch {
  q?: string;
  state?: Exclude<ModelFilter, "all">;
  view?: Exclude<ModelsView, "catalogue">;
  /** The folder that is looked into. */
  at?: string;
  /** All files, not only those nobody knows. */
  all?: true;
}

export interface ImagesSearch {
  q?: string;
  state?: Exclude<ImageShow, "all">;
  /** Distribution, machine and format, as the catalogue writes them. */
  os?: string;
  arch?: string;
  format?: string;
}

export interface ResourcesSearch extends FilterInAddress {
  /** The card that is open. */
  card?: string;
}

/** What was sent here by another page or program (`src/add/sent-address.ts` judges it). */
export interface AddSearch {
  url?: string;
  text?: string;
  title?: string;
}

/** As long as a request line may be. */
const MAX_SENT = 16_384;

export function toAddSearch(raw: Record<string, unknown>): AddSearch {
  const given = (["url", "text", "title"] as const).flatMap((name) => {
    const value = raw[name];
    return typeof value === "string" && value !== "" ? [[name, value.slice(0, MAX_SENT)]] : [];
  });
  return Object.fromEntries(given) as AddSearch;
}

export function toRootSearch(raw: Record<string, unknown>): RootSearch {
  const { job, verify } = raw;
  return {
    ...(typeof job === "string" && job !== "" ? { job } : {}),
    ...(typeof verify === "string" && verify !== "" ? { verify } : {}),
  };
}

type Read<Search> = (raw: Record<string, unknown>) => Search;

/** Of what is open over any page. */
const OF_ROOT = new Set(["job", "verify"]);

/** What a route does not name, the router leaves as it was in the address: what was not understood is taken out. */
function without<Search>(read: Read<Search>, mine: (name: string) => boolean): Read<Search> {
  return (raw) => ({
    ...Object.fromEntries(
      Object.keys(raw)
        .filter(mine)
        .map((name) => [name, undefined]),
    ),
    ...read(raw),
  });
}

export const ofRoot = <Search>(read: Read<Search>): Read<Search> =>
  without(read, (name) => OF_ROOT.has(name));
export const ofPage = <Search>(read: Read<Search>): Read<Search> =>
  without(read, (name) => !OF_ROOT.has(name));

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function toDownloadsSearch(raw: Record<string, unknown>): DownloadsSearch {
  const show = toShow(raw["show"]);
  const place = toText(raw["place"]);
  const kind = SOURCE_KINDS.find((known) => known === raw["kind"]);
  const sort = SORTS.find((known) => known === raw["sort"]) ?? "queue";
  const group = UUID.exec(toText(raw["group"]))?.[0].toLowerCase();
  return {
    ...toQuery(raw),
    ...(show === "all" ? {} : { show }),
    ...(place === "" ? {} : { place }),
    ...(kind === undefined ? {} : { kind }),
    ...(group === undefined ? {} : { group }),
    ...(sort === "queue" ? {} : { sort }),
  };
}

export function toModelsSearch(raw: Record<string, unknown>): ModelsSearch {
  const state = toModelFilter(raw["state"]);
  const at = toPath(raw["at"]);
  return {
    ...toQuery(raw),
    ...(state === "all" ? {} : { state }),
    ...(raw["view"] === "files" ? { view: "files" } : {}),
    ...(at === null ? {} : { at }),
    ...(raw["all"] === true ? { all: true } : {}),
  };
}

export function toImagesSearch(raw: Record<string, unknown>): ImagesSearch {
  const state = toImageShow(raw["state"]);
  return {
    ...toQuery(raw),
    ...(state === "all" ? {} : { state }),
    ...toWord("os", raw["os"]),
    ...toWord("arch", raw["arch"]),
    ...toWord("format", raw["format"]),
  };
}

export function toResourcesSearch(raw: Record<string, unknown>): ResourcesSearch {
  const { card } = raw;
  return {
    ...toQuery(raw),
    ...toWord("type", raw["type"]),
    ...toWord("eco", raw["eco"]),
    ...toWord("tags", raw["tags"]),
    ...(typeof card === "string" && card !== "" ? { card } : {}),
  };
}

/** A word that somebody wrote into the address: what nothing has shows nothing. */
function toWord<Name extends string>(name: Name, value: unknown): { [Key in Name]?: string } {
  const text = toText(value);
  return text === "" ? {} : ({ [name]: text } as { [Key in Name]?: string });
}

function toQuery(raw: Record<string, unknown>): { q?: string } {
  return toWord("q", raw["q"]);
}

/** As long as a path may be on Linux. */
const MAX_PATH = 4096;

function toPath(value: unknown): string | null {
  return typeof value === "string" && value.startsWith("/") && value.length <= MAX_PATH ? value : null;
}

/** Digits are read from the address as a number. */
function toText(value: unknown): string {
  return typeof value === "string" || typeof value === "number" ? String(value).slice(0, MAX_SEARCH) : "";
}
