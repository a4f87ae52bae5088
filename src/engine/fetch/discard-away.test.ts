import { expect, test } from "vitest";
import type { Job } from "../../job/job.ts";
import { DiscardAway } from "./discard-away.ts";

/** An instance that has these files, and jobs on their way to these. */
function instance(files: readonly string[], wanted: readonly string[] = []) {
  const there = new Set(files);
  const asked: string[] = [];
  const told: string[] = [];
  let answers = true;
  const signal = new AbortController().signal;
  const gone = { kind: "failed", failure: {} } as never;
  const away = new DiscardAway({
    store: {
      findByDestination: async (_, path) =>
        wanted.includes(path) ? ({ state: { kind: "pending" } } as Job) : null,
    },
    hosts: {
      lookAt: async (id, paths) => {
        asked.push(id);
        if (!answers) return gone;
        const bytesOf = (path: string): number | null => (there.has(path) ? 1 : null);
        return {
          kind: "looked",
          files: paths.map((path) => ({ path, bytes: bytesOf(path) }) as never),
          freeBytes: null,
        };
      },
      removeAt: async (_, folder, paths) => {
        for (const path of paths) if (path.startsWith(`${folder}/`)) there.delete(path);
        return { kind: "removed", removed: paths };
      },
    },
    log: { warn: (_, message) => void told.push(message), error: (_, message) => void told.push(message) },
    signal,
  });
  return { away, there, asked, told, cutOff: () => (answers = false) };
}

const begun = (path: string): string[] => [`${path}.part`, `${path}.part.of`];

test("many that are removed at once cost one look at their instance", async () => {
  const paths = Array.from({ length: 90 }, (_, index) => `/m/${index % 3}/${index}.bin`);
  const { away, there, asked } = instance(paths.flatMap(begun));
  for (const path of paths) away.discard("gpu", path);
  await expect.poll(() => there.size).toBe(0);
  // The first goes at once, the others together.
  expect(asked.length).toBeLessThanOrEqual(2);
});

test("what a new job goes on with, and what is not ours, stays", async () => {
  const { away, there } = instance([...begun("/m/a"), ...begun("/m/b"), "/m/c.part", "/m/a"], ["/m/b"]);
  for (const path of ["/m/c", "/m/b", "/m/a"]) away.discard("gpu", path);
  await expect.poll(() => [...there].toSorted()).toEqual(["/m/a", "/m/b.part", "/m/b.part.of", "/m/c.part"]);
});

test("an instance that does not answer is asked once for all of them, and is told of", async () => {
  const { away, asked, told, cutOff } = instance(begun("/m/a"));
  cutOff();
  for (const path of ["/m/a", "/m/b", "/m/c"]) away.discard("gpu", path);
  await expect.poll(() => told).toEqual([expect.stringContaining("did not answer")]);
  expect(asked).toEqual(["gpu"]);
});
