import { expect, test, vi } from "vitest";
import type { Job } from "../job/job.ts";
import { STORE_UNREACHABLE } from "../job/store-contract.ts";
import type { FeedItem } from "./engine-contract.ts";
import { keepFiles } from "./keep-files.ts";

const jobAt = (cursor: number): FeedItem => {
  const job = { id: `job ${cursor}`, state: { kind: "complete" }, place: { kind: "node", name: "here" } };
  return { kind: "job", cursor, job: job as unknown as Job };
};

test("the index of files hears of every download, those that came while the store was away included", async () => {
  const items = [jobAt(1), jobAt(2), jobAt(3)];
  const begun: (number | null)[] = [];
  const noted: string[] = [];
  const complaints: string[] = [];
  let isAway = true;
  const kept = keepFiles({
    engine: {
      node: "here",
      cursor: async () => 0,
      async *feed(after, signal) {
        begun.push(after);
        for (const item of items) if ("cursor" in item && item.cursor > (after ?? 0)) yield item;
        await new Promise((stopped) => signal.addEventListener("abort", stopped, { once: true }));
      },
    },
    files: {
      start: () => {},
      stop: async () => {},
      noteTraffic: () => {},
      noteJob: async ({ id }) => {
        if (id === "job 2" && isAway) {
          isAway = false;
          throw Object.assign(new Error("away"), { code: STORE_UNREACHABLE });
        }
        if (id === "job 3") throw new TypeError("something of this one is wrong");
        noted.push(id);
      },
    },
    log: { error: (_, message) => void complaints.push(message) },
  });
  await vi.waitFor(() => expect(complaints).toHaveLength(2), { timeout: 180_000 });
  await kept.close();
  expect(noted).toEqual(["job 1", "job 2"]);
  expect(begun).toEqual([0, 1]);
  expect(complaints[1]).toContain("could not be noted");
});
