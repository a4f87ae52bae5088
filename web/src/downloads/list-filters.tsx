import { NativeSelect } from "@mantine/core";
import { SOURCE_KINDS } from "../../../src/job/job.ts";
import type { Source } from "../../../src/job/job.ts";
import { SORTS } from "../data/group-jobs.ts";
import type { JobFilter, Sort } from "../data/group-jobs.ts";
import type { GroupEntry } from "../groups/known-groups.ts";
import { usePlaces } from "../data/use-places.ts";
import "./list-filters.css";
import { t } from "../words/words.ts";

export const KIND_NAMES: Record<Source["kind"], string> = {
  url: t("Addresses"),
  model: t("Models of the catalogue"),
  card: t("Resource cards"),
  image: t("VM images"),
  huggingface: "Hugging Face",
  civitai: "Civitai",
  workflow: t("Workflows"),
};

const SORT_NAMES: Record<Sort, string> = {
  queue: t("Queue order"),
  newest: t("Newest first"),
  oldest: t("Oldest first"),
  name: t("By name"),
  size: t("Largest first"),
};

interface ListFiltersProps {
  filter: JobFilter;
  /** The groups there are. */
  groups: readonly GroupEntry[];
  onChange: (change: Partial<JobFilter>) => void;
}

/** Where to, what of, in what order; kept in the address. */
export function ListFilters({ filter, groups, onChange }: ListFiltersProps) {
  const places = usePlaces();
  const known = places.some(({ id }) => id === filter.place);
  return (
    <>
      {(places.length > 1 || filter.place !== null) && (
        <NativeSelect
          size="xs"
          aria-label={t("Place")}
          data-chosen={filter.place !== null || undefined}
          value={filter.place ?? ""}
          onChange={(event) => onChange({ place: event.currentTarget.value || null })}
          data={[
            { value: "", label: t("Every place") },
            ...places.map(({ id, label }) => ({ value: id, label })),
            // One the address names, of which no job is there any more.
            ...(filter.place === null || known ? [] : [{ value: filter.place, label: filter.place }]),
          ]}
        />
      )}
      {(groups.length > 0 || filter.group !== null) && (
        <NativeSelect
          size="xs"
          aria-label={t("Group")}
          data-chosen={filter.group !== null || undefined}
          value={filter.group ?? ""}
          onChange={(event) => onChange({ group: event.currentTarget.value || null })}
          data={[
            { value: "", label: t("Every group") },
            ...groups.map(({ id, name }) => ({ value: id, label: name })),
            // One the address names that is gone.
            ...(filter.group === null || groups.some(({ id }) => id === filter.group)
              ? []
              : [{ value: filter.group, label: t("A group that is gone") }]),
          ]}
        />
      )}
      <NativeSelect
        size="xs"
        aria-label={t("Kind")}
        data-chosen={filter.kind !== null || undefined}
        value={filter.kind ?? ""}
        onChange={(event) => onChange({ kind: event.currentTarget.value || null })}
        data={[
          { value: "", label: t("Every kind") },
          ...SOURCE_KINDS.map((kind) => ({ value: kind, label: KIND_NAMES[kind] })),
        ]}
      />
      <NativeSelect
        size="xs"
        aria-label={t("Order")}
        data-chosen={filter.sort !== "queue" || undefined}
        value={filter.sort}
        onChange={(event) => onChange({ sort: event.currentTarget.value as Sort })}
        data={SORTS.map((sort) => ({ value: sort, label: SORT_NAMES[sort] }))}
      />
    </>
  );
}
