import { expect, test } from "vitest";
import { FakeClock } from "../../test/world/fake-clock.ts";
import type { GroupView } from "../job/group.ts";
import type { JobStore } from "../job/store-contract.ts";
import { GroupMeter } from "./group-meter.ts";

const view = { group: { id: "g" }, tally: { counts: { running: 0 } } } as unknown as GroupView;
const groups: Pick<JobStore["groups"], "look" | "running"> = {
  look: async () => [view],
  running: async () => [],
};

test("a group whose jobs changed is told of even if it is again as it was: a list may have seen it in between", async () => {
  const clock = new FakeClock();
  const meter = new GroupMeter({ groups: groups as JobStore["groups"] }, clock);
  meter.follow();
  const lookAfter = async (change: () => void): Promise<boolean> => {
    await clock.advance(60_000);
    change();
    return meter.look();
  };
  const ofItsJob = (): void => meter.take([{ kind: "job", job: { groups: ["g"] } }]);
  expect(await lookAfter(ofItsJob)).toBe(true);
  const { version } = meter;
  expect(await lookAfter(ofItsJob)).toBe(true);
  expect(meter.movedSince(version).groups).toEqual([view]);
  // Looked at for another reason, and the same: there is nothing to tell.
  expect(await lookAfter(() => meter.take([{ kind: "group", id: "g" }]))).toBe(false);
});
