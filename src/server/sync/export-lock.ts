/** What is here, as a lock file says it. */
import type { FileIndex, IndexedFile } from "../../job/file-index-contract.ts";
import type { LockFile, LockRoot, Locks } from "../../job/lock-contract.ts";
import type { Model, ModelCatalogStore } from "../../job/catalog-contract.ts";
import { CatalogueError } from "../../job/catalog-contract.ts";
import { REDACTED, redactUrl } from "../../job/redact.ts";
import { sourceText } from "../../job/source-text.ts";

const PAGE = 1000;

export interface ExportParts {
  files: Pick<FileIndex, "list">;
  locks: Locks;
  catalog: ModelCatalogStore;
}

/** @param roots whose files are meant */
export async function exportLock(roots: readonly LockRoot[], parts: ExportParts): Promise<LockFile[]> {
  const { files, locks, catalog } = parts;
  const models = await modelsByPath(catalog);
  const found: LockFile[] = [];
  let after: string | null = null;
  do {
    const page = await files.list({ under: null, after, limit: PAGE });
    for (const file of page.files) {
      const place = await locks.locate(file.path);
      if (roots.includes(place.root)) found.push({ ...place, ...factsOf(file, models.get(file.path)) });
    }
    after = page.next;
  } while (after !== null);
  return found;
}

type Facts = Omit<LockFile, "root" | "path">;

function factsOf({ size, sha256, origin }: IndexedFile, model: Model | undefined): Facts {
  const bytes = { size, sha256 };
  if (origin !== null) {
    const { source, url } = origin;
    return {
      ...bytes,
      source: source.kind === "url" ? null : sourceText(source),
      url: withoutSecret(url),
      revision: source.kind === "huggingface" ? source.revision : null,
    };
  }
  // It came by another way; its entry says where it is to be had, if it is that file.
  if (model === undefined || (model.sha256 !== null && sha256 !== null && model.sha256 !== sha256))
    return { ...bytes, source: null, url: null, revision: null };
  return {
    ...bytes,
    source: `${model.setId}/${model.modelId}`,
    url: withoutSecret(model.url),
    revision: null,
  };
}

/** An address that needs a secret is of no use without. */
function withoutSecret(url: string): string | null {
  return redactUrl(url) === url && !url.includes(REDACTED) ? url : null;
}

async function modelsByPath(catalog: ModelCatalogStore): Promise<Map<string, Model>> {
  try {
    return new Map((await catalog.read()).models.map((model) => [model.destination, model]));
  } catch (error) {
    if (!(error instanceof CatalogueError)) throw error;
    return new Map();
  }
}
