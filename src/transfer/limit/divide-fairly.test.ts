import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { divideFairly } from "./divide-fairly.ts";

describe("an amount divided fairly", () => {
  it("goes to all in equal parts where there is room", () => {
    expect(divideFairly(90, [100, 100, 100])).toEqual([30, 30, 30]);
    expect(divideFairly(90, [])).toEqual([]);
  });

  it("goes to the others where somebody has little room, and is lost where nobody has", () => {
    expect(divideFairly(90, [10, 100, 100])).toEqual([10, 40, 40]);
    expect(divideFairly(90, [100, -5, 10])).toEqual([80, 0, 10]);
    expect(divideFairly(90, [10, 20])).toEqual([10, 20]);
  });

  it("is never more than there is, nor more than anybody has room for, and nobody envies another", () => {
    const amounts = fc.double({ min: 0, max: 1e12, noNaN: true });
    const rooms = fc.array(fc.double({ min: -1e9, max: 1e12, noNaN: true }), { maxLength: 20 });
    fc.assert(
      fc.property(amounts, rooms, (amount, rooms) => {
        const parts = divideFairly(amount, rooms);
        const given = parts.reduce((sum, part) => sum + part, 0);
        const room = rooms.reduce((sum, each) => sum + Math.max(0, each), 0);
        expect(given).toBeLessThanOrEqual(amount * (1 + 1e-9));
        expect(given).toBeGreaterThanOrEqual(Math.min(amount, room) * (1 - 1e-9));
        for (const [index, part] of parts.entries()) {
          expect(part).toBeLessThanOrEqual(Math.max(0, rooms[index] as number));
          // Whoever has less than another has no room for more.
          if (parts.some((other) => other > part * (1 + 1e-9) + 1e-6))
            expect(part).toBeCloseTo(Math.max(0, rooms[index] as number), 3);
        }
      }),
    );
  });
});
