import { HardDrive } from "lucide-react";
import { useDeferredValue, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { May } from "../access/may.tsx";
import { wordsOf } from "../data/group-jobs.ts";
import { CouldNotRead } from "../ui/could-not-read.tsx";
import { EmptyState } from "../ui/empty-state.tsx";
import { NothingFound } from "../ui/nothing-found.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { t } from "../words/words.ts";
import { CatalogueTroubles } from "./catalogue-troubles.tsx";
import { CheckUpdates } from "./check-updates.tsx";
import { ImageDetails } from "./image-details.tsx";
import { ImageFilters } from "./image-filters.tsx";
import { fits, isEntry, isShown } from "./image-filter.ts";
import type { ImageFilter } from "./image-filter.ts";
import { ImageGrid } from "./image-grid.tsx";
import { ImagePlaces } from "./image-places.tsx";
import { ImagesSkeleton } from "./images-skeleton.tsx";
import { ImportImage } from "./import-image.tsx";
import { useImages, useImageKinds } from "./use-images.ts";
import type { Images } from "./use-images.ts";
import "./images.css";

interface ImagesPageProps {
  filter: ImageFilter;
  onFilter: (change: Partial<ImageFilter>) => void;
  /** Shows everything again. */
  onClear: () => void;
}

/** Images of machines: what the catalogue has, what is here, what is on its way. */
export function ImagesPage({ filter, onFilter, onClear }: ImagesPageProps) {
  const { images, error, retry } = useImages();
  const body = (): ReactNode => {
    if (images !== null)
      return <Library images={images} filter={filter} onFilter={onFilter} onClear={onClear} />;
    return error === null ? (
      <ImagesSkeleton />
    ) : (
      <CouldNotRead title={t("The images could not be listed")} error={error} retry={retry} />
    );
  };
  return (
    <>
      <PageHeader title={t("Image Library")} note={<ImagePlaces />}>
        <SearchField
          value={filter.search}
          onChange={(search) => onFilter({ search })}
          label={t("Search images")}
        />
        <May to="POST /images/updates">
          <CheckUpdates />
        </May>
        <May to="POST /images/import">
          <ImportImage images={images?.list ?? []} />
        </May>
      </PageHeader>
      {body()}
    </>
  );
}

function Library({ images, filter, onFilter, onClear }: ImagesPageProps & { images: Images }) {
  const [opened, setOpened] = useState<string | null>(null);
  const kinds = useImageKinds(images);
  const deferred = useDeferredValue(filter);
  const { list, lookedAt } = images;
  const found = useMemo(() => {
    const words = wordsOf(deferred.search);
    return list.filter((image) => fits(image, deferred, words));
  }, [list, deferred]);
  const sections = useMemo(() => {
    const shown = found.filter((image) => isShown(deferred.show, kinds.get(image.id) ?? "absent", image));
    return [
      { key: "catalogue", title: t("Catalogue"), images: shown.filter(isEntry) },
      {
        key: "folder",
        title: t("Other images in the folder"),
        images: shown.filter((image) => !isEntry(image)),
      },
    ];
  }, [found, deferred.show, kinds]);
  const isEmpty = sections.every((section) => section.images.length === 0);
  return (
    <>
      <ImageFilters list={list} found={found} kinds={kinds} filter={filter} onFilter={onFilter} />
      <CatalogueTroubles />
      {isEmpty ? (
        <NoImageFound isBare={list.length === 0} search={filter.search} onClear={onClear} />
      ) : (
        <ImageGrid sections={sections} lookedAt={lookedAt} onDetails={setOpened} />
      )}
      <ImageDetails image={list.find(({ id }) => id === opened) ?? null} onClose={() => setOpened(null)} />
    </>
  );
}

function NoImageFound({ isBare, search, onClear }: { isBare: boolean; search: string; onClear: () => void }) {
  if (isBare) {
    return (
      <div className="surface">
        <EmptyState icon={<HardDrive size={26} />} title={t("No images yet")}>
          {t(
            "The catalogue has none. Import one by its address, or put files into the images folder: they are found.",
          )}
        </EmptyState>
      </div>
    );
  }
  return (
    <NothingFound
      title={search === "" ? t("No image is like this") : t("Nothing matches “{search}”", { search })}
      all={t("Show all images")}
      onClear={onClear}
    >
      {t(
        "The search looks at names, systems, versions, machines, builds and addresses; every word has to be found.",
      )}
    </NothingFound>
  );
}
