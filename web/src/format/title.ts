/** The tab's title: how far everything is and how fast, as in `45 % · 32 MB/s – Haulyard`. */
import { formatSpeed } from "./bytes.ts";
import { formatPercent } from "./percent.ts";
import { t } from "../words/words.ts";

export const PRODUCT = "Haulyard";

export interface TitleFacts {
  active: number;
  percent: number | null;
  bytesPerSecond: number;
  away: boolean;
}

export function tabTitle({ active, percent, bytesPerSecond, away }: TitleFacts): string {
  if (away) return `${t("Server away")} – ${PRODUCT}`;
  if (active === 0) return PRODUCT;
  const parts = [
    percent === null ? t("{active} active", { active }) : formatPercent(percent),
    formatSpeed(bytesPerSecond),
  ];
  return `${parts.join(" · ")} – ${PRODUCT}`;
}
