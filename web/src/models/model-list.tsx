import { Button } from "@mantine/core";
import { Boxes } from "lucide-react";
import { useDeferredValue, useMemo } from "react";
import { May } from "../access/may.tsx";
import { wordsOf } from "../data/group-jobs.ts";
import { FilterTabs } from "../ui/filter-tabs.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFound } from "../ui/nothing-found.tsx";
import { BadEntries } from "./bad-entries.tsx";
import { filterName, filterOf, MODEL_FILTERS, modelKey, modelMatches } from "./model-filter.ts";
import type { ModelFilter } from "./model-filter.ts";
import { useModelForm } from "./model-form-provider.tsx";
import { MissingModels } from "./missing-models.tsx";
import { ModelSet } from "./model-set.tsx";
import { summariseSet } from "./set-summary.ts";
import { useModelKinds } from "./use-models.ts";
import type { Models } from "./use-models.ts";
import { t } from "../words/words.ts";

interface ModelListProps {
  models: Models;
  search: string;
  filter: ModelFilter;
  onFilter: (filter: ModelFilter) => void;
  onClear: () => void;
}

/** All sets with the models that are looked for. */
export function ModelList({ models, search, filter, onFilter, onClear }: ModelListProps) {
  const { list } = models;
  const kinds = useModelKinds(models);
  const words = useDeferredValue(search);
  const found = useMemo(() => {
    const all = wordsOf(words);
    return list.models.filter((model) => modelMatches(model, all));
  }, [list, words]);
  const filterFor = (key: string) => filterOf(kinds.get(key) ?? "absent");
  const shown = filter === "all" ? found : found.filter((model) => filterFor(modelKey(model)) === filter);
  const summary = useMemo(() => summariseSet(list.models, kinds), [list, kinds]);
  const narrowed = search !== "" || filter !== "all";

  if (list.models.length === 0 && list.bad.length === 0 && list.sets.length === 0) return <EmptyCatalogue />;
  return (
    <>
      <div className="models-bar">
        <FilterTabs
          value={filter}
          onChange={onFilter}
          choices={MODEL_FILTERS.map((value) => ({
            value,
            label: filterName(value),
            count:
              value === "all"
                ? found.length
                : found.filter((model) => filterFor(modelKey(model)) === value).length,
            alarming: value === "failed",
          }))}
        />
        <MissingModels summary={summary} models={shown} />
      </div>
      <BadEntries bad={list.bad} file={list.file} />
      {shown.length === 0 && narrowed && <NoModelFound search={search} onClear={onClear} />}
      {list.sets.map(({ id, name }) => {
        const inSet = shown.filter((model) => model.set_id === id);
        if (inSet.length === 0 && narrowed) return null;
        const whole = list.models.filter((model) => model.set_id === id);
        return (
          <ModelSet
            key={id}
            id={id}
            name={name}
            models={whole}
            shown={inSet}
            kinds={kinds}
            lookedAt={models.lookedAt}
          />
        );
      })}
    </>
  );
}

function EmptyCatalogue() {
  const form = useModelForm();
  return (
    <div className="surface">
      <EmptyState
        icon={<Boxes size={26} />}
        title={t("The catalogue is empty")}
        actions={
          <May to="POST /add_model">
            <Button onClick={() => form.add(null)}>{t("Add the first model")}</Button>
          </May>
        }
      >
        {t(
          "A model is an address and a folder. Once it is in the catalogue, everybody who uses this server sees whether it is here, and fetches it with one press.",
        )}
      </EmptyState>
    </div>
  );
}

function NoModelFound({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <NothingFound
      title={search === "" ? t("No model is in this state") : t("Nothing matches “{search}”", { search })}
      all={t("Show all models")}
      onClear={onClear}
    >
      {t("The search looks at names, sets, descriptions, paths and addresses; every word has to be found.")}
    </NothingFound>
  );
}
