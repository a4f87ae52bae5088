import { expect, test } from "vitest";
import { agentWords } from "./agent-words.ts";

const WEBKIT = "AppleWebKit/537.36 (KHTML, like Gecko)";

test("a browser is told by its name and system, not by all it descends from", () => {
  for (const [agent, words] of [
    [`Mozilla/5.0 (X11; Linux x86_64) ${WEBKIT} HeadlessChrome/156.0.0 Safari/537.36`, "Chrome on Linux"],
    [
      `Mozilla/5.0 (Windows NT 10.0; Win64; x64) ${WEBKIT} Chrome/140.0 Safari/537.36 Edg/140.0`,
      "Edge on Windows",
    ],
    ["Mozilla/5.0 (X11; Linux x86_64; rv:145.0) Gecko/20100101 Firefox/145.0", "Firefox on Linux"],
    [
      `Mozilla/5.0 (Macintosh; Intel Mac OS X 10_15_7) ${WEBKIT} Version/18.1 Safari/605.1.15`,
      "Safari on macOS",
    ],
    [
      `Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) ${WEBKIT} CriOS/140.0 Safari/604.1`,
      "Chrome on iPhone",
    ],
    [`Mozilla/5.0 (Linux; Android 15) ${WEBKIT} Chrome/140.0 Mobile Safari/537.36`, "Chrome on Android"],
  ] as const)
    expect(agentWords(agent)).toBe(words);
});

test("a program that is no browser is told as it says", () => {
  expect(agentWords("node")).toBe("node");
  expect(agentWords("")).toBe("");
});
