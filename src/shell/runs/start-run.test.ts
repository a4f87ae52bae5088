import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { createLocalShell } from "../local-shell.ts";
import { createRuns } from "./create-runs.ts";
import { never, specOf } from "./suite/under-test.ts";

test("a shell that quotes the script in its complaint gives no secret away", async () => {
  const folder = mkdtempSync(join(tmpdir(), "haulyard-quote-"));
  const sh = join(folder, "sh");
  // Complains as some do: with the line it does not like.
  writeFileSync(sh, "#!/bin/sh\ngrep hy_keep_secret | tail -n 1 >&2\nexit 2\n", { mode: 0o755 });
  const shell = createLocalShell({ environment: { PATH: process.env["PATH"] ?? "" }, sh });
  const runs = createRuns(shell, { folder: join(folder, "runs") });
  const answer = await runs.start(specOf(["true"], { secrets: { NAME: "planted-Value's end" } }), never);
  expect(answer).toMatchObject({ kind: "failed", failure: { code: "command_failed", retryable: true } });
  expect(JSON.stringify(answer)).toContain("export NAME");
  expect(JSON.stringify(answer)).not.toContain("planted-Value");
  await shell.close();
  rmSync(folder, { recursive: true });
});
