import { Button } from "@mantine/core";
import { CloudOff, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import { describeError } from "../data/describe-error.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { FilesView } from "../files/files-view.tsx";
import type { FilesViewProps } from "../files/files-view.tsx";
import { VerifyStrip } from "../files/verify-strip.tsx";
import { ViewTabs } from "../ui/view-tabs.tsx";
import type { ModelsView } from "./models-view.ts";
import { ReloadCatalogue } from "./reload-catalogue.tsx";
import { CataloguePlaces } from "./catalogue-places.tsx";
import type { ModelFilter } from "./model-filter.ts";
import { ModelFormProvider, useModelForm } from "./model-form-provider.tsx";
import { ModelList } from "./model-list.tsx";
import { ModelsSkeleton } from "./models-skeleton.tsx";
import { useModels } from "./use-models.ts";
import "../files/files.css";
import "../ui/set.css";
import "./models.css";
import { t } from "../words/words.ts";

interface ModelsPageProps {
  view: ModelsView;
  /** Of the files: the folder that is looked into, and whether all are shown. */
  files: Pick<FilesViewProps, "at" | "all" | "onGo" | "onAll">;
  onView: (view: ModelsView) => void;
  search: string;
  filter: ModelFilter;
  onSearch: (search: string) => void;
  onFilter: (filter: ModelFilter) => void;
  /** Shows everything again. */
  onClear: () => void;
}

/** The catalogue: what there is, what is here, and how to get the rest. */
export function ModelsPage(props: ModelsPageProps) {
  const { models, error, retry } = useModels();
  const body = (): ReactNode => {
    if (props.view === "files") return <FilesView list={models?.list ?? null} {...props.files} />;
    if (models !== null) return <ModelList models={models} {...props} />;
    if (error === null) return <ModelsSkeleton />;
    return <CatalogueBroken error={error} retry={retry} />;
  };
  return (
    <ModelFormProvider sets={models?.list.sets ?? []}>
      <PageHeader title={t("Models")} note={<CataloguePlaces list={models?.list ?? null} />}>
        {props.view === "catalogue" && (
          <SearchField value={props.search} onChange={props.onSearch} label={t("Search models")} />
        )}
        <ReloadCatalogue />
        <AddModel disabled={models === null} />
      </PageHeader>
      <ViewTabs
        label={t("Models")}
        views={[
          { value: "catalogue", label: t("Catalogue") },
          { value: "files", label: t("Files on disk") },
        ]}
        value={props.view}
        onChange={props.onView}
      />
      <VerifyStrip />
      {body()}
    </ModelFormProvider>
  );
}

function AddModel({ disabled }: { disabled: boolean }) {
  const form = useModelForm();
  const may = useMay("POST /add_model");
  if (!may) return null;
  return (
    <Button
      size="sm"
      leftSection={<Plus size={16} aria-hidden />}
      disabled={disabled}
      onClick={() => form.add(null)}
    >
      {t("Add model")}
    </Button>
  );
}

function CatalogueBroken({ error, retry }: { error: Error; retry: () => void }) {
  return (
    <div className="surface">
      <EmptyState
        icon={<CloudOff size={26} />}
        title={t("The catalogue could not be read")}
        actions={
          <Button variant="default" size="sm" onClick={retry}>
            {t("Try again")}
          </Button>
        }
      >
        {describeError(error).message}
      </EmptyState>
    </div>
  );
}
