/** What the catalogue says of files that are here. */
import { join } from "node:path";
import type { Model, ModelCatalogStore } from "../../job/catalog-contract.ts";
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { FileRecord } from "../../job/file-store-contract.ts";
import { modifiedAt } from "../../job/file-stamp.ts";
import type { Checksum } from "../../job/job.ts";
import { sourceText } from "../../job/source-text.ts";
import type { FileMessage } from "../../wire/files.ts";

export interface KnownFiles {
  modelAt(path: string): Model | null;
  modelWith(sha256: string): Model | null;
}

/** A catalogue that cannot be read knows nothing; whoever shows it says why. */
export async function readKnownFiles(catalog: Pick<ModelCatalogStore, "read">): Promise<KnownFiles> {
  const models = await catalog.read().then(
    (catalogue) => catalogue.models,
    (error: unknown) => {
      if (error instanceof CatalogueError) return [];
      throw error;
    },
  );
  const byPath = new Map(models.map((model) => [model.destination, model]));
  const byHash = new Map(
    models.flatMap((model) => (model.sha256 === null ? [] : [[model.sha256, model] as const])),
  );
  return {
    modelAt: (path) => byPath.get(path) ?? null,
    modelWith: (sha256) => byHash.get(sha256) ?? null,
  };
}

export function toFileMessage(record: FileRecord, known: KnownFiles): FileMessage {
  const { folder, name, size, sha256, origin, check } = record;
  const path = join(folder, name);
  const atPath = known.modelAt(path);
  const model = atPath ?? (sha256 === null ? null : known.modelWith(sha256));
  return {
    path,
    size,
    modified_at: new Date(modifiedAt(record)).toISOString(),
    sha256,
    model:
      model === null
        ? null
        : { set_id: model.setId, model_id: model.modelId, by: atPath === null ? "sha256" : "path" },
    source: origin === null ? null : { kind: origin.source.kind, text: sourceText(origin.source) },
    check: check === null ? null : { ...check, at: new Date(check.at).toISOString() },
  };
}

/** The hash a file has to have: its entry's; else that which it had when it was read first, if a download brought it. */
export function expectedHash(record: FileRecord, known: KnownFiles): Checksum | null {
  const sha256 = known.modelAt(join(record.folder, record.name))?.sha256 ?? null;
  if (sha256 !== null) return { algorithm: "sha256", hex: sha256, origin: "model entry" };
  if (record.origin === null || record.sha256 === null) return null;
  return { algorithm: "sha256", hex: record.sha256, origin: "download" };
}
