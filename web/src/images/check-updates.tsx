import { ActionIcon, Tooltip } from "@mantine/core";
import { RefreshCw } from "lucide-react";
import { useIsAway } from "../data/use-live.ts";
import { t } from "../words/words.ts";
import { useCheckUpdates } from "./use-image-actions.ts";

/** Asks publishers now; it is done now and then anyway. */
export function CheckUpdates() {
  const check = useCheckUpdates();
  const away = useIsAway();
  return (
    <Tooltip label={t("Look for newer builds of the images that are here")}>
      <ActionIcon
        size={36}
        variant="default"
        aria-label={t("Look for newer builds")}
        disabled={away}
        loading={check.isPending}
        onClick={() => check.mutate()}
      >
        <RefreshCw size={16} />
      </ActionIcon>
    </Tooltip>
  );
}
