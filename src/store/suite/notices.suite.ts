import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { failure } from "../../job/failure.ts";
import type { Channel } from "../../job/notify/channel.ts";
import { describeDigest } from "../../job/notify/digest.ts";
import type { MessageAsk } from "../../job/notify/notify-contract.ts";
import { NOTICE_KINDS, SPACE_PATIENCE_MS } from "../../job/notify/notice.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { applied, complete, insert, insertRunning, leaseOf, NOW, take } from "./under-test.ts";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";

const HOLD_MS = 60_000;

const ask = (owner: string, now: number, more: Partial<MessageAsk> = {}): MessageAsk => ({
  owner,
  node: "here",
  now,
  holdMs: () => HOLD_MS,
  takes: () => true,
  ...more,
});

export function describeNotices(open: OpenStore): void {
  describe("what there is to tell", () => {
    let under: StoreUnderTest;
    let store: JobStore;
    beforeEach(async () => {
      under = await open();
      ({ store } = under);
    });
    afterEach(() => under.dispose());

    const addChannel = (digestMs = 0): Promise<Channel> =>
      store.notices.insert(
        {
          name: "them",
          settings: { kind: "webhook", url: "https://example.com/x", secret: "whsec_x" },
          filter: { events: NOTICE_KINDS, places: null, sets: null },
          digestMs,
          enabled: true,
        },
        NOW,
      );

    /** Titles of all messages of a channel, oldest first, after a distribution. */
    const told = async ({ id }: Channel, now = NOW): Promise<string[]> => {
      while (await store.notices.distribute(now));
      const messages = await store.notices.messages(id, 100);
      return messages.map(({ digest }) => describeDigest(digest).title).toReversed();
    };

    it("is written with the change of the job, and told once on each channel", async () => {
      const [one, other] = [await addChannel(), await addChannel()];
      await complete(store, await insertRunning(store, 1));
      const broken = await insertRunning(store, 2);
      const why = failure("forbidden", "The server said no to https://u:p@example.com/x.");
      await applied(store, broken.id, { type: "failed", failure: why, retryAt: null }, NOW, leaseOf(broken));

      const expected = ["Complete: file-1.bin", "Failed: file-2.bin"];
      expect(await told(one)).toEqual(expected);
      expect(await told(other)).toEqual(expected);
      const [failed] = await store.notices.messages(one.id, 1);
      expect(JSON.stringify(failed)).not.toContain("u:p@");
    });

    it("outlives the job it is about", async () => {
      const channel = await addChannel();
      const { id } = await complete(store, await insertRunning(store, 1));
      await store.remove({ ids: [id] }, NOW);
      expect(await told(channel)).toEqual(["Complete: file-1.bin"]);
    });

    it("is nothing of what is tried again, cancelled, or was there already, nor of what was before a channel", async () => {
      await complete(store, await insertRunning(store, 1));
      const channel = await addChannel();
      const again = await insertRunning(store, 2);
      const why = failure("timed_out", "Nobody answered.");
      await applied(store, again.id, { type: "failed", failure: why, retryAt: NOW }, NOW, leaseOf(again));
      await applied(store, again.id, { type: "cancel" }, NOW);
      expect(await told(channel)).toEqual([]);
    });

    it("is a full disk only once it has kept the job waiting for long", async () => {
      const channel = await addChannel();
      const suspend = { type: "suspended", why: "no_space", note: "12 GB are missing." } as const;
      const [brief, long] = [await insertRunning(store, 1), await insertRunning(store, 2)];
      await applied(store, brief.id, suspend, NOW, leaseOf(brief));
      await applied(store, long.id, suspend, NOW, leaseOf(long));
      await applied(store, brief.id, { type: "unsuspended", why: "no_space" }, NOW + 1000);
      expect(await told(channel, NOW + SPACE_PATIENCE_MS - 1)).toEqual([]);
      expect(await told(channel, NOW + SPACE_PATIENCE_MS)).toEqual(["Needs attention: file-2.bin"]);
    });

    it("joins the message of its window, which is sent when the window is over", async () => {
      const channel = await addChannel(10_000);
      for (const n of [1, 2, 3]) await complete(store, await insertRunning(store, n));
      expect(await told(channel)).toEqual(["3 downloads complete"]);
      expect(await store.notices.claim(ask("me", NOW + 9_999))).toBeNull();
      const claimed = await store.notices.claim(ask("me", NOW + 10_000));
      expect(claimed?.message).toMatchObject({ attempts: 1, state: "waiting" });
      await complete(store, await insertRunning(store, 4));
      expect(await told(channel, NOW + 10_000)).toEqual(["3 downloads complete", "Complete: file-4.bin"]);
    });

    it("is sent by one at a time, in order, and again by another if the first one is gone", async () => {
      const channel = await addChannel();
      for (const n of [1, 2]) await complete(store, await insertRunning(store, n));
      await told(channel);
      const another = await under.openAnother();
      const first = await store.notices.claim(ask("me", NOW));
      expect(await another.notices.claim(ask("you", NOW))).toBeNull();

      const again = await another.notices.claim(ask("you", NOW + HOLD_MS));
      expect(again?.message).toMatchObject({ id: first?.message.id, attempts: 2 });
      // The late word of the one that was held up counts for nothing.
      const id = first?.message.id ?? "";
      await store.notices.conclude(id, "me", { kind: "given_up", answer: "?" }, NOW + HOLD_MS);
      await another.notices.conclude(id, "you", { kind: "delivered", answer: "204" }, NOW + HOLD_MS);
      const states = (await store.notices.messages(channel.id, 9)).map(({ state }) => state);
      expect(states).toEqual(["waiting", "delivered"]);
    });

    it("is freed at once when its sender is known to be dead", async () => {
      const channel = await addChannel();
      await complete(store, await insertRunning(store, 1));
      await told(channel);
      await store.notices.claim(ask("here/1", NOW));
      await store.notices.release("there/", NOW);
      expect(await store.notices.claim(ask("here/2", NOW))).toBeNull();
      await store.notices.release("here/", NOW);
      expect(await store.notices.claim(ask("here/2", NOW))).not.toBeNull();
    });

    it("is a command's only for the machine that has the file, and no machine waits for another's", async () => {
      const channel = await store.notices.insert(
        {
          name: "unpack",
          settings: { kind: "command", argv: ["/bin/true"], timeoutMs: 60_000 },
          filter: { events: NOTICE_KINDS, places: null, sets: null, named: true },
          digestMs: 0,
          enabled: true,
        },
        NOW,
      );
      const lanes = ["a", "b"].map((name) => ({ lane: `node:${name}`, limit: 9 }));
      for (const [n, name] of ["a", "b", "a"].entries()) {
        const machine = { kind: "worker", version: "1", address: null, labels: {}, folders: {} } as const;
        await store.nodes.register({ name, ...machine, run: `${name}/1`, tokenHash: null }, NOW);
        await insert(store, n, { afterRun: "unpack", place: { kind: "node", name } });
        await complete(store, await take(store, { lanes }));
      }
      await told(channel);
      const next = async (node: string, now: number): Promise<string | null> => {
        const claimed = await store.notices.claim(ask(`${node}/1`, now, { node }));
        return claimed && describeDigest(claimed.message.digest).title;
      };
      const alone: boolean[] = [];
      const takes: MessageAsk["takes"] = (_channel, _message, isAlone) => alone.push(isAlone) === 0;
      expect(await store.notices.claim(ask("b/1", NOW, { node: "b", takes }))).toBeNull();
      expect(alone).toEqual([false]);
      expect(await next("c", NOW)).toBeNull();
      expect(await next("b", NOW)).toBe("Complete: file-1.bin");
      expect(await next("b", NOW)).toBeNull();
      expect(await next("a", NOW)).toBe("Complete: file-0.bin");
      // One at a time on each machine.
      expect(await next("a", NOW)).toBeNull();
      await store.nodes.leave({ name: "a", run: "a/1" }, NOW);
      expect(await next("c", NOW + HOLD_MS)).toBeNull();
      expect(await store.nodes.remove("a", NOW + HOLD_MS)).toMatchObject({ kind: "removed" });
      expect(await next("c", NOW + HOLD_MS)).toBe("Complete: file-0.bin");
    });

    it("goes with its channel, and of what is done only the last messages are kept", async () => {
      const channel = await addChannel();
      for (let n = 1; n <= 60; n += 1) {
        await complete(store, await insertRunning(store, n));
        await told(channel);
        const claimed = await store.notices.claim(ask("me", NOW));
        const id = claimed?.message.id ?? "";
        await store.notices.conclude(id, "me", { kind: "delivered", answer: "204" }, NOW);
      }
      expect(await told(channel)).toHaveLength(50);
      expect(await store.notices.remove(channel.id)).toBe(true);
      expect(await told(channel)).toEqual([]);
      expect(await store.notices.channel(channel.id)).toBeNull();
      expect(await store.notices.remove(channel.id)).toBe(false);
    });
  });
}
