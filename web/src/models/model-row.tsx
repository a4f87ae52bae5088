import "../downloads/job-row.css";
import { memo } from "react";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { keyOf } from "../data/create-asked.ts";
import { useIsAsked } from "../data/use-asked.ts";
import { ModelActions } from "./model-actions.tsx";
import { ModelIcon } from "./model-icon.tsx";
import { ModelProgress } from "./model-progress.tsx";
import { modelState, wantedModel } from "./model-state.ts";
import { ModelStateBadge } from "./model-state-badge.tsx";
import { useModelJob } from "./use-models.ts";

/** One model. Its height is the same whatever it does: nothing below it moves. */
export const ModelRow = memo(function ModelRow({
  model,
  lookedAt,
}: {
  model: ModelMessage;
  lookedAt: number;
}) {
  const job = useModelJob(model.destination);
  const state = modelState(model, job, lookedAt, useIsAsked(keyOf(wantedModel(model))));
  return (
    <article className="model" aria-label={model.name} data-kind={state.kind}>
      <ModelIcon kind={state.kind} />
      <div className="model__body">
        <div className="model__head">
          <h3 className="model__name truncate" title={model.name} dir="auto">
            {model.name}
          </h3>
          <ModelStateBadge state={state} />
        </div>
        <p className="model__description truncate" title={model.description}>
          {model.description === "" ? <span className="dim">{model.model_id}</span> : model.description}
        </p>
        <ModelProgress model={model} state={state} />
      </div>
      <ModelActions model={model} state={state} />
    </article>
  );
});
