import fc from "fast-check";
import { expect, test } from "vitest";
import { comesFirst, planMove } from "./plan-move.ts";
import type { MoveTarget, Queued } from "./plan-move.ts";

const job = (id: string, sequence: number, priority = 0): Queued => ({ id, sequence, priority });
const ABCD = [job("a", 1), job("b", 2), job("c", 3), job("d", 4)];

/** The ids in the order the queue takes them, after the move; null where it is refused. */
function orderAfter(queue: readonly Queued[], id: string, target: MoveTarget): string[] | null {
  const moved = queue.find((one) => one.id === id) as Queued;
  const plan = planMove(queue, moved, target);
  if (plan === null) return null;
  const changed = queue.map((one) => ({ ...one, ...plan.find((change) => change.id === one.id) }));
  return inOrder(changed).map((one) => one.id);
}

function inOrder(queue: readonly Queued[]): Queued[] {
  return queue.toSorted((a, b) => (comesFirst(a, b) ? -1 : 1));
}

test.each<[string, MoveTarget, string]>([
  ["d", { to: "top" }, "dabc"],
  ["a", { to: "bottom" }, "bcda"],
  ["d", { before: "b" }, "adbc"],
  ["a", { behind: "b" }, "bacd"],
  ["a", { behind: "d" }, "bcda"],
  ["c", { before: "d" }, "abcd"],
])("%s moved to %j: the queue is %s", (id, target, order) => {
  expect(orderAfter(ABCD, id, target)?.join("")).toBe(order);
});

test("one job alone is changed where that is enough, and nothing where it stands there already", () => {
  expect(planMove(ABCD, ABCD[3] as Queued, { to: "top" })).toEqual([{ id: "d", priority: 1 }]);
  expect(planMove(ABCD, ABCD[0] as Queued, { to: "bottom" })).toEqual([{ id: "a", priority: -1 }]);
  expect(planMove(ABCD, ABCD[0] as Queued, { to: "top" })).toEqual([]);
  expect(planMove([job("a", 1)], job("a", 1), { to: "bottom" })).toEqual([]);
});

test("the side with fewer jobs makes room", () => {
  expect(planMove(ABCD, ABCD[3] as Queued, { behind: "a" })).toHaveLength(2);
});

test("there is no place beside a job that does not wait any more, nor beyond the highest priority", () => {
  expect(planMove(ABCD, ABCD[3] as Queued, { before: "gone" })).toBeNull();
  expect(planMove([job("a", 1, 1000), job("b", 2)], job("b", 2), { to: "top" })).toBeNull();
  expect(planMove([job("a", 1, 1000), job("b", 2, 999)], job("b", 2, 999), { to: "bottom" })).toEqual([]);
});

test("whatever the priorities, the job is where it was put and no other two have changed places", () => {
  const queues = fc
    .uniqueArray(fc.tuple(fc.nat(60), fc.integer({ min: -3, max: 3 })), {
      minLength: 2,
      maxLength: 12,
      selector: ([sequence]) => sequence,
    })
    .map((jobs) => inOrder(jobs.map(([sequence, priority]) => job(`${sequence}`, sequence, priority))));
  fc.assert(
    fc.property(queues, fc.nat(), fc.nat(), fc.constantFrom("before", "behind"), (queue, from, to, side) => {
      const moved = queue[from % queue.length] as Queued;
      const rest = queue.filter((one) => one !== moved).map(({ id }) => id);
      const at = to % rest.length;
      const beside = rest[at] as string;
      const target = side === "before" ? { before: beside } : { behind: beside };
      const wanted = rest.toSpliced(side === "before" ? at : at + 1, 0, moved.id);
      expect(orderAfter(queue, moved.id, target)).toEqual(wanted);
    }),
  );
});
