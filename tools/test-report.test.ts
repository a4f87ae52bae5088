import { expect, test } from "vitest";
import { add, summaryLine, tally } from "./test-report.ts";
import { isDebian } from "./test-tools.ts";

const file = (status: string, ...tests: [status: string, fullName: string][]) => ({
  name: "/root/src/a.test.ts",
  status,
  assertionResults: tests.map(([of, fullName]) => ({ status: of, fullName })),
});

test("passed, failed and skipped tests are counted, and skipped ones named", () => {
  const report = { testResults: [file("failed", ["passed", "a"], ["failed", "b"], ["pending", "c"])] };
  const sum = tally(report, 1, "/root");
  expect(sum).toEqual({ passed: 1, failed: 1, skipped: 1, skippedTests: ["src/a.test.ts: c"] });
  expect(summaryLine(sum)).toBe("1 passed, 1 failed, 1 skipped");
  expect(summaryLine(add(sum, { ...sum, skipped: 0 }))).toBe("2 passed, 2 failed, 1 skipped");
});

test("a test file that does not load is a failure", () => {
  const sum = tally({ testResults: [file("failed"), file("passed", ["passed", "a"])] }, 1, "/root");
  expect(summaryLine(sum)).toBe("1 passed, 1 failed");
});

test("an error that belongs to no test is a failure", () => {
  expect(tally({ testResults: [file("passed", ["passed", "a"])] }, 1, "/root").failed).toBe(1);
  expect(tally({ testResults: [file("passed", ["passed", "a"])] }, 0, "/root").failed).toBe(0);
});

test("apt is used on Debian and what is made of it, nowhere else", () => {
  expect(isDebian('PRETTY_NAME="Debian GNU/Linux 12"\nID=debian\n')).toBe(true);
  expect(isDebian("ID=ubuntu\nID_LIKE=debian\n")).toBe(true);
  expect(isDebian('ID=linuxmint\nID_LIKE="ubuntu debian"\n')).toBe(true);
  expect(isDebian('ID=fedora\nNAME="not debian"\n')).toBe(false);
  expect(isDebian("")).toBe(false);
});
