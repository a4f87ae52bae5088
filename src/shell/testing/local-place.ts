/** A place for runs on this machine, for tests. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { endAllIn } from "../../../test/world/processes.ts";
import { createLocalShell } from "../local-shell.ts";
import { createRuns } from "../runs/create-runs.ts";
import type { RunsUnderTest } from "../runs/suite/under-test.ts";
import type { RunsOptions } from "../runs/write-script.ts";

export interface LocalPlaceOptions {
  sh?: string;
  path?: string;
  environment?: Record<string, string>;
  /** In place of a new folder; it stays. */
  work?: string;
}

export async function openLocalPlace(
  runsOptions: Partial<RunsOptions> = {},
  options: LocalPlaceOptions = {},
): Promise<RunsUnderTest> {
  const work = options.work ?? (await mkdtemp(join(tmpdir(), "haulyard-runs-")));
  const folder = join(work, "runs");
  const path = options.path ?? process.env["PATH"] ?? "";
  const shell = createLocalShell({
    environment: { PATH: path, HOME: work, ...options.environment },
    ...(options.sh === undefined ? {} : { sh: options.sh }),
  });
  const runs = createRuns(shell, { folder, ...runsOptions });
  return {
    runs,
    folder,
    work,
    [Symbol.asyncDispose]: async () => {
      await shell.close();
      if (options.work !== undefined) return;
      // Runs outlive whoever has started them, and would go on writing into what is removed.
      await endAllIn(work);
      await rm(work, { recursive: true, force: true });
    },
  };
}
