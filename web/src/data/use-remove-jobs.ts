/** Removing jobs from the list, with a while to take it back. */
import { useCallback } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { tellProblem } from "../ui/notify.ts";
import { forgetNews, tellWithUndo } from "../ui/tell-with-undo.tsx";
import { UNDO_MS } from "./create-removals.ts";
import { describeError } from "./describe-error.ts";
import { useServer } from "./server.tsx";
import { refusalSentence } from "./use-job-actions.ts";
import type { Which } from "./use-job-actions.ts";
import { t } from "../words/words.ts";

/** News of it; a second removal has news of its own. */
let count = 0;
/** Takes back what was removed last, while there is time; null if there is nothing. */
let undoLast: (() => void) | null = null;

/** For the key. */
export function undoLastRemoval(): void {
  undoLast?.();
}

export interface RemoveAsk {
  which: Which;
  /** Those of them that the page shows. */
  shown: readonly JobMessage[];
  /** What to say: `3 downloads removed from the list`. */
  title: string;
  /** More of it: that the files stay. */
  note: string;
}

export function useRemoveJobs(): (ask: RemoveAsk) => void {
  const { removals } = useServer();
  return useCallback(
    ({ which, shown, title, note }) => {
      count += 1;
      const id = `removed-${count}`;
      const takeBack = removals.remove({
        which,
        shown,
        onDone: ({ refused }) => {
          forgetNews(id);
          if (undoLast === undo) undoLast = null;
          if (refused.length > 0) tellProblem(t("Some stay in the list"), refusalSentence(refused));
        },
        onFailed: (error) => {
          forgetNews(id);
          tellProblem(t("Removing did not work"), describeError(error).message);
        },
      });
      const undo = (): void => {
        forgetNews(id);
        if (undoLast === undo) undoLast = null;
        takeBack();
      };
      undoLast = undo;
      tellWithUndo({ id, title, message: note, ms: UNDO_MS, undo });
    },
    [removals],
  );
}
