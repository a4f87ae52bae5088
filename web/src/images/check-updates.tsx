import { RefreshCw } from "lucide-react";
import { useIsAway } from "../data/use-live.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import { useCheckUpdates } from "./use-image-actions.ts";

/** Asks publishers now; it is done now and then anyway. */
export function CheckUpdates() {
  const check = useCheckUpdates();
  const away = useIsAway();
  return (
    <IconButton
      outlined
      label={t("Look for newer builds")}
      tip={t("Look for newer builds of the images that are here")}
      disabled={away}
      loading={check.isPending}
      onClick={() => check.mutate()}
    >
      <RefreshCw size={16} aria-hidden />
    </IconButton>
  );
}
