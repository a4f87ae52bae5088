import { FolderOpen } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFound } from "../ui/nothing-found.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { t, tn } from "../words/words.ts";
import { code } from "../ui/marks.tsx";
import { rich } from "../words/rich.tsx";
import { BrokenCards } from "./broken-cards.tsx";
import { CardDrawer } from "./card-drawer.tsx";
import { CardGrid } from "./card-grid.tsx";
import { InstallBar } from "./install-bar.tsx";
import { InstallTasks } from "./install-tasks.tsx";
import { ResourceFilters } from "./resource-filters.tsx";
import type { ResourceFilter } from "./resource-filter.ts";
import { isNarrowed } from "./resource-filter.ts";
import { ResourcesSkeleton } from "./resources-skeleton.tsx";
import { choose, extendTo, NOTHING, toggle } from "./selection.ts";
import { useResources } from "./use-resources.ts";
import "./resources.css";

interface ResourcesPageProps {
  filter: ResourceFilter;
  onFilter: (filter: ResourceFilter) => void;
  /** Shows everything again. */
  onClear: () => void;
  /** The card that is open, by its path. */
  card: string | null;
  onClose: () => void;
}

/** The resource cards: what can be installed on an instance, or here. */
export function ResourcesPage({ filter, onFilter, onClear, card, onClose }: ResourcesPageProps) {
  const search = useDeferredValue(filter.search);
  const { data, error, refetch } = useResources({ ...filter, search });
  const [selection, setSelection] = useState(NOTHING);
  const may = useMay("POST /jobs");
  const chosen = selection.chosen;
  const shown = useMemo(() => (data?.resources ?? []).map(({ filepath }) => filepath), [data]);

  const body = (): ReactNode => {
    if (data === undefined)
      return error === null ? (
        <ResourcesSkeleton />
      ) : (
        <CouldNotRead title={t("The cards could not be read")} error={error} retry={refetch} />
      );
    if (data.count === 0 && isNarrowed(filter))
      return <NoCardFound search={filter.search} onClear={onClear} />;
    if (data.count === 0) return <NoCards />;
    return (
      <CardGrid
        cards={data.resources}
        chosen={chosen}
        onToggle={(path) => may && setSelection((before) => toggle(before, path))}
        onExtend={(path) => may && setSelection((before) => extendTo(before, path, shown))}
        onAll={() => may && setSelection((before) => choose(before, shown, null))}
        onNone={() => setSelection(NOTHING)}
      />
    );
  };
  return (
    <>
      <PageHeader
        title={t("Resources")}
        note={data === undefined ? "\u00a0" : tn(data.count, "{n} card", "{n} cards")}
      >
        <SearchField
          value={filter.search}
          onChange={(next) => onFilter({ ...filter, search: next })}
          label={t("Search resources")}
        />
      </PageHeader>
      <InstallTasks />
      <ResourceFilters filter={filter} onFilter={onFilter} />
      {body()}
      {data !== undefined && <BrokenCards broken={data.broken} />}
      <InstallBar
        chosen={chosen}
        onAdd={(path) => setSelection((before) => choose(before, [path], path))}
        onRefused={(paths) => setSelection((before) => choose(before, paths, null))}
        onClear={() => setSelection(NOTHING)}
      />
      <CardDrawer
        filepath={card}
        onClose={onClose}
        isChosen={card !== null && chosen.has(card)}
        onToggle={(path) => setSelection((before) => toggle(before, path))}
      />
    </>
  );
}

function NoCards() {
  return (
    <div className="surface">
      <EmptyState icon={<FolderOpen size={26} />} title={t("No resource cards yet")}>
        {rich(
          "A card is a Markdown file that says what a model is and holds the commands that fetch it. Put cards into the folder <code>resources</code>, or point <code>HAULYARD_RESOURCES</code> at yours: what you save there is shown at once.",
          { code },
        )}
      </EmptyState>
    </div>
  );
}

function NoCardFound({ search, onClear }: { search: string; onClear: () => void }) {
  return (
    <NothingFound
      title={search === "" ? t("No card is like this") : t("No card matches “{search}”", { search })}
      all={t("Show all cards")}
      onClear={onClear}
    >
      {t(
        "The search looks at titles, tags, other names, paths and descriptions; every word has to be found.",
      )}
    </NothingFound>
  );
}
