import { Button, NativeSelect } from "@mantine/core";
import { X } from "lucide-react";
import { t } from "../words/words.ts";
import { isNarrowed, NO_FILTER } from "./resource-filter.ts";
import type { ResourceFilter } from "./resource-filter.ts";
import { useResourceWords } from "./use-resources.ts";

interface ResourceFiltersProps {
  filter: ResourceFilter;
  onFilter: (filter: ResourceFilter) => void;
}

/** Type, ecosystem, tags: what the cards themselves say. */
export function ResourceFilters({ filter, onFilter }: ResourceFiltersProps) {
  const { data } = useResourceWords();
  const { types = [], ecosystems = [], tags = [] } = data ?? {};
  return (
    <div className="resource-filters" role="group" aria-label={t("Show")}>
      <Choice
        label={t("Type")}
        all={t("All types")}
        value={filter.type}
        words={types}
        onChange={(type) => onFilter({ ...filter, type })}
      />
      <Choice
        label={t("Ecosystem")}
        all={t("All ecosystems")}
        value={filter.ecosystem}
        words={ecosystems}
        onChange={(ecosystem) => onFilter({ ...filter, ecosystem })}
      />
      <Choice
        label={t("Tag")}
        all={filter.tags.length === 0 ? t("All tags") : t("Or another tag")}
        value=""
        words={tags.filter((tag) => !filter.tags.includes(tag))}
        onChange={(tag) => onFilter({ ...filter, tags: tag === "" ? [] : [...filter.tags, tag] })}
      />
      {filter.tags.map((tag) => (
        <button
          key={tag}
          type="button"
          className="tag-chip"
          aria-label={t("Without the tag {tag}", { tag })}
          onClick={() => onFilter({ ...filter, tags: filter.tags.filter((each) => each !== tag) })}
        >
          {tag}
          <X size={13} aria-hidden />
        </button>
      ))}
      {isNarrowed(filter) && (
        <Button size="compact-sm" variant="subtle" color="gray" onClick={() => onFilter(NO_FILTER)}>
          {t("Show all")}
        </Button>
      )}
    </div>
  );
}

interface ChoiceProps {
  label: string;
  /** What the choice of none is called. */
  all: string;
  value: string;
  words: readonly string[];
  onChange: (value: string) => void;
}

function Choice({ label, all, value, words, onChange }: ChoiceProps) {
  // A word of the address that no card has (any more) is shown all the same: it is why nothing is found.
  const known = value === "" || words.includes(value) ? words : [value, ...words];
  return (
    <NativeSelect
      size="sm"
      aria-label={label}
      value={value}
      data={[{ value: "", label: all }, ...known.map((word) => ({ value: word, label: word }))]}
      onChange={(event) => onChange(event.currentTarget.value)}
    />
  );
}
