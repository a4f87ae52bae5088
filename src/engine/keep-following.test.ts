import { expect, test } from "vitest";
import { keepFollowing } from "./keep-following.ts";

test("what breaks off is told and begun anew; what ends has ended", async () => {
  const told: unknown[] = [];
  let begun = 0;
  const stop = new AbortController();
  await keepFollowing(
    async () => {
      begun += 1;
      if (begun === 1) throw new Error("the store is away");
    },
    stop.signal,
    (error) => told.push(error),
  );
  expect(begun).toBe(2);
  expect(told).toEqual([new Error("the store is away")]);
});

test("once stopped nothing is begun or told, and nobody has to wait for the pause", async () => {
  const told: unknown[] = [];
  const stop = new AbortController();
  const ended = keepFollowing(
    async () => {
      throw new Error("away");
    },
    stop.signal,
    (error) => {
      told.push(error);
      stop.abort();
    },
  );
  await ended;
  expect(told).toHaveLength(1);
});
