import { useLocalStorage } from "@mantine/hooks";
import { ChevronRight, Download, ShieldCheck } from "lucide-react";
import { memo } from "react";
import { May } from "../access/may.tsx";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { useIsAway } from "../data/use-live.ts";
import { useVerifyRun } from "../files/use-verify.ts";
import { useModelForm } from "./model-form-provider.tsx";
import { modelKey } from "./model-filter.ts";
import { ModelRow } from "./model-row.tsx";
import type { ModelState } from "./model-state.ts";
import { sizeWords } from "./size-words.ts";
import { summariseSet } from "./set-summary.ts";
import type { SetSummary } from "./set-summary.ts";
import { useDownloadMany } from "./use-model-actions.ts";
import { Button } from "../ui/button.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";

interface ModelSetProps {
  id: string;
  name: string;
  /** All models of the set, and those that are looked for. */
  models: readonly ModelMessage[];
  shown: readonly ModelMessage[];
  kinds: ReadonlyMap<string, ModelState["kind"]>;
  lookedAt: number;
}

/** A set of models: how much of it is here, and its models, unless folded away. */
export const ModelSet = memo(function ModelSet({ id, name, models, shown, kinds, lookedAt }: ModelSetProps) {
  const [folded, setFolded] = useLocalStorage({
    key: `haulyard-folded:${id}`,
    defaultValue: false,
    getInitialValueInEffect: false,
  });
  const summary = summariseSet(models, kinds);
  const listId = `set-${id}`;
  return (
    <section className="set surface" aria-label={name}>
      <div className="set__head">
        <h2 className="set__heading">
          <button
            type="button"
            className="set__fold"
            aria-expanded={!folded}
            aria-controls={listId}
            onClick={() => setFolded(!folded)}
          >
            <ChevronRight size={16} className="set__chevron" aria-hidden />
            <span className="set__name truncate">{name}</span>
          </button>
        </h2>
        <SetNumbers summary={summary} />
        <May to="POST /files/verify">
          <VerifySet name={name} models={models} />
        </May>
        <May to="POST /download">
          <DownloadMissing name={name} missing={summary.missing} />
        </May>
      </div>
      <div id={listId} hidden={folded}>
        {!folded &&
          shown.map((model) => <ModelRow key={modelKey(model)} model={model} lookedAt={lookedAt} />)}
        {!folded && models.length === 0 && <EmptySet id={id} />}
      </div>
    </section>
  );
});

function SetNumbers({ summary: { here, all, bytes, unknownSizes } }: { summary: SetSummary }) {
  const size = sizeWords(bytes, unknownSizes);
  return (
    <div className="set__numbers">
      <span className="set__meter" aria-hidden>
        <span style={{ transform: `scaleX(${all === 0 ? 0 : here / all})` }} />
      </span>
      <span className="set__here">{t("{here} of {all} here", { here, all })}</span>
      <span className="set__size dim">{size}</span>
    </div>
  );
}

function VerifySet({ name, models }: Pick<ModelSetProps, "name" | "models">) {
  const run = useVerifyRun();
  const away = useIsAway();
  const here = models.filter(({ state }) => state === "present");
  const label = t("Verify the files of {name}", { name });
  return (
    <IconButton
      label={label}
      disabled={here.length === 0 || away}
      onClick={() => run.add(here.map(({ destination, bytes }) => ({ path: destination, size: bytes })))}
    >
      <ShieldCheck size={16} aria-hidden />
    </IconButton>
  );
}

function DownloadMissing({ name, missing }: { name: string; missing: readonly ModelMessage[] }) {
  const many = useDownloadMany();
  const away = useIsAway();
  return (
    <Button
      className="set__all"
      size="compact-sm"
      variant="default"
      leftSection={<Download size={14} aria-hidden />}
      disabled={missing.length === 0 || away}
      loading={many.isPending}
      aria-label={t("Download all missing models of {name}", { name })}
      onClick={() => many.mutate(missing)}
    >
      {missing.length === 0 ? t("Download all") : t("Download all ({n})", { n: missing.length })}
    </Button>
  );
}

function EmptySet({ id }: { id: string }) {
  const form = useModelForm();
  return (
    <p className="set__empty dim">
      {t("No models yet.")}{" "}
      <May to="POST /add_model">
        <button type="button" className="link-button" onClick={() => form.add(id)}>
          {t("Add one")}
        </button>
      </May>
    </p>
  );
}
