import { lazy, Suspense } from "react";
import type { Which } from "../data/use-job-actions.ts";
import { useSelected } from "./use-list.ts";
import { t } from "../words/words.ts";
import "./selection-bar.css";
import { fetchPart } from "../ui/fetch-part.ts";

const SelectionBar = lazy(async () => ({
  default: (await fetchPart(() => import("./selection-bar.tsx"))).SelectionBar,
}));

interface SelectionPlaceProps {
  /** What the server finds by the list's filter; null where the page shows all of it anyway. */
  filter: Which["filter"] | null;
  /** How many rows the list has. */
  shown: number;
}

/** Where what can be done to the selected rows floats over the list: nothing moves when it comes. */
export function SelectionPlace({ filter, shown }: SelectionPlaceProps) {
  const { ids } = useSelected();
  return (
    <div className="selection-place" role="region" aria-label={t("Selected downloads")}>
      <Suspense fallback={null}>
        {ids.size > 0 && <SelectionBar filter={filter} shown={shown} ids={ids} />}
      </Suspense>
    </div>
  );
}
