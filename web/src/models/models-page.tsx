import { Button } from "@mantine/core";
import { CloudOff, Plus } from "lucide-react";
import type { ReactNode } from "react";
import { describeError } from "../data/describe-error.ts";
import { EmptyState } from "../ui/empty-state.tsx";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { ReloadCatalogue } from "./reload-catalogue.tsx";
import { CataloguePlaces } from "./catalogue-places.tsx";
import type { ModelFilter } from "./model-filter.ts";
import { ModelFormProvider, useModelForm } from "./model-form-provider.tsx";
import { ModelList } from "./model-list.tsx";
import { ModelsSkeleton } from "./models-skeleton.tsx";
import { useModels } from "./use-models.ts";
import "../ui/set.css";
import "./models.css";
import { t } from "../words/words.ts";

interface ModelsPageProps {
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
    if (models !== null) return <ModelList models={models} {...props} />;
    if (error === null) return <ModelsSkeleton />;
    return <CatalogueBroken error={error} retry={retry} />;
  };
  return (
    <ModelFormProvider sets={models?.list.sets ?? []}>
      <PageHeader title={t("Models")} note={<CataloguePlaces list={models?.list ?? null} />}>
        <SearchField value={props.search} onChange={props.onSearch} label={t("Search models")} />
        <ReloadCatalogue />
        <AddModel disabled={models === null} />
      </PageHeader>
      {body()}
    </ModelFormProvider>
  );
}

function AddModel({ disabled }: { disabled: boolean }) {
  const form = useModelForm();
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
