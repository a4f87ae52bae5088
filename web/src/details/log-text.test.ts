import fc from "fast-check";
import { expect, test } from "vitest";
import { appendLines, findLines, MOST_LINES, plainText } from "./log-text.ts";

test("colours and cursor movements are taken out, the words stay", () => {
  expect(plainText("\u001b[1;32m✓ done\u001b[0m in \u001b[38;5;200m3 s\u001b[K")).toBe("✓ done in 3 s");
  expect(plainText("\u001b]8;;https://evil.example\u0007link\u001b]8;;\u0007")).toBe("link");
  expect(plainText("bell\u0007 and \u0000null")).toBe("bell and null");
});

test("whatever a command writes, no control character reaches the page", () => {
  const nasty = fc.string({
    unit: fc.constantFrom("\u001b", "[", "]", ";", "3", "m", "\u0007", "a", "\u009b"),
  });
  fc.assert(
    fc.property(nasty, (text) => {
      // oxlint-disable-next-line no-control-regex -- they are what is looked for
      expect(plainText(text)).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/);
    }),
  );
});

test("markup is text like any other", () => {
  expect(plainText("<img src=x onerror=alert(1)>")).toBe("<img src=x onerror=alert(1)>");
});

test("lines are put behind the others, and the oldest go when there are too many", () => {
  expect(appendLines(["a"], "b\r\nc\n")).toEqual(["a", "b", "c"]);
  expect(appendLines(["a"], "")).toEqual(["a"]);
  expect(appendLines(["a"], "\n")).toEqual(["a", ""]);
  const many = appendLines([], "x\n".repeat(MOST_LINES + 5));
  expect(many).toHaveLength(MOST_LINES);
});

test("every word has to be in the line", () => {
  expect(findLines(["Saved to /a", "saved /b", "failed"], "SAVED to")).toEqual(["Saved to /a"]);
  expect(findLines(["a", "b"], "  ")).toHaveLength(2);
});
