import type { Place } from "./job.ts";

/** Name of a place as filters and messages use it: a node's name or a host's id. */
export function placeName(place: Place): string {
  return place.kind === "node" ? place.name : place.hostId;
}

/** The machine a lease is of: owners begin with its name, and no name has a slash. */
export function nodeOf(owner: string): string {
  return owner.split("/", 1)[0] ?? owner;
}

/** The lane of a place: jobs of one lane share a limit. */
export function laneOf(place: Place): string {
  return place.kind === "node" ? `node:${place.name}` : `ssh:${place.hostId}`;
}
