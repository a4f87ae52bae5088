import { useNavigate, useSearch } from "@tanstack/react-router";
import { NO_FILTER, toImageShow } from "./image-filter.ts";
import type { ImageFilter } from "./image-filter.ts";
import { ImagesPage } from "./images-page.tsx";

/** The images as the address says: search and filters are kept over a reload. */
export function ImagesRoute() {
  const { q = "", state, os = "", arch = "", format = "" } = useSearch({ from: "/storage/images" });
  const navigate = useNavigate({ from: "/storage/images" });
  const filter: ImageFilter = { search: q, show: toImageShow(state), os, arch, format };
  /** A choice is a step that the way back takes back; a letter of the search is none. */
  const go = (next: ImageFilter, replace: boolean): void => {
    void navigate({
      replace,
      resetScroll: false,
      search: ({ job }) => ({ ...(job === undefined ? {} : { job }), ...toSearch(next) }),
    });
  };
  return (
    <ImagesPage
      filter={filter}
      onFilter={(change) => go({ ...filter, ...change }, Object.keys(change).join() === "search")}
      onClear={() => go(NO_FILTER, false)}
    />
  );
}

/** Only what narrows the list stands in the address. */
function toSearch({ search, show, os, arch, format }: ImageFilter) {
  return {
    ...(search === "" ? {} : { q: search }),
    ...(show === "all" ? {} : { state: show }),
    ...(os === "" ? {} : { os }),
    ...(arch === "" ? {} : { arch }),
    ...(format === "" ? {} : { format }),
  };
}
