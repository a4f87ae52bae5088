import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ModelFilter } from "./model-filter.ts";
import { ModelsPage } from "./models-page.tsx";

/** The models as the address says: search and filter are kept over a reload. */
export function ModelsRoute() {
  const { q = "", state = "all" } = useSearch({ from: "/models" });
  const navigate = useNavigate({ from: "/models" });
  const change = (next: { q?: string; state?: ModelFilter }): void => {
    void navigate({
      replace: true,
      resetScroll: false,
      search: ({ q: _q, state: _state, ...others }) => {
        const search = next.q ?? q;
        const shown = next.state ?? state;
        return {
          ...others,
          ...(search === "" ? {} : { q: search }),
          ...(shown === "all" ? {} : { state: shown }),
        };
      },
    });
  };
  return (
    <ModelsPage
      search={q}
      filter={state}
      onSearch={(search) => change({ q: search })}
      onFilter={(filter) => change({ state: filter })}
      onClear={() => change({ q: "", state: "all" })}
    />
  );
}
