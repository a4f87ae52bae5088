import { describe, expect, it } from "vitest";
import type { WaitFacts } from "./waiting.ts";
import { waitingOf } from "./waiting.ts";

const NOW = 1_000_000;
const SOON = NOW + 8_000;
const EVENING = NOW + 3_600_000;

const why = (facts: Partial<WaitFacts>): unknown =>
  waitingOf(
    { kind: "pending", paused: null, waitsFor: null, machine: null, retryAt: null, hours: null, ...facts },
    NOW,
  );
const closed = { open: false, until: EVENING };

describe("why a job waits", () => {
  it("is its turn, where nothing else keeps it", () => {
    expect(why({})).toEqual({ why: "turn" });
    expect(why({ hours: { open: true, until: EVENING } })).toEqual({ why: "turn" });
    expect(why({ retryAt: NOW }), "its next try is due").toEqual({ why: "turn" });
  });

  it("is the hour, and until when, or that a person has to change it", () => {
    expect(why({ hours: closed })).toEqual({ why: "window", until: EVENING });
    expect(why({ hours: { open: false, until: null } })).toEqual({ why: "window", until: null });
    expect(why({ kind: "paused", paused: "window", hours: closed })).toEqual({
      why: "window",
      until: EVENING,
    });
  });

  it("is the machine whose disk it is for, as long as that is away, whether it was at work or not", () => {
    const machine = { state: "away", name: "gpu-2", since: NOW - 60_000 } as const;
    const told = { why: "machine", machine };
    expect(why({ machine })).toEqual(told);
    expect(why({ machine, hours: closed, retryAt: SOON })).toEqual(told);
    expect(why({ machine, kind: "running" })).toEqual(told);
    expect(why({ machine, kind: "complete" })).toBeNull();
    expect(why({ machine, kind: "paused", paused: "person" })).toEqual({ why: "person" });
  });

  it("is a machine that takes up nothing new, or that there is none for its instance, unless it runs already", () => {
    for (const machine of [
      { state: "draining", name: "gpu-2", since: NOW },
      { state: "missing", needs: { site: "fra" } },
    ] as const) {
      expect(why({ machine })).toEqual({ why: "machine", machine });
      expect(why({ machine, waitsFor: "one" })).toEqual({ why: "after", job: "one" });
      expect(why({ machine, kind: "running" })).toBeNull();
    }
  });

  it("is a try that failed, and when the next one is", () => {
    expect(why({ retryAt: SOON })).toEqual({ why: "retry", until: SOON });
  });

  it("of several things is what says most of when it will run", () => {
    expect(why({ retryAt: SOON, hours: closed })).toEqual({ why: "window", until: EVENING });
    expect(why({ waitsFor: "one", retryAt: SOON, hours: closed })).toEqual({ why: "after", job: "one" });
    const shared = { node: "gpu-1", site: "ams" };
    expect(why({ waitsFor: "one", shared, retryAt: SOON })).toEqual({ why: "site", job: "one", ...shared });
  });

  it("is the disk, a person or a question, whatever the hour", () => {
    expect(why({ kind: "paused", paused: "no_space", hours: closed })).toEqual({ why: "no_space" });
    expect(why({ kind: "paused", paused: "person", hours: closed })).toEqual({ why: "person" });
    expect(why({ kind: "blocked", hours: closed })).toEqual({ why: "host_key" });
  });

  it("is nothing where it runs or has ended", () => {
    for (const kind of ["running", "complete", "failed", "cancelled"] as const)
      expect(why({ kind, hours: closed })).toBeNull();
  });

  it("is its turn again once the hours are open, before it is let go on", () => {
    expect(why({ kind: "paused", paused: "window", hours: { open: true, until: null } })).toEqual({
      why: "turn",
    });
    expect(why({ kind: "paused", paused: "window" }), "a person lets it run all the same").toEqual({
      why: "turn",
    });
  });
});
