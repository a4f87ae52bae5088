import { expect, test } from "vitest";
import { add, failureLines, summaryLine, tally } from "./test-report.ts";
import { isDebian } from "./test-tools.ts";

const ROOT = "/root";
const file = (status: string, ...tests: [status: string, title: string, stack?: string][]) => ({
  name: "/root/src/a.test.ts",
  status,
  message: "",
  assertionResults: tests.map(([of, title, stack]) => ({
    status: of,
    title,
    fullName: `files ${title}`,
    ancestorTitles: ["", "files"],
    failureMessages: stack === undefined ? [] : [stack],
  })),
});

const STACK = `AssertionError: \u001b[31mexpected 2 to be greater than 2\u001b[39m
the output of a program
    at expect (/root/node_modules/vitest/expect.js:1:1)
    at Object.also (/root/test/world/play.ts:153:58)
    at play (/root/src/a.test.ts:1:1)`;

test("passed, failed and skipped tests are counted, and skipped ones named", () => {
  const report = { testResults: [file("failed", ["passed", "a"], ["failed", "b"], ["pending", "c"])] };
  const sum = tally(report, [], 1, ROOT);
  expect(sum).toMatchObject({ passed: 1, failed: 1, skipped: 1, skippedTests: ["src/a.test.ts: files c"] });
  expect(summaryLine(sum)).toBe("1 passed, 1 failed, 1 skipped");
  expect(summaryLine(add(sum, { ...sum, skipped: 0 }))).toBe("2 passed, 2 failed, 1 skipped");
});

test("every failed test is named with its file, the first line of its error and the place in our files", () => {
  const sum = tally({ testResults: [file("failed", ["passed", "a"], ["failed", "b", STACK])] }, [], 1, ROOT);
  const line =
    "src/a.test.ts > files > b: AssertionError: expected 2 to be greater than 2 (test/world/play.ts:153:58)";
  expect(failureLines(sum)).toEqual(["", "Failed:", `  ${line}`]);
  expect(failureLines(add(sum, sum))).toEqual(["", "Failed:", `  ${line}`, `  ${line}`]);
});

test("a long error is cut, one without words is named all the same", () => {
  const tests: [string, string, string][] = [
    ["failed", "b", "x".repeat(10_000)],
    ["failed", "c", "\n \n"],
  ];
  const [, , long = "", silent] = failureLines(
    tally({ testResults: [file("failed", ...tests)] }, [], 1, ROOT),
  );
  expect(long.length).toBeLessThan(300);
  expect(long.endsWith("…")).toBe(true);
  expect(silent).toBe("  src/a.test.ts > files > c: no message");
});

test("what failed fits into the last 60 lines of a log, however much it is, and the rest is counted", () => {
  const tests = Array.from({ length: 500 }, (_, index): [string, string] => ["failed", `test ${index}`]);
  const lines = failureLines(tally({ testResults: [file("failed", ...tests)] }, [], 1, ROOT));
  expect(lines.length).toBeLessThan(55);
  expect(lines.at(-1)).toBe("  and 450 more");
});

test("where nothing failed nothing is said of it", () => {
  const sum = tally({ testResults: [file("passed", ["passed", "a"])] }, [], 0, ROOT);
  expect(sum.failed).toBe(0);
  expect(failureLines(sum)).toEqual([]);
});

test("a test file that does not load is a failure, and named", () => {
  const broken = { ...file("failed"), message: "Cannot find module './b.ts'" };
  const sum = tally({ testResults: [broken, file("passed", ["passed", "a"])] }, [], 1, ROOT);
  expect(summaryLine(sum)).toBe("1 passed, 1 failed");
  expect(failureLines(sum)).toContain("  src/a.test.ts: Cannot find module './b.ts'");
});

test("an error that belongs to no test is a failure, and named", () => {
  const sum = tally({ testResults: [file("passed", ["passed", "a"])] }, [STACK], 1, ROOT);
  expect(summaryLine(sum)).toBe("1 passed, 1 failed");
  expect(failureLines(sum).at(-1)).toMatch(/^ {2}Outside of any test: AssertionError: expected 2/);
});

test("a run that failed without a word is a failure", () => {
  const sum = tally({ testResults: [file("passed", ["passed", "a"])] }, [], 1, ROOT);
  expect(sum.failed).toBe(1);
  expect(failureLines(sum).at(-1)).toBe("  Vitest ended with 1 and named no failure.");
});

test("apt is used on Debian and what is made of it, nowhere else", () => {
  expect(isDebian('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n')).toBe(true);
  expect(isDebian("ID=ubuntu\nID_LIKE=debian\n")).toBe(true);
  expect(isDebian('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe(true);
  expect(isDebian('ID=fedora\nNAME="not debian"\n')).toBe(false);
  expect(isDebian("")).toBe(false);
});
