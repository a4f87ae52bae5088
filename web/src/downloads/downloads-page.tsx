import { Button } from "@mantine/core";
import { ArrowDownToLine, Plus, SearchX } from "lucide-react";
import { useDeferredValue } from "react";
import type { ReactNode } from "react";
import { useAddDownload } from "../add/use-add-download.tsx";
import { useJobCount, useJobGroups, useLink } from "../data/use-live.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { FilterTabs } from "../ui/filter-tabs.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";

import { JobList } from "./job-list.tsx";
import { JobsSkeleton } from "./jobs-skeleton.tsx";
import { NoDownloads } from "./no-downloads.tsx";
import { TotalsStrip } from "./totals-strip.tsx";
import type { Show } from "./show.ts";
import { onlyShown, showChoices } from "./show.ts";

interface DownloadsPageProps {
  search: string;
  show: Show;
  onSearch: (search: string) => void;
  onShow: (show: Show) => void;
  /** Shows everything again. */
  onClear: () => void;
}

/** Everything that is, was and will be downloaded. */
export function DownloadsPage({ search, show, onSearch, onShow, onClear }: DownloadsPageProps) {
  const { ready } = useLink();
  const count = useJobCount();
  const groups = useJobGroups(useDeferredValue(search));
  const add = useAddDownload();
  const shown = onlyShown(groups, show);
  const empty = Object.values(shown).every((ids) => ids.length === 0);

  const body = (): ReactNode => {
    if (!ready) return <JobsSkeleton />;
    if (count === 0) return <NoDownloads />;
    return (
      <>
        <TotalsStrip />
        <FilterTabs choices={showChoices(groups)} value={show} onChange={onShow} />
        {empty ? (
          <NothingFound search={search} onClear={onClear} />
        ) : (
          <JobList groups={shown} search={search} />
        )}
      </>
    );
  };

  return (
    <>
      <PageHeader title="Downloads">
        {(!ready || count > 0) && <SearchField value={search} onChange={onSearch} label="Search downloads" />}
        <Button size="sm" leftSection={<Plus size={16} aria-hidden />} onClick={add.open}>
          Add<span className="wide-only">&nbsp;download</span>
        </Button>
      </PageHeader>
      {body()}
    </>
  );
}

function NothingFound({ search, onClear }: { search: string; onClear: () => void }) {
  const Icon = search === "" ? ArrowDownToLine : SearchX;
  return (
    <div className="surface">
      <EmptyState
        icon={<Icon size={26} />}
        title={search === "" ? "Nothing here" : `Nothing matches “${search}”`}
        actions={
          <Button variant="default" size="sm" onClick={onClear}>
            Show all downloads
          </Button>
        }
      >
        {search === ""
          ? "No download is in this state now."
          : "The search looks at names, folders, addresses and ids; every word has to be found."}
      </EmptyState>
    </div>
  );
}
