import fc from "fast-check";
import { describe, expect, it } from "vitest";
import type { ByteRange } from "../part/byte-ranges.ts";
import { addRange, countBytes } from "../part/byte-ranges.ts";
import { Claims } from "./claims.ts";
import type { Claim } from "./claims.ts";

const MiB = 1024 * 1024;
const claimsOf = (size: number, written: readonly ByteRange[] = []) => new Claims(size, () => written);
const rangeOf = ({ start, end }: Claim): ByteRange => [start, end];

describe("what a connection gets to fetch", () => {
  it("is the first bytes nobody has asked for, a piece at a time", () => {
    const claims = claimsOf(10 * MiB);
    expect(rangeOf(claims.take(4 * MiB) as Claim)).toEqual([0, 4 * MiB]);
    expect(rangeOf(claims.take(4 * MiB) as Claim)).toEqual([4 * MiB, 8 * MiB]);
    expect(rangeOf(claims.take(4 * MiB) as Claim)).toEqual([8 * MiB, 10 * MiB]);
    expect(claims.take(4 * MiB)).toBeNull();
  });

  it("fills the holes of a download that was interrupted", () => {
    const claims = claimsOf(10 * MiB, [
      [0, MiB],
      [2 * MiB, 9 * MiB],
    ]);
    expect(rangeOf(claims.take(4 * MiB) as Claim)).toEqual([MiB, 2 * MiB]);
    expect(rangeOf(claims.take(4 * MiB) as Claim)).toEqual([9 * MiB, 10 * MiB]);
  });

  it("leaves no crumbs that would cost a request of their own", () => {
    expect(rangeOf(claimsOf(4 * MiB + 1000).take(4 * MiB) as Claim)).toEqual([0, 4 * MiB + 1000]);
  });

  it("is free again for others once it is given back, as far as it is not written", () => {
    let written: readonly ByteRange[] = [];
    const claims = new Claims(4 * MiB, () => written);
    const claim = claims.take(4 * MiB) as Claim;
    claim.position = MiB;
    written = [[0, MiB]];
    claims.release(claim);
    expect(claims.missing).toBe(3 * MiB);
    expect(rangeOf(claims.take(4 * MiB) as Claim)).toEqual([MiB, 4 * MiB]);
  });
});

describe("an answer that goes on to the end of the file", () => {
  it("is cut short to make room for others, and runs on when they fail", () => {
    const claims = claimsOf(64 * MiB);
    const lead = claims.add(0, 64 * MiB, true);
    lead.position = 3 * MiB;
    expect(claims.take(4 * MiB)).toBeNull();
    expect(claims.cutOpen(8 * MiB)).toBe(true);
    expect(lead.end).toBe(11 * MiB);
    const piece = claims.take(4 * MiB) as Claim;
    expect(rangeOf(piece)).toEqual([11 * MiB, 15 * MiB]);
    claims.letRun(lead);
    expect(lead.end).toBe(11 * MiB);
    claims.release(piece);
    claims.letRun(lead);
    expect(lead.end).toBe(64 * MiB);
  });

  it("is left alone when it is nearly done", () => {
    const claims = claimsOf(8 * MiB);
    claims.add(0, 8 * MiB, true).position = 4 * MiB;
    expect(claims.cutOpen(4 * MiB)).toBe(false);
  });
});

describe("a connection that has nothing left to fetch", () => {
  it("takes over of the one that needs longest so much that both end together", () => {
    const claims = claimsOf(40 * MiB);
    const quick = claims.add(0, 30 * MiB, false);
    quick.bytesPerSecond = 10 * MiB;
    const slow = claims.add(30 * MiB, 40 * MiB, false);
    slow.bytesPerSecond = MiB;
    const stolen = claims.steal(9 * MiB, 0) as Claim;
    expect(rangeOf(stolen)).toEqual([31 * MiB, 40 * MiB]);
    expect(slow.end).toBe(31 * MiB);
    expect(quick.end).toBe(30 * MiB);
  });

  it("takes nearly all of one that is silent", () => {
    const claims = claimsOf(10 * MiB);
    const silent = claims.add(0, 10 * MiB, false);
    silent.bytesPerSecond = 0;
    silent.position = 2 * MiB;
    expect(rangeOf(claims.steal(MiB, 0) as Claim)).toEqual([2 * MiB, 10 * MiB]);
  });

  it("leaves alone one that has only just begun", () => {
    const claims = claimsOf(10 * MiB);
    claims.add(0, 10 * MiB, false);
    expect(claims.steal(MiB, 0)).toBeNull();
  });

  it("leaves alone what comes sooner than a new request is answered", () => {
    const claims = claimsOf(10 * MiB);
    claims.add(0, 10 * MiB, false).bytesPerSecond = 100 * MiB;
    expect(claims.steal(100 * MiB, 200)).toBeNull();
    expect(claims.steal(100 * MiB, 50)).not.toBeNull();
  });
});

/** A silent one loses all it has, its thief gives up, and the first answer runs over both. */
const EMPTIED: [number, { what: "steal" | "release" | "run"; nth: number; bytes: number }[]] = [
  17 * 64 * 1024,
  [
    { what: "steal", nth: 0, bytes: 171_967 },
    { what: "steal", nth: 1, bytes: 1_367_469 },
    { what: "release", nth: 2, bytes: 1 },
    { what: "run", nth: 0, bytes: 1 },
  ],
];

it("whatever is taken, stolen and given back: no byte is fetched by two, and in the end all are there", () => {
  const step = fc.record({
    what: fc.constantFrom("take", "steal", "cut", "move", "release", "run"),
    nth: fc.nat(7),
    bytes: fc.integer({ min: 1, max: 6 * MiB }),
  });
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 20 * MiB }), fc.array(step, { maxLength: 60 }), (size, steps) => {
      let written: readonly ByteRange[] = [];
      const claims = new Claims(size, () => written);
      const lead = claims.add(0, size, true);
      const write = (claim: Claim, bytes: number): void => {
        const to = Math.min(claim.end, claim.position + bytes);
        if (to <= claim.position) return;
        expect(countBytes(addRange(written, [claim.position, to]))).toBe(
          countBytes(written) + to - claim.position,
        );
        written = addRange(written, [claim.position, to]);
        claim.position = to;
      };
      for (const { what, nth, bytes } of steps) {
        const claim = [...claims.active][nth % Math.max(1, claims.active.size)];
        if (claim !== undefined) claim.bytesPerSecond = bytes % 3;
        if (what === "take") claims.take(bytes);
        else if (what === "steal") claims.steal(bytes, 0);
        else if (what === "cut") claims.cutOpen(bytes);
        else if (what === "run") claims.letRun(lead);
        else if (claim !== undefined && what === "move") write(claim, bytes);
        else if (claim !== undefined) claims.release(claim);
        for (const { position, end } of claims.active) expect(position).toBeLessThanOrEqual(end);
        // One that everything was taken from has no bytes to share.
        const some = [...claims.active].filter(({ position, end }) => position < end);
        const inOrder = some.toSorted((one, other) => one.position - other.position);
        for (const [nth, { end }] of inOrder.slice(0, -1).entries())
          expect(end).toBeLessThanOrEqual(inOrder[nth + 1]?.position ?? 0);
        expect(claims.missing).toBe(size - countBytes(written));
      }
      for (const claim of claims.active) claims.release(claim);
      for (let claim = claims.take(MiB); claim !== null; claim = claims.take(MiB)) {
        write(claim, Infinity);
        claims.release(claim);
      }
      expect(written).toEqual([[0, size]]);
    }),
    { examples: [EMPTIED] },
  );
});
