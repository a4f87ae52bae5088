/** What a run of Vitest came to, read from its JSON report. */

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Titles of the skipped tests, with their file. */
  skippedTests: string[];
}

/** The part of it that is read. */
export interface JsonReport {
  testResults: {
    name: string;
    status: string;
    assertionResults: { status: string; fullName: string }[];
  }[];
}

/**
 * `exitCode` is Vitest's own: it also fails for what belongs to no test (a file that does not load,
 * an error after the last test), and that must not be counted away.
 */
export function tally(report: JsonReport, exitCode: number, root: string): Tally {
  const sum: Tally = { passed: 0, failed: 0, skipped: 0, skippedTests: [] };
  for (const file of report.testResults) {
    const before = sum.failed;
    for (const { status, fullName } of file.assertionResults) {
      if (status === "passed") sum.passed += 1;
      else if (status === "failed") sum.failed += 1;
      else {
        sum.skipped += 1;
        sum.skippedTests.push(`${file.name.replace(`${root}/`, "")}: ${fullName}`);
      }
    }
    if (file.status === "failed" && sum.failed === before) sum.failed += 1;
  }
  if (exitCode !== 0 && sum.failed === 0) sum.failed = 1;
  return sum;
}

export function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    skippedTests: [...one.skippedTests, ...other.skippedTests],
  };
}

/** The last line of `npm test`: scripts read it. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
