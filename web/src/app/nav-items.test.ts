import { expect, test } from "vitest";
import { onFoot } from "./nav-items.ts";

test("five pages stand at the foot of a phone; of more, four do, and none is lost", () => {
  expect(onFoot([1, 2, 3, 4, 5])).toEqual({ shown: [1, 2, 3, 4, 5], more: [] });
  expect(onFoot([1, 2, 3, 4, 5, 6])).toEqual({ shown: [1, 2, 3, 4], more: [5, 6] });
});
