import { describe, expect, it } from "vitest";
import { NodeTokens } from "./node-tokens.ts";

function tokensOf(hashes: () => readonly string[]) {
  const time = { now: 0 };
  const asked: number[] = [];
  const nodes = {
    tokenHashes: async (now: number) => {
      asked.push(now);
      return new Set(hashes());
    },
  };
  return { time, asked, tokens: new NodeTokens({ nodes, clock: { now: () => time.now } }) };
}

describe("the tokens of other machines", () => {
  it("are asked for once, however many wrong ones are shown at that time", async () => {
    const { tokens, asked } = tokensOf(() => ["right"]);
    const guesses = Array.from({ length: 3_000 }, (_, n) => tokens.has(`guess-${n}`));
    expect(new Set(await Promise.all(guesses))).toEqual(new Set([false]));
    expect(await tokens.has("right")).toBe(true);
    expect(asked).toHaveLength(1);
  });

  it("are new ones a second later", async () => {
    let known = ["old"];
    const { tokens, time } = tokensOf(() => known);
    expect(await tokens.has("old")).toBe(true);
    known = ["new"];
    time.now += 1_000;
    expect(await tokens.has("old")).toBe(false);
    expect(await tokens.has("new")).toBe(true);
  });

  it("are asked for again at once after the store could not be", async () => {
    let isAway = true;
    const { tokens } = tokensOf(() => {
      if (isAway) throw new Error("away");
      return ["right"];
    });
    await expect(tokens.has("right")).rejects.toThrow("away");
    isAway = false;
    expect(await tokens.has("right")).toBe(true);
  });
});
