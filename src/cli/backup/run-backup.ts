/** `haulyard backup`. */
import { createWriteStream } from "node:fs";
import { rename, rm } from "node:fs/promises";
import { dirname } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { syncPath } from "../../backup/disk.ts";
import { makeBackup } from "../../backup/make-backup.ts";
import { readBackup } from "../../backup/read-backup.ts";
import { Unreachable } from "../../client/api-error.ts";
import { secretSettings } from "../../config/backup-places.ts";
import { BackupError } from "../../job/backup-contract.ts";
import type { MadeBackup } from "../../job/backup-contract.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { connect } from "../queue/connect.ts";
import { nameBeside, refuseOutput } from "../refuse-output.ts";
import { sayJson } from "../queue/say-json.ts";
import { formatBytes } from "../screen/format.ts";
import { openTerminal } from "../screen/terminal.ts";
import { stopOnSignals } from "../stop-on-signals.ts";
import { VERSION } from "../version.ts";
import { explainDiskError, tellTrouble } from "./explain-disk-error.ts";
import { placesHere } from "./places-here.ts";

/** As commander gives them. */
export interface BackupOptions {
  withSecrets?: true;
  here?: true;
  json?: true;
}

/** Nobody else may read it: a queue tells much. */
const OWNER_ONLY = 0o600;

export async function runBackup(file: string, options: BackupOptions): Promise<ExitCode> {
  const terminal = openTerminal();
  const refusal = await refuseOutput(file, "backup");
  if (refusal !== null) return tellTrouble(terminal, refusal);
  const stop = stopOnSignals();
  const temporary = nameBeside(file, "backup");
  try {
    const { server, made } = await begin(options, stop.signal);
    try {
      const out = createWriteStream(temporary, { flags: "wx", mode: OWNER_ONLY });
      await pipeline(Readable.from(made.archive, { objectMode: false }), out, { signal: stop.signal });
    } finally {
      await made.discard();
    }
    const manifest = await readBackup(temporary, null);
    await syncPath(temporary);
    await rename(temporary, file);
    await syncPath(dirname(file));
    const bytes = manifest.files.reduce((sum, one) => sum + one.bytes, 0);
    if (options.json === true) sayJson(terminal, { file, server, bytes, ...manifest });
    else {
      const from = server ?? "the data folder";
      terminal.print(`${file}: ${manifest.files.length} files, ${formatBytes(bytes)}, of ${from}; checked.`);
      if (!manifest.withSecrets)
        terminal.tell(
          "haulyard: it holds no secrets; --with-secrets takes them along, to move to another machine.",
        );
    }
    return EXIT.done;
  } catch (error) {
    if (stop.signal.aborted) return EXIT.interrupted;
    const trouble = explainDiskError(error, file);
    if (trouble !== null) return tellTrouble(terminal, trouble);
    if (!(error instanceof BackupError)) throw error;
    terminal.tell(`haulyard: ${error.message}`);
    return EXIT.failed;
  } finally {
    stop.release();
    await rm(temporary, { force: true });
  }
}

/** Of the server, else of the folder; null: of the folder. */
async function begin(
  { here, withSecrets }: BackupOptions,
  signal: AbortSignal,
): Promise<{ server: string | null; made: MadeBackup }> {
  if (here !== true) {
    const client = connect();
    try {
      const archive = await client.backup({ withSecrets: withSecrets === true }, signal);
      return { server: client.baseUrl, made: { archive, discard: async () => {} } };
    } catch (error) {
      if (!(error instanceof Unreachable)) throw error;
    }
  }
  const made = await makeBackup({
    places: placesHere(),
    version: VERSION,
    withSecrets: withSecrets === true,
    now: Date.now(),
    secretSettings: secretSettings(),
  });
  return { server: null, made };
}
