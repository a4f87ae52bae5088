import { useNavigate, useSearch } from "@tanstack/react-router";
import type { ModelFilter } from "./model-filter.ts";
import { ModelsPage } from "./models-page.tsx";
import type { ModelsView } from "./models-view.ts";

interface Shown {
  q: string;
  state: ModelFilter;
  view: ModelsView;
  at: string | null;
  all: boolean;
}

/** The models as the address says: search, filter and folder are kept over a reload. */
export function ModelsRoute() {
  const {
    q = "",
    state = "all",
    view = "catalogue",
    at = null,
    all = false,
  } = useSearch({ from: "/models" });
  const navigate = useNavigate({ from: "/models" });
  const now: Shown = { q, state, view, at, all };
  /** @param replace whether the way back leads past what is shown now */
  const change = (next: Partial<Shown>, replace = true): void => {
    const shown = { ...now, ...next };
    void navigate({
      replace,
      resetScroll: false,
      search: ({ job, verify }) => ({
        ...(job === undefined ? {} : { job }),
        ...(verify === undefined ? {} : { verify }),
        ...(shown.q === "" ? {} : { q: shown.q }),
        ...(shown.state === "all" ? {} : { state: shown.state }),
        ...(shown.view === "catalogue" ? {} : { view: shown.view }),
        ...(shown.at === null ? {} : { at: shown.at }),
        ...(shown.all ? { all: true as const } : {}),
      }),
    });
  };
  return (
    <ModelsPage
      search={q}
      filter={state}
      view={view}
      files={{
        at,
        all,
        onGo: (folder) => change({ at: folder }, false),
        onAll: (wanted) => change({ all: wanted }),
      }}
      onView={(next) => change({ view: next }, false)}
      onSearch={(search) => change({ q: search })}
      onFilter={(filter) => change({ state: filter }, false)}
      onClear={() => change({ q: "", state: "all" }, false)}
    />
  );
}
