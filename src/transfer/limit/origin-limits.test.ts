import { describe, expect, it } from "vitest";
import { JumpClock } from "../testing/jump-clock.ts";
import { OriginLimits } from "./origin-limits.ts";
import type { Share } from "./rate-limit.ts";

const KiB = 1024;
const A = "https://a.example/one.bin";

/** Reads pieces and pays for them until the time is over; answers bytes per second. */
async function flow(clock: JumpClock, shares: readonly Share[], seconds: number): Promise<number[]> {
  const until = clock.now() + seconds * 1000;
  const flows = shares.map(async (share) => {
    let taken = 0;
    while (clock.now() < until) {
      const piece = Math.min(64 * KiB, share.pieceBytes());
      taken += piece;
      await share.spend(piece);
      await Promise.resolve();
    }
    return taken / seconds;
  });
  const all = Promise.all(flows);
  await clock.advanceTo(until);
  await clock.finish(all);
  return all;
}

describe("the limit of a server", () => {
  it("is shared by all that fetch from it, in equal parts, whatever the file and the port", async () => {
    const clock = new JumpClock();
    const limits = new OriginLimits(() => 100 * KiB, clock);
    const shares = [limits.join(A), limits.join("https://a.example:8443/two.bin")];
    for (const speed of await flow(clock, shares, 60)) {
      expect(speed / KiB).toBeGreaterThan(47);
      expect(speed / KiB).toBeLessThan(53);
    }
  });

  it("is nothing to those who fetch from another", async () => {
    const clock = new JumpClock();
    const limits = new OriginLimits((url) => (url === A ? 10 * KiB : null), clock);
    const [mine, other] = [limits.join(A), limits.join("https://b.example/a.bin")];
    expect(mine.spend(64 * KiB)).toBeDefined();
    expect(other.pieceBytes()).toBe(Infinity);
    expect(other.spend(1e12)).toBeUndefined();
    mine.leave();
  });

  it("may come, change and go while a download runs", async () => {
    const clock = new JumpClock();
    let rate: number | null = null;
    const limits = new OriginLimits(() => rate, clock);
    const share = limits.join(A);
    expect(share.spend(1e12)).toBeUndefined();
    for (rate of [100 * KiB, 30 * KiB]) {
      const [speed = 0] = await flow(clock, [share], 60);
      expect(speed / rate).toBeGreaterThan(0.94);
      expect(speed / rate).toBeLessThan(1.06);
    }
    rate = null;
    expect(share.spend(1e12)).toBeUndefined();
  });

  it("gives what one leaves to the others", async () => {
    const clock = new JumpClock();
    const limits = new OriginLimits(() => 100 * KiB, clock);
    const [first, second] = [limits.join(A), limits.join(A)];
    second.leave();
    const [speed = 0] = await flow(clock, [first], 60);
    expect(speed / KiB).toBeGreaterThan(95);
  });
});
