/** What is written beside a job's facts so that the database can find, sort and guard it. Pure. */
import { laneOf, placeName } from "../job/place.ts";
import type { Job, JobDraft, Place, Source } from "../job/job.ts";
import { sourceText } from "../job/source-text.ts";
import type { JobRow } from "./schema.ts";

/** Code points of a name that count for sorting: keeps the index, and the cursors made of it, short. */
const SORT_NAME_LENGTH = 64;

export function nameColumns({
  name,
  destination,
}: Pick<Job, "name" | "destination">): Pick<JobRow, "name" | "destination" | "sort_name"> {
  return {
    name,
    destination,
    sort_name: [...name.toLowerCase()].slice(0, SORT_NAME_LENGTH).join(""),
  };
}

/** What a search looks through. The parts are on lines of their own: a match is within one of them. */
export function searchText({
  name,
  destination,
  source,
}: Pick<Job, "name" | "destination" | "source">): string {
  return [name, destination ?? "", searchableSource(source)].join("\n").toLowerCase();
}

export function placeColumns({ place }: JobDraft): Pick<JobRow, "lane" | "place_kind" | "place_name"> {
  return { lane: laneOf(place), place_kind: place.kind, place_name: placeName(place) };
}

export function placeOf({ place_kind, place_name }: JobRow): Place {
  return place_kind === "node" ? { kind: "node", name: place_name } : { kind: "ssh", hostId: place_name };
}

export function rankOf(priority: number): number {
  return 0 - priority;
}

export function sizeKey(bytesTotal: number | null): number {
  return bytesTotal ?? -1;
}

/** Without secrets: a search must not tell whether a guessed token is part of a URL. */
function searchableSource(source: Source): string {
  return source.kind === "workflow" ? `${source.name}\n${source.filepath}` : sourceText(source);
}
