/** Which images are shown. Pure. */
import type { ImageMessage } from "../../../src/wire/images.ts";
import { archName, osName } from "./image-words.ts";
import type { ImageKind } from "./image-view.ts";

export const IMAGE_SHOWS = ["all", "here", "loading", "failed", "updates", "missing"] as const;
export type ImageShow = (typeof IMAGE_SHOWS)[number];

export function toImageShow(value: unknown): ImageShow {
  return IMAGE_SHOWS.find((show) => show === value) ?? "all";
}

/** What the address says of the list; empty: everything. */
export interface ImageFilter {
  search: string;
  show: ImageShow;
  os: string;
  arch: string;
  format: string;
}

export const NO_FILTER: ImageFilter = { search: "", show: "all", os: "", arch: "", format: "" };

/** Whether an image in this state is among those. */
export function isShown(show: ImageShow, kind: ImageKind, { update }: Pick<ImageMessage, "update">): boolean {
  switch (show) {
    case "all":
      return true;
    case "updates":
      return update !== null;
    case "here":
    case "loading":
    case "failed":
    case "missing":
      return showOf(kind) === show;
    default:
      throw show satisfies never;
  }
}

function showOf(kind: ImageKind): Exclude<ImageShow, "all" | "updates"> {
  switch (kind) {
    case "absent":
    case "cancelled":
      return "missing";
    case "waiting":
    case "active":
    case "verifying":
    case "paused":
      return "loading";
    case "failed":
    case "damaged":
      return "failed";
    case "here":
      return "here";
    default:
      throw kind satisfies never;
  }
}

/** Everything but the state: that one has its tabs, with a count of each. */
export function fits(image: ImageMessage, filter: ImageFilter, words: readonly string[]): boolean {
  const { os, arch, format } = filter;
  if (os !== "" && osOf(image) !== os) return false;
  if (arch !== "" && image.arch !== arch) return false;
  if (format !== "" && image.format !== format) return false;
  return matches(image, words);
}

function matches(image: ImageMessage, words: readonly string[]): boolean {
  if (words.length === 0) return true;
  const { id, name, description, os, arch, url, build, format, status } = image;
  const system =
    os === null ? "" : `${os.distribution} ${osName(os.distribution)} ${os.version} ${os.family}`;
  const machine = arch === null ? "" : `${arch} ${archName(arch)}`;
  const text = [id, name, description, system, machine, url, build, format, status.path]
    .join("\n")
    .toLowerCase();
  return words.every((word) => text.includes(word));
}

/** `""` for a file of which nobody knows what is in it. */
function osOf({ os }: ImageMessage): string {
  return os?.distribution ?? "";
}

export interface ImageFacets {
  os: readonly string[];
  arch: readonly string[];
  format: readonly string[];
}

/** What there is to choose from. */
export function facetsOf(images: readonly ImageMessage[]): ImageFacets {
  const facets = { os: new Set<string>(), arch: new Set<string>(), format: new Set<string>() };
  for (const image of images) {
    if (image.os !== null) facets.os.add(image.os.distribution);
    if (image.arch !== null) facets.arch.add(image.arch);
    facets.format.add(image.format);
  }
  const byName = (a: string, b: string): number => osName(a).localeCompare(osName(b));
  return {
    os: [...facets.os].toSorted(byName),
    arch: [...facets.arch].toSorted(),
    format: [...facets.format].toSorted(),
  };
}

/** An entry of the catalogue stands for its newest build; what else lies in the folder comes behind. */
export function isEntry({ id, catalog_id: entry }: Pick<ImageMessage, "id" | "catalog_id">): boolean {
  return entry === id;
}
