import { RefreshCw } from "lucide-react";
import { useMay } from "../access/may.tsx";
import { useIsAway } from "../data/use-live.ts";
import { useReloadCatalogue } from "./use-model-actions.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";

/** Reads the catalogue's file again, after it was edited by hand. */
export function ReloadCatalogue() {
  const reload = useReloadCatalogue();
  const away = useIsAway();
  const may = useMay("POST /reload_config");
  if (!may) return null;
  return (
    <IconButton
      outlined
      label={t("Reload the catalogue")}
      tip={t("Read the catalogue file again")}
      disabled={away}
      loading={reload.isPending}
      onClick={() => reload.mutate()}
    >
      <RefreshCw size={16} aria-hidden />
    </IconButton>
  );
}
