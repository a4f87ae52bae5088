/** The one place where the rule is kept that a percent goes back only where its file is said to begin anew. */
import type { ToolEvent } from "../../job/output-contract.ts";

type Tell = (event: ToolEvent) => void;

/** Files whose percent is remembered: more than any tool fetches side by side. */
const MAX_REMEMBERED = 1024;

/**
 * Passes events on. Parsers keep the rule for what tools print; what was cut, mixed or damaged on its way may read like
 * anything, and then a `stage_start` goes before what would break it. Whatever begins or ends may begin others anew.
 */
export function keepOrder(tell: Tell): Tell {
  const percents = new Map<string, number>();
  return (event) => {
    if (event.type !== "progress") {
      if (event.type !== "error" || !event.retrying) percents.clear();
      return tell(event);
    }
    const { percent, stage, name, filename, all } = event;
    if (percent !== null) {
      const key = `${stage} ${name}`;
      if (percent < (percents.get(key) ?? 0)) {
        percents.clear();
        tell({ type: "stage_start", stage, name, filename, path: null, all });
      }
      if (percents.size >= MAX_REMEMBERED) percents.clear();
      percents.set(key, percent);
    }
    tell(event);
  };
}
