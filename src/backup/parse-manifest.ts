import { z } from "zod";
import { FORMAT, isBackupName, MAX_CARDS, NAMES } from "./format.ts";
import type { Manifest } from "./format.ts";
import { BackupError } from "../job/backup-contract.ts";

const MAX_FILES = MAX_CARDS + Object.keys(NAMES).length;

const ManifestShape = z.object({
  format: z.number().int().positive(),
  version: z.string().max(100),
  createdAt: z.iso.datetime(),
  withSecrets: z.boolean(),
  files: z
    .array(
      z.object({
        name: z.string().refine(isBackupName, "is no name of a file of a backup"),
        bytes: z.number().int().nonnegative(),
        sha256: z.string().regex(/^[0-9a-f]{64}$/),
      }),
    )
    .max(MAX_FILES),
  leftOut: z.array(z.string().max(200)).max(1000),
});

/** @throws BackupError */
export function parseManifest(text: string): Manifest {
  const manifest = ManifestShape.safeParse(parseJson(text));
  if (!manifest.success) {
    const [issue] = manifest.error.issues;
    const where = issue === undefined ? "" : `: ${issue.path.join(".")} ${issue.message}`;
    throw new BackupError(`The manifest of the backup is not valid${where}.`);
  }
  if (manifest.data.format > FORMAT)
    throw new BackupError(
      `The backup was made by a newer Haulyard (${manifest.data.version}); restore it with that one or a newer one.`,
    );
  return manifest.data;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
