/** Of which sites files may be fetched once for several places, as the server decides it. Pure. */
import type { PlaceChoice } from "./use-place-choices.ts";

/** The sites of which several machines are chosen, one of them at least giving files to others: machines by site. */
export function sharingSites(picked: readonly PlaceChoice[]): ReadonlyMap<string, readonly PlaceChoice[]> {
  const bySite = new Map<string, PlaceChoice[]>();
  for (const place of picked)
    if (place.site !== null) bySite.set(place.site, [...(bySite.get(place.site) ?? []), place]);
  return new Map(
    [...bySite].filter(
      ([, machines]) => machines.length > 1 && machines.some(({ givesFiles }) => givesFiles),
    ),
  );
}
