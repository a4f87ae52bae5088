/** In an open group the same file stands there once for each place: its rows say which. */
import { createContext, useContext } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";

type NameOf = (place: JobMessage["place"]) => string;

const PlaceInsideContext = createContext<NameOf | null>(null);
export const PlaceInsideProvider = PlaceInsideContext.Provider;

/** Null where a row stands by itself. */
export function usePlaceNameInside(): NameOf | null {
  return useContext(PlaceInsideContext);
}
