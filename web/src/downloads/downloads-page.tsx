import { Button } from "@mantine/core";
import { ArrowDownToLine, Plus, SearchX, Trash2 } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { May } from "../access/may.tsx";
import { useAddDownload } from "../add/use-add-download.tsx";
import { isNarrowed } from "../data/group-jobs.ts";
import type { JobFilter, JobGroups } from "../data/group-jobs.ts";
import type { GroupEntry } from "../groups/known-groups.ts";
import { useJobCount, useJobGroups, useLink } from "../data/use-live.ts";
import { useFolded } from "../groups/use-folded.ts";
import { useGroups } from "../groups/use-groups.ts";
import { FilterTabs } from "../ui/filter-tabs.tsx";
import { NothingFound } from "../ui/nothing-found.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { JobList } from "./job-list.tsx";
import { JobsSkeleton } from "./jobs-skeleton.tsx";
import { ListFilters } from "./list-filters.tsx";
import { NoDownloads } from "./no-downloads.tsx";
import { SelectionPlace } from "./selection-place.tsx";
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

const NOT_NARROWED = { search: "", place: null, kind: null };

/** Everything that is, was and will be downloaded. */
export function DownloadsPage({ filter, show, onFilter, onShow, onClear }: DownloadsPageProps) {
  const { ready } = useLink();
  const count = useJobCount();
  const search = useDeferredValue(filter.search);
  const groups = useJobGroups({ ...filter, search });
  const add = useAddDownload();
  const shown = useMemo(() => onlyShown(groups, show), [groups, show]);
  const known = useGroups();
  const { folded, heads } = useFolded(shown, known.entries, { ...filter, search }, show);
  const control = useListControl(shown, folded, filter);
  const [removing, setRemoving] = useState(false);
  const rows = shownIds(shown).length;
  const onOnly = (group: string | null): void => onFilter({ ...NOT_NARROWED, group });

  const body = (): ReactNode => {
    if (!ready || !known.ready) return <JobsSkeleton />;
    if (count === 0) return <NoDownloads />;
    return (
      <>
        <TotalsStrip />
        <ListTools
          {...{ groups, filter, show, onFilter, onShow, removing }}
          known={known.entries}
          onRemoving={setRemoving}
        />
        {rows === 0 && heads.length === 0 ? (
          <NoDownloadFound filter={filter} onClear={onClear} />
        ) : (
          <JobList groups={shown} {...{ folded, heads, filter, onOnly, removing }} />
        )}
        <SelectionPlace filter={toServerFilter(show, filter)} shown={rows} />
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
        <May to="POST /jobs">
          <Button size="sm" leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
            <span className="wide-only">{t("Add download")}</span>
            <span className="narrow-only">{t("Add")}</span>
          </Button>
        </May>
      </PageHeader>
      {body()}
    </ListProvider>
  );
}

interface ListToolsProps extends Pick<DownloadsPageProps, "filter" | "show" | "onFilter" | "onShow"> {
  groups: JobGroups;
  known: readonly GroupEntry[];
  removing: boolean;
  onRemoving: (removing: boolean) => void;
}

/** Which of them are shown, and in what order. */
function ListTools(props: ListToolsProps) {
  const { groups, known, filter, show, onFilter, onShow, removing, onRemoving } = props;
  return (
    <div className="list-tools">
      <FilterTabs choices={showChoices(groups)} value={show} onChange={onShow} />
      <div className="list-filters">
        <ListFilters filter={filter} groups={known} onChange={onFilter} />
        <May to="POST /jobs/actions">
          <DeleteMode on={removing} onChange={onRemoving} />
        </May>
      </div>
    </div>
  );
}

/** While it is on, every row has a button that removes it. */
function DeleteMode({ on, onChange }: { on: boolean; onChange: (on: boolean) => void }) {
  return (
    <IconButton
      className="delete-mode"
      label={t("Remove one by one")}
      tip={on ? t("Stop removing") : undefined}
      aria-pressed={on}
      onClick={() => onChange(!on)}
    >
      <Trash2 size={16} aria-hidden />
    </IconButton>
  );
}

function NoDownloadFound({ filter, onClear }: { filter: JobFilter; onClear: () => void }) {
  const { search } = filter;
  const narrowed = isNarrowed(filter);
  const Icon = narrowed ? SearchX : ArrowDownToLine;
  return (
    <NothingFound
      icon={Icon}
      title={search === "" ? t("Nothing here") : t("Nothing matches “{search}”", { search })}
      all={t("Show all downloads")}
      onClear={onClear}
    >
      {narrowed
        ? t(
            "The search looks at names, folders, addresses and ids; every word has to be found, and place and kind have to fit.",
          )
        : t("No download is in this state now.")}
    </NothingFound>
  );
}
