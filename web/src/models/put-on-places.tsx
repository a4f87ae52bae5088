import { Button, Menu } from "@mantine/core";
import { Layers } from "lucide-react";
import { useMay } from "../access/may.tsx";
import { useAddDownload } from "../add/use-add-download.tsx";
import { usePlaceChoices } from "../places/use-place-choices.ts";
import type { ModelMessage } from "../../../src/wire/models.ts";
import { useIsAway } from "../data/use-live.ts";
import { t } from "../words/words.ts";

/** Null where there is one place, or who asks may not add. */
function usePutOnPlaces(): ((models: readonly ModelMessage[]) => void) | null {
  const { hand } = useAddDownload();
  const places = usePlaceChoices();
  const may = useMay("POST /groups");
  if (!may || places.length < 2) return null;
  return (models) =>
    hand({
      text: models.map(({ set_id, model_id }) => `${set_id}/${model_id}`).join("\n"),
      attachments: [],
      refused: [],
      forSeveral: true,
    });
}

/** One model onto several places, as a line of its menu. */
export function PutOnPlacesItem({ model }: { model: ModelMessage }) {
  const put = usePutOnPlaces();
  const away = useIsAway();
  if (put === null) return null;
  return (
    <Menu.Item leftSection={<Layers size={15} />} disabled={away} onClick={() => put([model])}>
      {t("Put onto several places…")}
    </Menu.Item>
  );
}

/** All models, which may be missing elsewhere, onto several places. */
export function PutAllOnPlaces({ models }: { models: readonly ModelMessage[] }) {
  const put = usePutOnPlaces();
  const away = useIsAway();
  if (put === null || models.length === 0) return null;
  return (
    <Button
      size="compact-sm"
      variant="default"
      leftSection={<Layers size={14} aria-hidden />}
      disabled={away}
      onClick={() => put(models)}
    >
      {t("Several places…")}
    </Button>
  );
}
