import { describe, expect, test } from "vitest";
import { JumpClock } from "../testing/jump-clock.ts";
import { RateLimit } from "./rate-limit.ts";
import type { Share } from "./rate-limit.ts";

const KiB = 1024;
const MiB = KiB * KiB;
const GB = 1e9;

/** A connection that always has bytes to give: reads a piece, pays for it, reads the next. */
class Connection {
  readonly #share: Share;
  readonly #mostAtOnce: number;
  taken = 0;

  constructor(share: Share, { mostAtOnce = 4 * MiB }: { mostAtOnce?: number } = {}) {
    this.#share = share;
    this.#mostAtOnce = mostAtOnce;
  }

  /** Goes on until the signal aborts. */
  async flow(clock: JumpClock, until: number): Promise<void> {
    while (clock.now() < until) {
      const piece = Math.min(this.#mostAtOnce, this.#share.pieceBytes());
      this.taken += piece;
      await this.#share.spend(piece);
      // Reading takes no time here, but it takes a turn of the loop, as in life.
      await Promise.resolve();
    }
  }
}

function connect(share: Share, count: number, options?: { mostAtOnce?: number }): Connection[] {
  return Array.from({ length: count }, () => new Connection(share, options));
}

const sum = (connections: readonly Connection[]): number =>
  connections.reduce((total, { taken }) => total + taken, 0);

async function flowFor(clock: JumpClock, ms: number, connections: readonly Connection[]): Promise<void> {
  const until = clock.now() + ms;
  const flows = Promise.all(connections.map((connection) => connection.flow(clock, until)));
  await clock.advanceTo(until);
  await clock.finish(flows);
}

describe("a limit", () => {
  test.each([KiB, 5 * KiB, 100_000, MiB, 100 * MiB, 10 * GB])(
    "of %d bytes a second lets so many through, no more and hardly less",
    async (rate) => {
      const clock = new JumpClock();
      const connections = connect(new RateLimit(() => rate, clock).join(), 1);
      await flowFor(clock, 60_000, connections);
      expect(sum(connections) / 60 / rate).toBeGreaterThan(0.97);
      expect(sum(connections) / 60 / rate).toBeLessThan(1.03);
    },
  );

  test.each([
    [KiB, 64],
    [MiB, 16],
    [10 * GB, 64],
  ])("of %d bytes a second is kept by %d connections together", async (rate, count) => {
    const clock = new JumpClock();
    const connections = connect(new RateLimit(() => rate, clock).join(), count);
    await flowFor(clock, 300_000, connections);
    const perSecond = sum(connections) / 300;
    expect(perSecond / rate).toBeGreaterThan(0.97);
    // Each connection may be in debt for the piece it has read.
    expect((sum(connections) - count * KiB) / 300 / rate).toBeLessThan(1.03);
    expect(Math.min(...connections.map(({ taken }) => taken))).toBeGreaterThan(0);
  });

  test("that is none costs no wait and no promise", () => {
    const share = new RateLimit(() => null, new JumpClock()).join();
    expect(share.pieceBytes()).toBe(Infinity);
    expect(share.spend(1e15)).toBeUndefined();
  });

  test("that lay idle for long gives no more than a moment's bytes at once", async () => {
    const clock = new JumpClock();
    const connections = connect(new RateLimit(() => MiB, clock).join(), 1);
    await clock.advanceTo(3_600_000);
    await flowFor(clock, 1_000, connections);
    expect(sum(connections)).toBeLessThan(1.4 * MiB);
  });

  test("of nothing lets a piece pass that is here already, and then nothing until it is raised", async () => {
    const clock = new JumpClock();
    let rate = 0;
    const [connection] = connect(new RateLimit(() => rate, clock).join(), 1) as [Connection];
    const flow = connection.flow(clock, 20_000);
    await clock.advanceTo(10_000);
    expect(connection.taken).toBe(KiB);
    rate = MiB;
    await clock.advanceTo(20_000);
    await clock.finish(flow);
    expect(connection.taken / MiB).toBeCloseTo(10, 0);
  });
});

describe("a limit that changes while bytes flow", () => {
  const CHANGES: readonly (readonly [string, number, number | null])[] = [
    ["raised", KiB, MiB],
    ["raised from almost nothing to very much", KiB, GB],
    ["lowered", 10 * MiB, 100 * KiB],
    ["lowered from very much to almost nothing", 10 * GB, KiB],
    ["put on", Infinity, MiB],
  ];
  test.each(CHANGES)("is felt within half a second when it is %s", async (_, before, after) => {
    const clock = new JumpClock();
    let rate: number | null = before === Infinity ? null : before;
    const limit = new RateLimit(() => rate, clock);
    const connections = connect(limit.join(), 8, { mostAtOnce: MiB });
    const flows = rate === null ? null : connections.map((each) => each.flow(clock, 20_000));
    await clock.advanceTo(10_000);
    rate = after;
    const flowing = flows ?? connections.map((each) => each.flow(clock, 20_000));
    await clock.advanceTo(10_500);
    const taken = sum(connections);
    await clock.advanceTo(20_000);
    await clock.finish(Promise.all(flowing));
    const perSecond = (sum(connections) - taken) / 9.5;
    expect(perSecond / (after as number)).toBeGreaterThan(0.9);
    expect((sum(connections) - taken - 8 * KiB) / 9.5 / (after as number)).toBeLessThan(1.1);
  });

  test.each([1, 64])(
    "is no long wait for what %d connections asked for before it was put on",
    async (count) => {
      const clock = new JumpClock();
      let rate: number | null = null;
      const share = new RateLimit(() => rate, clock).join();
      expect(share.pieceBytes()).toBe(Infinity);
      rate = 64 * KiB;
      // It was on its way, in pieces of a time without a limit.
      const came = Array.from({ length: count }, () => share.spend(4 * MiB));
      const connections = connect(share, count);
      const until = 12_000;
      const flows = Promise.all(
        connections.map(async (connection, index) => {
          await came[index];
          await connection.flow(clock, until);
        }),
      );
      await clock.advanceTo(2_000);
      const before = sum(connections);
      await clock.advanceTo(until);
      await clock.finish(flows);
      expect((sum(connections) - before) / 10 / rate).toBeGreaterThan(0.9);
      expect((sum(connections) - before - count * KiB) / 10 / rate).toBeLessThan(1.1);
    },
  );

  test("is felt at once when it is lifted: what was owed is forgiven", async () => {
    const clock = new JumpClock();
    let rate: number | null = KiB;
    const share = new RateLimit(() => rate, clock).join();
    let paidAt = 0;
    for (let n = 0; n < 99; n++) void share.spend(KiB);
    const paid = share.spend(KiB)?.then(() => (paidAt = clock.now()));
    await clock.advanceTo(5_000);
    expect(paidAt).toBe(0);
    rate = null;
    await clock.advanceTo(5_200);
    await clock.finish(paid);
    expect(paidAt).toBeLessThanOrEqual(5_100);
    rate = KiB;
    expect(share.spend(1)).toBeUndefined();
  });
});

describe("those who share a limit", () => {
  test.each([100 * KiB, 4 * MiB, 200 * MiB, 5 * GB])(
    "at %d bytes a second get the same, one with 16 connections and one with a single one",
    async (rate) => {
      const clock = new JumpClock();
      const limit = new RateLimit(() => rate, clock);
      const many = connect(limit.join(), 16);
      const one = connect(limit.join(), 1);
      await flowFor(clock, 60_000, [...many, ...one]);
      expect(sum(one) / sum(many)).toBeGreaterThan(0.95);
      expect(sum(one) / sum(many)).toBeLessThan(1.05);
      expect((sum(one) + sum(many)) / 60 / rate).toBeGreaterThan(0.97);
      expect((sum(one) + sum(many)) / 60 / rate).toBeLessThan(1.03);
    },
  );

  test("get what another one cannot use", async () => {
    const clock = new JumpClock();
    const limit = new RateLimit(() => MiB, clock);
    const quick = connect(limit.join(), 4);
    const slow = limit.join();
    limit.join(); // hashes its file and takes nothing
    const until = 30_000;
    let slowly = 0;
    const drip = async (): Promise<void> => {
      while (clock.now() < until) {
        slowly += 10 * KiB;
        await slow.spend(10 * KiB);
        await clock.sleep(100);
      }
    };
    const flows = Promise.all([...quick.map((each) => each.flow(clock, until)), drip()]);
    await clock.advanceTo(until);
    await clock.finish(flows);
    expect(slowly / 30).toBeGreaterThan(95 * KiB);
    expect((sum(quick) + slowly) / 30 / MiB).toBeGreaterThan(0.97);
    expect((sum(quick) + slowly) / 30 / MiB).toBeLessThan(1.03);
  });

  test("get more from the moment one leaves, and less from the moment one comes", async () => {
    const clock = new JumpClock();
    const limit = new RateLimit(() => MiB, clock);
    const [stays] = connect(limit.join(), 1) as [Connection];
    const flow = stays.flow(clock, 30_000);
    await clock.advanceTo(10_000);
    const alone = stays.taken;
    const guest = limit.join();
    const visits = connect(guest, 16);
    const visit = Promise.all(visits.map((each) => each.flow(clock, 20_000)));
    await clock.advanceTo(20_000);
    const together = stays.taken - alone;
    guest.leave();
    await clock.finish(visit);
    await clock.advanceTo(30_000);
    await clock.finish(flow);
    expect(alone / 10 / MiB).toBeCloseTo(1, 1);
    expect(together / 10 / MiB).toBeCloseTo(0.5, 1);
    expect((stays.taken - alone - together) / 10 / MiB).toBeCloseTo(1, 1);
  });

  test("pay what one who left still owes: many short downloads do not get around the limit", async () => {
    const clock = new JumpClock();
    const limit = new RateLimit(() => MiB, clock);
    let fetched = 0;
    const fetchMany = async (): Promise<void> => {
      while (clock.now() < 20_000) {
        const share = limit.join();
        for (let left = 100 * KiB; left > 0;) {
          const piece = Math.min(left, share.pieceBytes());
          left -= piece;
          fetched += piece;
          const paid = share.spend(piece);
          // The last piece is not waited for: the file is whole.
          if (left > 0) await paid;
        }
        share.leave();
        await clock.sleep(1);
      }
    };
    const all = Promise.all([fetchMany(), fetchMany(), fetchMany()]);
    await clock.advanceTo(20_000);
    await clock.finish(all);
    expect(fetched / 20 / MiB).toBeGreaterThan(0.95);
    expect(fetched / 20 / MiB).toBeLessThan(1.1);
  });

  test("do not wait for long on account of one who left with a large debt", async () => {
    const clock = new JumpClock();
    const limit = new RateLimit(() => KiB, clock);
    const spender = limit.join();
    for (let n = 0; n < 64; n++) void spender.spend(KiB);
    spender.leave();
    const [stays] = connect(limit.join(), 1) as [Connection];
    await flowFor(clock, 10_000, [stays]);
    expect(stays.taken).toBeGreaterThanOrEqual(9 * KiB);
  });

  test("are told whether it is the limit that holds them back", async () => {
    const clock = new JumpClock();
    let rate: number | null = MiB;
    const limit = new RateLimit(() => rate, clock);
    const share = limit.join();
    const idle = limit.join();
    expect(share.isHeld()).toBe(false);
    const [connection] = connect(share, 1) as [Connection];
    await flowFor(clock, 5_000, [connection]);
    expect([share.isHeld(), idle.isHeld()]).toEqual([true, false]);
    await clock.advanceTo(clock.now() + 1_500);
    expect(share.isHeld()).toBe(false);
    // Whoever is slower by itself is not held.
    for (let second = 0; second < 5; second++) {
      expect(share.spend(50 * KiB)).toBeUndefined();
      await clock.advanceTo(clock.now() + 1_000);
    }
    expect(share.isHeld()).toBe(false);
    rate = null;
    expect(share.spend(100 * MiB)).toBeUndefined();
    expect(share.isHeld()).toBe(false);
  });

  test("go on at once when they leave, and nothing goes on ticking for them", async () => {
    const clock = new JumpClock();
    const share = new RateLimit(() => KiB, clock).join();
    let gone = false;
    const paid = share.spend(MiB)?.then(() => (gone = true));
    await clock.advanceTo(50);
    share.leave();
    await paid;
    expect(gone).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(clock.sleepers).toBe(0);
    expect(share.spend(MiB)).toBeUndefined();
  });
});

describe("an account that the limit does not count for at present", () => {
  test("goes on at once where others get nothing, also if it was waiting", async () => {
    const clock = new JumpClock();
    let rate = MiB;
    let beyond = false;
    const limit = new RateLimit(() => rate, clock);
    const exempt = limit.join(() => beyond);
    const other = limit.join();
    const [waits, stays] = [exempt.spend(MiB), other.spend(MiB)];
    expect(waits).toBeDefined();
    rate = 0;
    beyond = true;
    let otherWent = false;
    void stays?.then(() => (otherWent = true));
    await clock.advanceTo(clock.now() + 1_000);
    await clock.finish(Promise.resolve(waits));
    expect(otherWent).toBe(false);
    expect(exempt.pieceBytes()).toBe(Infinity);
    expect(exempt.spend(GB)).toBeUndefined();
    other.leave();
  });

  test("is held by it again afterwards", async () => {
    const clock = new JumpClock();
    let beyond = true;
    const share = new RateLimit(() => MiB, clock).join(() => beyond);
    expect(share.spend(GB)).toBeUndefined();
    beyond = false;
    const connections = connect(share, 1);
    await flowFor(clock, 60_000, connections);
    expect(sum(connections) / 60 / MiB).toBeGreaterThan(0.97);
    expect(sum(connections) / 60 / MiB).toBeLessThan(1.03);
  });
});
