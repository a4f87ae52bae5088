import { useCallback } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { useLive } from "../data/use-live.ts";
import { t } from "../words/words.ts";

/** Names of the jobs that go on once the keys of the host are trusted; the first few are enough. */
const NAMED = 3;

/** Which downloads wait for the answer. */
export function WaitingForAnswer({ hostId }: { hostId: string }) {
  const names = useLive(
    useCallback(
      (view: LiveView, before: readonly string[] | null) => {
        const now = [...view.jobs.values()]
          .filter(({ status, place }) => status === "HOST_VERIFICATION_NEEDED" && place.name === hostId)
          .map(({ name }) => name);
        return before !== null && before.join("\n") === now.join("\n") ? before : now;
      },
      [hostId],
    ),
  );
  if (names.length === 0) return null;
  const shown = names.slice(0, NAMED).join(", ");
  const more = names.length - NAMED;
  return (
    <p className="keys__waiting" dir="auto">
      {more > 0
        ? t("Waiting for your answer: {names} and {more} more", { names: shown, more })
        : t("Waiting for your answer: {names}", { names: shown })}
    </p>
  );
}
