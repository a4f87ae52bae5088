import { useNavigate, useSearch } from "@tanstack/react-router";
import { NO_FILTER, fromAddress, toAddress } from "./resource-filter.ts";
import type { ResourceFilter } from "./resource-filter.ts";
import { ResourcesPage } from "./resources-page.tsx";

/** The cards as the address says: filter and open card are kept over a reload. */
export function ResourcesRoute() {
  const { q, type, eco, tags, card } = useSearch({ from: "/resources" });
  const navigate = useNavigate({ from: "/resources" });
  const filter = fromAddress({
    ...(q === undefined ? {} : { q }),
    ...(type === undefined ? {} : { type }),
    ...(eco === undefined ? {} : { eco }),
    ...(tags === undefined ? {} : { tags }),
  });
  /** A choice is a step that the way back takes back; a letter of the search is none. */
  const change = (next: ResourceFilter, replace = false): void => {
    void navigate({
      replace,
      resetScroll: false,
      search: ({ q: _q, type: _type, eco: _eco, tags: _tags, ...others }) => ({
        ...others,
        ...toAddress(next),
      }),
    });
  };
  const close = (): void => {
    void navigate({
      replace: true,
      resetScroll: false,
      search: ({ card: _card, ...others }) => others,
    });
  };
  return (
    <ResourcesPage
      filter={filter}
      onFilter={(next) => change(next, next.search !== filter.search)}
      onClear={() => change(NO_FILTER)}
      card={card ?? null}
      onClose={close}
    />
  );
}
