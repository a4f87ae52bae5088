import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { AcceptedKeys } from "../../job/accepted-keys-contract.ts";
import { knownHostsOf } from "./shared-keys.ts";

const KEY = "AAAAC3NzaC1lZDI1NTE5AAAAIJZfL4V2l1cXfCjH6gZx9X4m3d0iT0V0y5wq0b3o4s7k";

let folder: string;
let path: string;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "haulyard-keys-"));
  path = join(folder, "known_hosts");
});
afterEach(() => rm(folder, { recursive: true }));

/** A list that other machines add to; each look at it is answered when, and as, the test says. */
function shared() {
  const looks: PromiseWithResolvers<void>[] = [];
  const lines: { name: string; line: string }[] = [];
  const keys: AcceptedKeys = {
    adopt: async () => {},
    version: async () => {
      const look = Promise.withResolvers<void>();
      looks.push(look);
      await look.promise;
      return String(lines.length);
    },
    list: async () => lines,
    trust: async () => {},
    forget: async () => {},
  };
  const nth = async (n: number): Promise<PromiseWithResolvers<void>> => {
    for (;;) {
      const look = looks[n];
      if (look !== undefined) return look;
      await new Promise((resolve) => setImmediate(resolve));
    }
  };
  const time = { now: 0 };
  return { known: knownHostsOf(path, { keys, node: "a" }, () => time.now), time, looks, lines, nth };
}

describe("connections that wait for the keys of other machines", () => {
  it("share one look, which began after they came: none misses a key that was accepted before", async () => {
    const { known, looks, lines, nth } = shared();
    const first = known.refresh();
    const look = await nth(0);
    lines.push({ name: "gpu", line: `gpu ssh-ed25519 ${KEY}` });
    const others = Array.from({ length: 100 }, () => known.refresh());
    look.resolve();
    await first;
    (await nth(1)).resolve();
    await Promise.all(others);
    expect(looks).toHaveLength(2);
    expect(await readFile(path, "utf8")).toContain(KEY);
  });

  it("wait for two looks at most while the store is away, and those that come after them for none", async () => {
    const { known, looks, nth, time } = shared();
    const first = known.refresh();
    const look = await nth(0);
    const others = Array.from({ length: 100 }, () => known.refresh());
    look.reject(new Error("away"));
    await first;
    (await nth(1)).reject(new Error("away"));
    await Promise.all(others);
    await known.refresh();
    expect(looks).toHaveLength(2);
    time.now += 5_000;
    const later = known.refresh();
    (await nth(2)).resolve();
    await later;
  });
});
