import { useNavigate, useSearch } from "@tanstack/react-router";
import type { JobFilter } from "../data/group-jobs.ts";
import { DownloadsPage } from "../downloads/downloads-page.tsx";
import type { Show } from "../downloads/show.ts";
import { toDownloadsSearch } from "./search-params.ts";

/** The downloads as the address says: search, filters and order are kept over a reload. */
export function DownloadsRoute() {
  const {
    q = "",
    show = "all",
    place = null,
    kind = null,
    group = null,
    sort = "queue",
  } = useSearch({ from: "/downloads" });
  const navigate = useNavigate({ from: "/downloads" });
  const change = (next: Partial<JobFilter> & { show?: Show }): void => {
    const { search = q, ...others } = next;
    void navigate({
      // A choice is a step that the way back takes back; a letter of the search is none.
      replace: Object.keys(next).join() === "search",
      resetScroll: false,
      search: ({ job }) => ({
        ...(job === undefined ? {} : { job }),
        ...toDownloadsSearch({ show, place, kind, group, sort, q: search, ...others }),
      }),
    });
  };
  return (
    <DownloadsPage
      filter={{ search: q, place, kind, group, sort }}
      show={show}
      onFilter={change}
      onShow={(shown) => change({ show: shown })}
      onClear={() => change({ search: "", show: "all", place: null, kind: null, group: null })}
    />
  );
}
