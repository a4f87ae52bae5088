/** Hands events on in few batches: the page draws for each, and nobody sees more than some changes a second. */
import { systemClock } from "../../../../src/job/clock.ts";
import type { Follow } from "../../../../src/client/create-live-jobs.ts";
import type { Follower } from "../../../../src/client/follow-events.ts";
import type { PlacedEvent } from "../../../../src/client/open-event-stream.ts";

/** Between two batches. A single event is handed on at once; of fifty a second nine in ten wait for the others. */
export const PACE_MS = 200;

export function paceEvents(follow: Follow): Follow {
  return (follower, options) => {
    const { clock = systemClock, signal } = options;
    let kept: PlacedEvent[] = [];
    let resting = false;
    const flush = (): void => {
      if (kept.length === 0 || signal.aborted) return;
      const batch = kept;
      kept = [];
      follower.events(batch);
    };
    const rest = async (): Promise<void> => {
      resting = true;
      await clock.sleep(PACE_MS, signal);
      resting = false;
      if (kept.length === 0 || signal.aborted) return;
      flush();
      void rest();
    };
    const paced: Follower = {
      events: (batch) => {
        kept.push(...batch);
        if (resting) return;
        flush();
        void rest();
      },
      link: (link, error) => {
        // What was told before the link changed is shown before it.
        flush();
        follower.link(link, error);
      },
    };
    return follow(paced, options);
  };
}
