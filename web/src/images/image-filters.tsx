import { NativeSelect } from "@mantine/core";
import { useMemo } from "react";
import type { ImageMessage } from "../../../src/wire/images.ts";
import { FilterTabs } from "../ui/filter-tabs.tsx";
import { t } from "../words/words.ts";
import { facetsOf, IMAGE_SHOWS, isShown } from "./image-filter.ts";
import type { ImageFilter, ImageShow } from "./image-filter.ts";
import type { ImageKind } from "./image-view.ts";
import { archName, osName } from "./image-words.ts";

interface ImageFiltersProps {
  list: readonly ImageMessage[];
  /** What fits everything but the state. */
  found: readonly ImageMessage[];
  kinds: ReadonlyMap<string, ImageKind>;
  filter: ImageFilter;
  onFilter: (change: Partial<ImageFilter>) => void;
}

/** By state, with counts; by system, machine and format. */
export function ImageFilters({ list, found, kinds, filter, onFilter }: ImageFiltersProps) {
  const facets = useMemo(() => facetsOf(list), [list]);
  const counts = useMemo(() => {
    const count = (show: ImageShow): number =>
      found.filter((image) => isShown(show, kinds.get(image.id) ?? "absent", image)).length;
    return new Map(IMAGE_SHOWS.map((show) => [show, count(show)]));
  }, [found, kinds]);
  return (
    <div className="image-filters">
      <FilterTabs
        value={filter.show}
        onChange={(show) => onFilter({ show })}
        choices={IMAGE_SHOWS.map((value) => ({
          value,
          label: showName(value),
          count: counts.get(value) ?? 0,
          alarming: value === "failed",
        }))}
      />
      <div className="image-filters__facets">
        <Facet
          label={t("System")}
          all={t("All systems")}
          value={filter.os}
          choices={facets.os}
          nameOf={osName}
          onChange={(os) => onFilter({ os })}
        />
        <Facet
          label={t("Machine")}
          all={t("All machines")}
          value={filter.arch}
          choices={facets.arch}
          nameOf={archName}
          onChange={(arch) => onFilter({ arch })}
        />
        <Facet
          label={t("Format")}
          all={t("All formats")}
          value={filter.format}
          choices={facets.format}
          nameOf={(format) => format}
          onChange={(format) => onFilter({ format })}
        />
      </div>
    </div>
  );
}

function showName(show: ImageShow): string {
  switch (show) {
    case "all":
      return t("All");
    case "here":
      return t("Here");
    case "loading":
      return t("Downloading");
    case "failed":
      return t("Failed");
    case "updates":
      return t("Updates");
    case "missing":
      return t("Not here");
    default:
      throw show satisfies never;
  }
}

interface FacetProps {
  label: string;
  /** What the choice of none is called. */
  all: string;
  value: string;
  choices: readonly string[];
  nameOf: (choice: string) => string;
  onChange: (value: string) => void;
}

function Facet({ label, all, value, choices, nameOf, onChange }: FacetProps) {
  // What the address says stays choosable, though no image has it.
  const offered = value === "" || choices.includes(value) ? choices : [...choices, value];
  return (
    <NativeSelect
      className="image-filters__facet"
      size="xs"
      aria-label={label}
      value={value}
      data={[
        { value: "", label: all },
        ...offered.map((choice) => ({ value: choice, label: nameOf(choice) })),
      ]}
      data-chosen={value !== "" || undefined}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
