/**
 * A reporter for Vitest that writes down what its JSON report leaves out: errors that belong to no test. They go, as a
 * JSON array of stack traces, to the file that HAULYARD_TEST_STRAYS names.
 */
import { writeFileSync } from "node:fs";
import type { Reporter } from "vitest/reporters";

type TestRunEnd = NonNullable<Reporter["onTestRunEnd"]>;

export default class StrayReporter implements Reporter {
  onTestRunEnd(_modules: Parameters<TestRunEnd>[0], errors: Parameters<TestRunEnd>[1]): void {
    const file = process.env["HAULYARD_TEST_STRAYS"];
    if (file === undefined) return;
    const strays = errors.map(({ name, message, stack }) => stack ?? `${name ?? "Error"}: ${message}`);
    writeFileSync(file, JSON.stringify(strays));
  }
}
