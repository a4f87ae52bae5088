import { Gauge } from "lucide-react";
import { useMay } from "../access/may.tsx";
import { useLimit } from "../data/use-live.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { presentWord } from "./limit-words.ts";
import { useOverallLimit } from "./use-overall-limit.tsx";
import { t } from "../words/words.ts";
import "./limit.css";

/** Opens the limit for all; coloured while one holds. */
export function LimitButton() {
  const { open } = useOverallLimit();
  const limit = useLimit();
  const may = useMay("PUT /limit-rate");
  const word = presentWord(limit);
  const label = t("Limit for all downloads: {limit}", { limit: word ?? t("none") });
  return (
    <IconButton
      label={label}
      tip={`${label} (l)`}
      className="limit-button"
      data-limited={word !== null || undefined}
      disabled={limit === null || !may}
      onClick={open}
    >
      <Gauge size={17} aria-hidden />
    </IconButton>
  );
}
