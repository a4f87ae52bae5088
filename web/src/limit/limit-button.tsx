import { ActionIcon, Tooltip } from "@mantine/core";
import { Gauge } from "lucide-react";
import { useLimit } from "../data/use-live.ts";
import { presentWord } from "./limit-words.ts";
import { useOverallLimit } from "./use-overall-limit.tsx";
import { t } from "../words/words.ts";
import "./limit.css";

/** Opens the limit for all; coloured while one holds. */
export function LimitButton() {
  const { open } = useOverallLimit();
  const limit = useLimit();
  const word = presentWord(limit);
  const label = t("Limit for all downloads: {limit}", { limit: word ?? t("none") });
  return (
    <Tooltip label={`${label} (l)`}>
      <ActionIcon
        aria-label={label}
        className="limit-button"
        data-limited={word !== null || undefined}
        disabled={limit === null}
        onClick={open}
      >
        <Gauge size={17} aria-hidden />
      </ActionIcon>
    </Tooltip>
  );
}
