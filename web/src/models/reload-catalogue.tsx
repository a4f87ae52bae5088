import { ActionIcon, Tooltip } from "@mantine/core";
import { RefreshCw } from "lucide-react";
import { useIsAway } from "../data/use-live.ts";
import { useReloadCatalogue } from "./use-model-actions.ts";
import { t } from "../words/words.ts";

/** Reads the catalogue's file again, after it was edited by hand. */
export function ReloadCatalogue() {
  const reload = useReloadCatalogue();
  const away = useIsAway();
  return (
    <Tooltip label={t("Read the catalogue file again")}>
      <ActionIcon
        size={36}
        variant="default"
        aria-label={t("Reload the catalogue")}
        disabled={away}
        loading={reload.isPending}
        onClick={() => reload.mutate()}
      >
        <RefreshCw size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
