/** Looks at this machine, with the settings a server started here would have. */
import { readEnvironment } from "../../config/environment.ts";
import { commandPath } from "../../config/command-path.ts";
import { readSettings } from "../../config/read-settings.ts";
import { transferSettings } from "../../config/transfer-settings.ts";
import { systemClock } from "../../job/clock.ts";
import type { DoctorAnswer } from "../../wire/doctor.ts";
import { UsageError } from "../usage-error.ts";
import { VERSION } from "../version.ts";

export async function examineHere(
  { offline }: { offline: boolean },
  signal: AbortSignal,
): Promise<DoctorAnswer> {
  const env = readEnvironment();
  const read = readSettings({ flags: {}, env, folder: process.cwd() });
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const { settings } = read;
  const [{ createExamine }, { createTransfer }] = await Promise.all([
    import("../../doctor/create-examine.ts"),
    import("../../transfer/create-transfer.ts"),
  ]);
  const transfer = createTransfer({ ...transferSettings(settings, VERSION), clock: systemClock });
  try {
    const path = commandPath(settings.pathFolders, env);
    const fetch = offline ? null : transfer.fetchDocument;
    const findings = await createExamine({ settings, path, fetch, machines: null })(signal);
    return {
      ok: findings.every(({ state }) => state !== "problem"),
      version: VERSION,
      runtime: `Node ${process.versions.node}`,
      platform: `${process.platform} ${process.arch}`,
      findings,
    };
  } finally {
    await transfer.close();
  }
}
