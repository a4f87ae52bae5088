import { afterEach, describe, expect, it } from "vitest";
import { judgeDisk } from "../job/notify/disk-alarm.ts";
import { startReceiver } from "./testing/receiver.ts";
import { startNotifier } from "./testing/start-notifier.ts";
import { lookAtDisks } from "./watch-disks.ts";

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

describe("a disk that fills up", () => {
  it("is told of once, until there was space again by a margin", () => {
    expect(judgeDisk(11, 10, false)).toEqual({ isLow: false, tell: false });
    expect(judgeDisk(9, 10, false)).toEqual({ isLow: true, tell: true });
    expect(judgeDisk(8, 10, true)).toEqual({ isLow: true, tell: false });
    expect(judgeDisk(11, 10, true)).toEqual({ isLow: true, tell: false });
    expect(judgeDisk(12, 10, true)).toEqual({ isLow: false, tell: false });
    expect(judgeDisk(0, 0, false)).toEqual({ isLow: false, tell: false });
  });

  it("is one message, whichever folders lie on it and however often it is looked at", async () => {
    const receiver = await startReceiver();
    ending.push(() => receiver.close());
    const under = await startNotifier();
    ending.push(() => under[Symbol.asyncDispose]());
    await under.add({ kind: "webhook", url: receiver.url, secret: "whsec_" });
    const watched = {
      store: under.store.notices,
      facts: under.store,
      clock: under.clock,
      node: "here",
      folders: async () => [`${under.folder}/models`, under.folder],
      limitBytes: () => Number.MAX_SAFE_INTEGER,
      log: { error: () => {} },
    };
    await lookAtDisks(watched);
    await lookAtDisks(watched);
    await under.until("the message", () => receiver.got.length === 1);
    await under.clock.advance(60_000, 1_000);
    expect(receiver.got).toHaveLength(1);
    expect(receiver.got[0]?.json).toMatchObject({
      data: { title: "Disk space is low", counts: { disk_low: 1 }, events: [{ disk: { place: "here" } }] },
    });
  });
});
