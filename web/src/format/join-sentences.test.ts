import { expect, test } from "vitest";
import { joinSentences } from "./join-sentences.ts";

test("what is wrong and what to do are two sentences, however they come", () => {
  expect(joinSentences("It answered 404", "Check the address.")).toBe("It answered 404. Check the address.");
  expect(joinSentences("Is it up?", "Try again.")).toBe("Is it up? Try again.");
  expect(joinSentences("It is gone.", null)).toBe("It is gone.");
  expect(joinSentences("It is gone", "")).toBe("It is gone");
});
