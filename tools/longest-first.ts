/**
 * The order in which test files are begun: those that take longest first, so that a run does not end with one long file
 * beside idle processors. What takes long is written here and not remembered from the run before: there is none where a
 * failure stops everybody, and the order is the same for all.
 */
import { relative } from "node:path";
import type { TestSpecification } from "vitest/node";
import { BaseSequencer } from "vitest/node";
import { ROOT } from "./run-command.ts";

/** Roughly in their order; a file that is not here takes less than half a minute by itself. */
export const LONGEST: readonly string[] = [
  "src/store/postgres-store.test.ts",
  "src/store/sqlite-store.test.ts",
  "src/server/images/images.test.ts",
  "src/transfer/transfer-many.test.ts",
  "src/transfer/limit/limit-crew.test.ts",
  "src/shell/scan/scan-host.test.ts",
  "src/transfer/limit/limit-run.test.ts",
  "src/transfer/transfer-resume.test.ts",
  "src/server/compat/queue-files.test.ts",
  "src/server/events.test.ts",
  "test/power-loss.test.ts",
  "test/random-downloads.test.ts",
  "test/ssh-links.test.ts",
  "test/hostile/breaks.test.ts",
  "test/away.test.ts",
  "test/runs-attacks.test.ts",
  "test/page-access.test.ts",
  "test/chaos.test.ts",
  "test/docs-commands.test.ts",
  "test/page-hostile.test.ts",
  "test/page.test.ts",
  "test/runs.test.ts",
  "test/cli-get.test.ts",
  "test/backup.test.ts",
  "test/hostile/redirects.test.ts",
  "test/hostile/ranges.test.ts",
  "test/hostile/versions.test.ts",
  "test/hostile/wire.test.ts",
  "test/soak.test.ts",
];

export class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    return [...files].toSorted((a, b) => rankOf(a.moduleId) - rankOf(b.moduleId) || compare(a, b));
  }
}

function rankOf(file: string): number {
  const rank = LONGEST.indexOf(relative(ROOT, file));
  return rank === -1 ? LONGEST.length : rank;
}

function compare(a: TestSpecification, b: TestSpecification): number {
  return a.moduleId < b.moduleId ? -1 : Number(a.moduleId > b.moduleId);
}
