/** Which cards are shown: as the address says, and as the server is asked. Pure. */
import type { ResourceListQuery } from "../../../src/wire/resources.ts";

export interface ResourceFilter {
  search: string;
  type: string;
  ecosystem: string;
  /** One of them is enough. */
  tags: readonly string[];
}

export const NO_FILTER: ResourceFilter = { search: "", type: "", ecosystem: "", tags: [] };

export function isNarrowed({ search, type, ecosystem, tags }: ResourceFilter): boolean {
  return search.trim() !== "" || type !== "" || ecosystem !== "" || tags.length > 0;
}

/** What does not matter is not sent. */
export function toQuery({ search, type, ecosystem, tags }: ResourceFilter): ResourceListQuery {
  return {
    ...(search.trim() === "" ? {} : { search: search.trim() }),
    ...(type === "" ? {} : { type }),
    ...(ecosystem === "" ? {} : { ecosystem }),
    ...(tags.length === 0 ? {} : { tags: tags.join(",") }),
  };
}

/** The filter as the address holds it: `?q=vae&eco=flux&tags=a,b`. */
export interface FilterInAddress {
  q?: string;
  type?: string;
  eco?: string;
  tags?: string;
}

export function toAddress({ search, type, ecosystem, tags }: ResourceFilter): FilterInAddress {
  return {
    ...(search === "" ? {} : { q: search }),
    ...(type === "" ? {} : { type }),
    ...(ecosystem === "" ? {} : { eco: ecosystem }),
    ...(tags.length === 0 ? {} : { tags: tags.join(",") }),
  };
}

export function fromAddress({ q = "", type = "", eco = "", tags = "" }: FilterInAddress): ResourceFilter {
  const words = tags
    .split(",")
    .map((tag) => tag.trim())
    .filter((tag) => tag !== "");
  return { search: q, type, ecosystem: eco, tags: [...new Set(words)] };
}
