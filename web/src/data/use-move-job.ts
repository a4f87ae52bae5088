import { useMutation } from "@tanstack/react-query";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import { comesFirst, planMove } from "../../../src/job/plan-move.ts";
import type { MoveTarget } from "../../../src/job/plan-move.ts";
import { tellProblem } from "../ui/notify.ts";
import { describeError } from "./describe-error.ts";
import type { Foreseen } from "./foresee-action.ts";
import { groupOf } from "./group-jobs.ts";
import { useServer } from "./server.tsx";
import { t } from "../words/words.ts";

interface Move {
  id: string;
  target: MoveTarget;
}

/** Puts a waiting job somewhere else in the queue; it stands there at once. */
export function useMoveJob() {
  const { client, live } = useServer();
  return useMutation({
    mutationKey: ["move"],
    // One after the other: each is asked for from where the one before has put it.
    scope: { id: "move" },
    onMutate: (move: Move) => live.expect(foreseeMove(move, live.getSnapshot().jobs)),
    mutationFn: ({ id, target }: Move) => client.jobs.move(id, target),
    onSuccess: (_job, _move, expectation) => expectation.done(),
    onError: (error, _move, expectation) => {
      expectation?.undo();
      tellProblem(t("Moving did not work"), describeError(error).message, "move");
    },
  });
}

/** The same plan as the server's. */
function foreseeMove(
  { id, target }: Move,
  jobs: ReadonlyMap<string, JobMessage>,
): ReadonlyMap<string, Foreseen> {
  const moved = jobs.get(id);
  if (moved === undefined) return new Map();
  const queue = [...jobs.values()]
    .filter((job) => groupOf(job) === "waiting")
    .toSorted((a, b) => (comesFirst(a, b) ? -1 : 1));
  return new Map(planMove(queue, moved, target)?.map((change) => [change.id, { priority: change.priority }]));
}
