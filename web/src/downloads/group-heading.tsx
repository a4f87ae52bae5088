import { May } from "../access/may.tsx";
import type { Group } from "../data/group-jobs.ts";
import { useManyJobsAction } from "../data/use-job-actions.ts";
import type { AskMany } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { ClearHistory } from "./clear-history.tsx";
import { PAUSE_ALL, RESUME_ALL, RETRY_ALL } from "./queue-actions.ts";
import { SAME_PLACE } from "../ui/focus/keep-focus.ts";
import { GROUP_NAMES } from "./show.ts";
import { t, writeNumber } from "../words/words.ts";
import { Button } from "../ui/button.tsx";

const ACTION: Record<Group, { all: string; these: string; ask: AskMany } | null> = {
  active: { all: t("Pause all"), these: t("Pause these"), ask: PAUSE_ALL },
  problem: { all: t("Retry all"), these: t("Retry these"), ask: RETRY_ALL },
  waiting: { all: t("Pause all"), these: t("Pause these"), ask: PAUSE_ALL },
  paused: { all: t("Resume all"), these: t("Resume these"), ask: RESUME_ALL },
  done: null,
};

interface GroupHeadingProps {
  group: Group;
  ids: readonly string[];
  /** With the downloads of groups that stand among them. */
  count: number;
  /** Whether a search leaves jobs out: then the action is for those that are shown. */
  narrowed: boolean;
}

/** Name of a group, how many jobs it holds, and what can be done to all of them. */
export function GroupHeading({ group, ids, count, narrowed }: GroupHeadingProps) {
  const many = useManyJobsAction();
  const away = useIsAway();
  const action = ACTION[group];
  return (
    <div className="group-heading">
      <h2 className="group-heading__name">
        {GROUP_NAMES[group]}
        <span className="group-heading__count">{writeNumber(count)}</span>
      </h2>
      <May to="POST /jobs/actions">
        <div className="group-heading__actions">
          {group === "done" && !narrowed && <ClearHistory />}
          {action !== null && (
            <Button
              size="compact-sm"
              variant="subtle"
              color="gray"
              {...(group === "problem" ? {} : { [SAME_PLACE]: "queue" })}
              disabled={away}
              loading={many.isPending}
              onClick={() => many.mutate(narrowed ? { ...action.ask, which: { ids: [...ids] } } : action.ask)}
            >
              {narrowed ? action.these : action.all}
            </Button>
          )}
        </div>
      </May>
    </div>
  );
}
