import { expect, test } from "vitest";
import { startInTurn } from "./start-in-turn.ts";

test("hundreds of processes that are to start at once leave a turn to everybody else after each", async () => {
  const seen: string[] = [];
  const starts = Array.from({ length: 300 }, async (_, nth) => {
    await startInTurn();
    seen.push(`start ${nth}`);
  });
  let over = false;
  const others = (async () => {
    while (!over) {
      seen.push("others");
      await new Promise((resolve) => setImmediate(resolve));
    }
  })();
  await Promise.all(starts);
  over = true;
  await others;
  const between = seen.slice(seen.indexOf("start 0"), seen.indexOf("start 299") + 1);
  expect(between.filter((what) => what !== "others")).toEqual(
    Array.from({ length: 300 }, (_, nth) => `start ${nth}`),
  );
  expect(between.filter((what, at) => what !== "others" && between[at + 1]?.startsWith("start"))).toEqual([]);
});
