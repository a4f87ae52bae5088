import { describe, expect, it } from "vitest";
import type { SiteMember } from "./site-turns.ts";
import { giversOf, SITE_PATIENCE_MS, siteTurns } from "./site-turns.ts";

function member(job: string, facts: Partial<SiteMember> = {}): SiteMember {
  return {
    job,
    node: `node-${job}`,
    kind: "pending",
    paused: null,
    isFirst: false,
    file: null,
    gives: true,
    rests: false,
    awayMs: 0,
    ...facts,
  };
}

/** The first, then those that wait for it. */
function turns(...members: SiteMember[]): [string | null, ...string[]] {
  const { first, waiting } = siteTurns(members);
  return [first?.job ?? null, ...waiting.map(({ job }) => job)];
}

const there = { kind: "complete", file: "there" } as const;

describe("of the machines of a site", () => {
  it("the first that was asked for fetches, and all others wait for it", () => {
    expect(turns(member("a"), member("b"), member("c"))).toEqual(["a", "b", "c"]);
  });

  it("one that hands nothing out, rests or is away does not fetch for the others", () => {
    const unable = [
      member("a", { gives: false }),
      member("b", { rests: true }),
      member("c", { awayMs: 1 }),
    ] as const;
    expect(turns(...unable, member("d"), member("e"))).toEqual(["d", "a", "b", "c", "e"]);
    expect(turns(...unable)).toEqual([null]);
  });

  it("whoever is at it stays at it: waiting for another try, at work, until its hour, and while its file is read", () => {
    for (const facts of [
      { kind: "pending" },
      { kind: "running" },
      { kind: "running", awayMs: SITE_PATIENCE_MS - 1 },
      { kind: "paused", paused: "window" },
      { kind: "complete", file: null },
    ] satisfies Partial<SiteMember>[])
      expect(turns(member("a"), member("b", { isFirst: true, ...facts }))).toEqual(["b", "a"]);
  });

  it("another one takes over when the first has failed, was cancelled, paused, stands before a full disk or rests", () => {
    for (const facts of [
      { kind: "failed" },
      { kind: "cancelled" },
      { kind: "paused", paused: "person" },
      { kind: "paused", paused: "no_space" },
      { kind: "pending", rests: true },
      { kind: "complete", file: "lost" },
    ] satisfies Partial<SiteMember>[]) {
      const [first, ...waiting] = turns(member("a", { isFirst: true, ...facts }), member("b"), member("c"));
      expect(first).toBe("b");
      expect(waiting).toContain("c");
    }
  });

  it("another one takes over when the first's machine is away for long, but only where somebody can", () => {
    const gone = { isFirst: true, kind: "running", awayMs: SITE_PATIENCE_MS } as const;
    expect(turns(member("a", gone), member("b"), member("c"))).toEqual(["b", "c"]);
    expect(turns(member("a", gone), member("b", { awayMs: 1 }))).toEqual(["a", "b"]);
  });

  it("one that is at work already is taken before one that only waits", () => {
    expect(turns(member("a"), member("b", { kind: "running" }))).toEqual(["b", "a"]);
  });

  it("nobody waits once one has the file, unless somebody fetches it all the same", () => {
    expect(turns(member("a", { ...there, isFirst: true }), member("b"), member("c"))).toEqual([null]);
    const another = member("b", { kind: "running", isFirst: true });
    expect(turns(member("a", there), another, member("c"))).toEqual(["b", "c"]);
  });

  it("one that has the file and is away for long gives it to nobody: another one fetches", () => {
    const away = member("a", { ...there, awayMs: SITE_PATIENCE_MS });
    expect(giversOf([away, member("b")])).toEqual([]);
    expect(turns(away, member("b"), member("c"))).toEqual(["b", "c"]);
    expect(giversOf([member("a", there), member("b", { ...there, gives: false })])).toHaveLength(1);
  });
});
