import { ActionIcon, Button, Tooltip } from "@mantine/core";
import { ArrowDownToLine, Plus, SearchX, Trash2 } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useAddDownload } from "../add/use-add-download.tsx";
import { isNarrowed } from "../data/group-jobs.ts";
import type { JobFilter } from "../data/group-jobs.ts";
import { useJobCount, useJobGroups, useLink } from "../data/use-live.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { FilterTabs } from "../ui/filter-tabs.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { JobList } from "./job-list.tsx";
import { JobsSkeleton } from "./jobs-skeleton.tsx";
import { ListFilters } from "./list-filters.tsx";
import { NoDownloads } from "./no-downloads.tsx";
import { SelectionBar } from "./selection-bar.tsx";
import { toServerFilter } from "./server-filter.ts";
import { TotalsStrip } from "./totals-strip.tsx";
import type { Show } from "./show.ts";
import { onlyShown, shownIds, showChoices } from "./show.ts";
import { ListProvider } from "./use-list.ts";
import { useListControl } from "./use-list-control.ts";
import { t } from "../words/words.ts";

interface DownloadsPageProps {
  filter: JobFilter;
  show: Show;
  onFilter: (change: Partial<JobFilter>) => void;
  onShow: (show: Show) => void;
  /** Shows everything again. */
  onClear: () => void;
}

/** Everything that is, was and will be downloaded. */
export function DownloadsPage({ filter, show, onFilter, onShow, onClear }: DownloadsPageProps) {
  const { ready } = useLink();
  const count = useJobCount();
  const search = useDeferredValue(filter.search);
  const groups = useJobGroups({ ...filter, search });
  const add = useAddDownload();
  const shown = useMemo(() => onlyShown(groups, show), [groups, show]);
  const control = useListControl(shown, filter);
  const [removing, setRemoving] = useState(false);
  const rows = useMemo(() => shownIds(shown).length, [shown]);

  const body = (): ReactNode => {
    if (!ready) return <JobsSkeleton />;
    if (count === 0) return <NoDownloads />;
    return (
      <>
        <TotalsStrip />
        <div className="list-tools">
          <FilterTabs choices={showChoices(groups)} value={show} onChange={onShow} />
          <div className="list-filters">
            <ListFilters filter={filter} onChange={onFilter} />
            <DeleteMode on={removing} onChange={setRemoving} />
          </div>
        </div>
        {rows === 0 ? (
          <NothingFound filter={filter} onClear={onClear} />
        ) : (
          <JobList groups={shown} filter={filter} removing={removing} />
        )}
        <SelectionBar filter={toServerFilter(show, filter)} shown={rows} />
      </>
    );
  };

  return (
    <ListProvider value={control}>
      <PageHeader title={t("Downloads")}>
        {(!ready || count > 0) && (
          <SearchField
            value={filter.search}
            onChange={(words) => onFilter({ search: words })}
            label={t("Search downloads")}
          />
        )}
        <Button size="sm" leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
          <span className="wide-only">{t("Add download")}</span>
          <span className="narrow-only">{t("Add")}</span>
        </Button>
      </PageHeader>
      {body()}
    </ListProvider>
  );
}

/** While it is on, every row has a button that removes it. */
function DeleteMode({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  const label = on ? t("Stop removing") : t("Remove one by one");
  return (
    <Tooltip label={label}>
      <ActionIcon
        size={30}
        className="delete-mode"
        aria-label={t("Remove one by one")}
        aria-pressed={on}
        onClick={() => onChange(!on)}
      >
        <Trash2 size={16} />
      </ActionIcon>
    </Tooltip>
  );
}

function NothingFound({ filter, onClear }: { filter: JobFilter; onClear: () => void }) {
  const { search } = filter;
  const narrowed = isNarrowed(filter);
  const Icon = narrowed ? SearchX : ArrowDownToLine;
  return (
    <div className="surface">
      <EmptyState
        icon={<Icon size={26} />}
        title={search === "" ? t("Nothing here") : t("Nothing matches “{search}”", { search })}
        actions={
          <Button variant="default" size="sm" onClick={onClear}>
            {t("Show all downloads")}
          </Button>
        }
      >
        {narrowed
          ? t(
              "The search looks at names, folders, addresses and ids; every word has to be found, and place and kind have to fit.",
            )
          : t("No download is in this state now.")}
      </EmptyState>
    </div>
  );
}
