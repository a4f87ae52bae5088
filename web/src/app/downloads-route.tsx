import { useNavigate, useSearch } from "@tanstack/react-router";
import { DownloadsPage } from "../downloads/downloads-page.tsx";
import type { Show } from "../downloads/show.ts";

/** The downloads as the address says: search and filter are kept over a reload. */
export function DownloadsRoute() {
  const { q = "", show = "all" } = useSearch({ from: "/downloads" });
  const navigate = useNavigate({ from: "/downloads" });
  const change = (next: { q?: string; show?: Show }): void => {
    void navigate({
      replace: true,
      resetScroll: false,
      search: ({ q: _q, show: _show, ...others }) => {
        const search = next.q ?? q;
        const shown = next.show ?? show;
        return {
          ...others,
          ...(search === "" ? {} : { q: search }),
          ...(shown === "all" ? {} : { show: shown }),
        };
      },
    });
  };
  return (
    <DownloadsPage
      search={q}
      show={show}
      onSearch={(search) => change({ q: search })}
      onShow={(shown) => change({ show: shown })}
      onClear={() => change({ q: "", show: "all" })}
    />
  );
}
