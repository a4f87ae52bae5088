/**
 * `npm test`: everything, with real servers, a real browser and real tools.
 *
 *   npm test                     unit tests, then the whole system
 *   npm test -- --project unit   one of the two
 *   npm test -- resume           test files whose path holds the word
 *
 * CI=true turns a skipped test or a missing tool into a failure.
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { buildPage } from "./build-page.ts";
import { installTestTools } from "./install-test-tools.ts";
import { ROOT, runTool } from "./run-command.ts";
import type { JsonReport, Tally } from "./test-report.ts";
import { add, failureLines, NOTHING_RAN, summaryLine, tally } from "./test-report.ts";

const PROJECTS = ["unit", "system"];

const strict = process.env["CI"] === "true";
const { projects, filters } = readArguments(process.argv.slice(2));
const wholeSystem = projects.includes("system");
const missing = wholeSystem ? await installTestTools() : [];
if (wholeSystem) await bringPageUpToDate();
const temporary = mkdtempSync(join(tmpdir(), "haulyard-test-"));
let total = NOTHING_RAN;
try {
  for (const project of projects) total = add(total, await runProject(project));
} finally {
  rmSync(temporary, { recursive: true, force: true });
}

if (missing.length > 0) {
  console.log("\nNot all could be shown, these tools are missing:");
  for (const tool of missing) console.log(`  ${tool.package} (${tool.shows})`);
}
if (total.skipped > 0) {
  console.log("\nSkipped:");
  for (const test of total.skippedTests) console.log(`  ${test}`);
}
if (total.passed + total.failed === 0) {
  total = { ...total, failed: 1, failures: ["No test ran."] };
}
if (strict && total.skipped + missing.length > 0) {
  console.log("\nCI=true: every skipped test and every missing tool is a failure.");
  total = { ...total, failed: total.failed + total.skipped + missing.length, skipped: 0 };
}
for (const line of failureLines(total)) console.log(line);
console.log(`\n${summaryLine(total)}`);
process.exitCode = total.failed > 0 ? 1 : 0;

/** Tests in the browser must see the page as its sources are now. */
async function bringPageUpToDate(): Promise<void> {
  const built = await buildPage();
  if (built.kind !== "failed") return;
  console.error(built.output);
  console.error("The page could not be built: no test was run.\n\n0 passed, 1 failed");
  process.exit(1);
}

async function runProject(project: string): Promise<Tally> {
  const file = join(temporary, `${project}.json`);
  const strays = join(temporary, `${project}-strays.json`);
  const args = [
    "run",
    // With those whose names begin so: `unit-jsx`.
    `--project=${project}*`,
    "--passWithNoTests",
    "--reporter=default",
    "--reporter=json",
    `--outputFile.json=${file}`,
    "--reporter=./tools/stray-reporter.ts",
    ...filters,
  ];
  const { code } = await runTool("vitest/vitest.mjs", args, { env: { HAULYARD_TEST_STRAYS: strays } });
  try {
    return tally(read<JsonReport>(file), read<string[]>(strays), code, ROOT);
  } catch (error) {
    return { ...NOTHING_RAN, failed: 1, failures: [`The ${project} tests left no report: ${String(error)}`] };
  }
}

/** What Vitest wrote down. */
function read<T>(file: string): T {
  return JSON.parse(readFileSync(file, "utf8")) as T;
}

function readArguments(args: readonly string[]): { projects: string[]; filters: string[] } {
  const projects: string[] = [];
  const filters: string[] = [];
  for (let index = 0; index < args.length; index += 1) {
    const arg = args[index] ?? "";
    if (arg !== "--project") {
      filters.push(arg);
      continue;
    }
    index += 1;
    const name = args[index] ?? "";
    if (!PROJECTS.includes(name)) {
      console.error(`test: --project is one of ${PROJECTS.join(", ")}`);
      process.exit(2);
    }
    projects.push(name);
  }
  return { projects: projects.length === 0 ? PROJECTS : projects, filters };
}
