/** The tab's title and its icon, which fills up with the progress. */
import { useEffect } from "react";
import { useIsAway, useTotals } from "../data/use-live.ts";
import { tabTitle } from "../format/title.ts";

/** Steps of the icon's ring: more would only redraw it more often. */
const RING_STEPS = 20;

export function TabFace() {
  const { active, percent, bytesPerSecond } = useTotals();
  const away = useIsAway();
  const title = tabTitle({ active, percent, bytesPerSecond, away });
  const step = active === 0 || percent === null ? null : Math.floor((percent / 100) * RING_STEPS);

  useEffect(() => {
    document.title = title;
  }, [title]);

  useEffect(() => {
    const link = document.querySelector<HTMLLinkElement>("link[rel='icon']");
    if (link !== null) link.href = step === null ? "./favicon.svg" : ringIcon(step / RING_STEPS);
  }, [step]);

  return null;
}

/** The logo's colours as a ring that is full at 1. */
function ringIcon(fraction: number): string {
  const length = 2 * Math.PI * 12;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32">
<circle cx="16" cy="16" r="12" fill="none" stroke="#8aa4ab" stroke-opacity=".45" stroke-width="6"/>
<circle cx="16" cy="16" r="12" fill="none" stroke="#1f97b0" stroke-width="6" stroke-dasharray="${fraction * length} ${length}" transform="rotate(-90 16 16)"/>
</svg>`;
  return `data:image/svg+xml,${encodeURIComponent(svg)}`;
}
