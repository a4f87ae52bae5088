/** What a run of Vitest came to, read from its JSON report. */
import { stripVTControlCharacters } from "node:util";

export interface Tally {
  passed: number;
  failed: number;
  skipped: number;
  /** Titles of the skipped tests, with their file. */
  skippedTests: string[];
  /** What failed, a line each: file, title, where, first line of its error. */
  failures: string[];
}

/** The part of it that is read. */
export interface JsonReport {
  testResults: {
    name: string;
    status: string;
    /** Why the file itself failed; empty otherwise. */
    message: string;
    assertionResults: AssertionResult[];
  }[];
}

interface AssertionResult {
  status: string;
  fullName: string;
  ancestorTitles: string[];
  title: string;
  /** Stack traces, or bare messages. */
  failureMessages: string[];
}

export const NOTHING_RAN: Tally = { passed: 0, failed: 0, skipped: 0, skippedTests: [], failures: [] };

/**
 * `strays` are errors that belong to no test, as stack traces. `exitCode` is Vitest's own: it also fails for them and
 * for a file that does not load, and that must not be counted away.
 */
export function tally(report: JsonReport, strays: readonly string[], exitCode: number, root: string): Tally {
  const sum: Tally = { ...NOTHING_RAN, skippedTests: [], failures: [] };
  for (const file of report.testResults) {
    const name = file.name.replace(`${root}/`, "");
    const before = sum.failed;
    for (const test of file.assertionResults) {
      if (test.status === "passed") sum.passed += 1;
      else if (test.status === "failed") {
        sum.failed += 1;
        const titles = [name, ...test.ancestorTitles, test.title].filter((title) => title !== "");
        sum.failures.push(`${titles.join(" > ")}: ${firstLine(test.failureMessages[0] ?? "", root)}`);
      } else {
        sum.skipped += 1;
        sum.skippedTests.push(`${name}: ${test.fullName}`);
      }
    }
    if (file.status !== "failed" || sum.failed > before) continue;
    sum.failed += 1;
    sum.failures.push(`${name}: ${firstLine(file.message, root)}`);
  }
  for (const stray of strays) sum.failures.push(`Outside of any test: ${firstLine(stray, root)}`);
  sum.failed += strays.length;
  if (exitCode !== 0 && sum.failed === 0) {
    sum.failed = 1;
    sum.failures.push(`Vitest ended with ${exitCode} and named no failure.`);
  }
  return sum;
}

/** Long enough for what was expected and what came. */
const ERROR_CHARS = 200;

/** What an error says in its first line, and where in our files it was thrown. */
function firstLine(error: string, root: string): string {
  const plain = stripVTControlCharacters(error);
  const line = plain.split("\n").find((each) => each.trim() !== "") ?? "no message";
  const said = line.length > ERROR_CHARS ? `${line.slice(0, ERROR_CHARS)}…` : line;
  const frames = plain.split("\n").filter((each) => each.trimStart().startsWith("at "));
  const ours = frames.find((frame) => frame.includes(`${root}/`) && !frame.includes("/node_modules/"));
  const at = ours?.slice(ours.indexOf(`${root}/`) + root.length + 1).replace(/\)$/, "");
  return at === undefined ? said : `${said} (${at})`;
}

/** So many are named, so that they and the summary are in the last 60 lines of a log. */
const NAMED_FAILURES = 50;

/** What failed, to be shown right before the summary line. Empty if nothing did. */
export function failureLines({ failures }: Tally): string[] {
  if (failures.length === 0) return [];
  const more = failures.length - NAMED_FAILURES;
  const named = failures.slice(0, NAMED_FAILURES).map((failure) => `  ${failure}`);
  return ["", "Failed:", ...named, ...(more > 0 ? [`  and ${more} more`] : [])];
}

export function add(one: Tally, other: Tally): Tally {
  return {
    passed: one.passed + other.passed,
    failed: one.failed + other.failed,
    skipped: one.skipped + other.skipped,
    skippedTests: [...one.skippedTests, ...other.skippedTests],
    failures: [...one.failures, ...other.failures],
  };
}

/** The last line of `npm test`: scripts read it. */
export function summaryLine({ passed, failed, skipped }: Tally): string {
  const line = `${passed} passed, ${failed} failed`;
  return skipped === 0 ? line : `${line}, ${skipped} skipped`;
}
