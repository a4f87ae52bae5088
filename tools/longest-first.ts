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
  "src/transfer/transfer-many.test.ts",
  "src/server/images/images.test.ts",
  "src/transfer/limit/limit-crew.test.ts",
  "src/catalog/cards/parse-card.property.test.ts",
  "src/shell/scan/scan-host.test.ts",
  "src/server/compat/queue-files.test.ts",
  "src/transfer/limit/limit-run.test.ts",
  "src/server/compat/status-file.test.ts",
  "src/move/move-queue.test.ts",
  "src/transfer/small/transfer-small.test.ts",
  "src/transfer/transfer-resume.test.ts",
  "src/transfer/transfer-kill.test.ts",
  "src/server/events.test.ts",
  "test/page-groups.test.ts",
  "test/page-queue.test.ts",
  "test/power-loss.test.ts",
  "test/random-downloads.test.ts",
  "test/page-settings.test.ts",
  "test/main-job.test.ts",
  "test/page.test.ts",
  "test/ssh-links.test.ts",
  "test/page-forms.test.ts",
  "test/docs-commands.test.ts",
  "test/hostile/breaks.test.ts",
  "test/cli-queue.test.ts",
  "test/site-sharing.test.ts",
  "test/chaos.test.ts",
  "test/runs-attacks.test.ts",
  "test/resource-queue.test.ts",
  "test/fetch-on-instance.test.ts",
  "test/one-writer.test.ts",
  "test/disk-errors.test.ts",
  "test/page-access.test.ts",
  "test/page-tabs.test.ts",
  "test/page-places.test.ts",
  "test/page-hosts.test.ts",
  "test/commands-ssh.test.ts",
  "test/sync.test.ts",
  "test/queue-files.test.ts",
  "test/page-two.test.ts",
  "test/cli-get.test.ts",
  "test/page-touch-drag.test.ts",
  "test/page-away.test.ts",
  "test/runs-shells.test.ts",
  "test/page-add.test.ts",
  "test/page-images.test.ts",
  "test/page-focus.test.ts",
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
