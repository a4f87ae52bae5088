/** Asks for one checksum list after the other until one speaks of the file. */
import type { Failure } from "../../job/failure.ts";
import type { Sidecar, Surroundings } from "./likely-sidecars.ts";
import type { Listed } from "./pick-checksum.ts";
import { pickChecksum } from "./pick-checksum.ts";
import type { Reading } from "./sidecar-store.ts";

export type SearchResult =
  | { kind: "listed"; listed: Listed }
  | { kind: "nothing" }
  /** A list could not be read; perhaps later. */
  | { kind: "trouble"; label: string; failure: Failure }
  | { kind: "aborted" };

/**
 * One at a time, on one connection: nobody is pressed for a hash that is needed only at the end. The first that
 * knows the file decides; they are ordered by how likely they are, the strong algorithms first.
 */
export async function searchSidecars(
  { name, sidecars }: Surroundings,
  read: (sidecar: Sidecar) => Promise<Reading>,
): Promise<SearchResult> {
  for (const sidecar of sidecars) {
    const reading = await read(sidecar);
    switch (reading.kind) {
      case "aborted":
        return reading;
      case "failed":
        // A host in trouble with one is in trouble with the others.
        return { kind: "trouble", label: sidecar.label, failure: reading.failure };
      case "absent":
        break;
      case "list": {
        const listed = pickChecksum(reading.list, sidecar, name);
        if (listed !== null) return { kind: "listed", listed };
        break;
      }
      default:
        throw reading satisfies never;
    }
  }
  return { kind: "nothing" };
}
