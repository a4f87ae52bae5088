/** What publishers have that is newer than what is here. */
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { Failure } from "../../job/failure.ts";
import type {
  ImageCatalogue,
  ImageFile,
  ImageFolder,
  ImageLibrary,
  ImageUpdate,
  ResolvedImage,
} from "../../job/image-contract.ts";
import { compareBuilds } from "../../job/compare-builds.ts";

export interface UpdateParts {
  files(): Promise<ImageFolder>;
  catalogue(): Promise<ImageCatalogue>;
  resolve: ImageLibrary["resolve"];
}

export class ImageUpdates {
  readonly #parts: UpdateParts;
  #known = new Map<string, ImageUpdate>();

  constructor(parts: UpdateParts) {
    this.#parts = parts;
  }

  of(imageId: string): ImageUpdate | null {
    return this.#known.get(imageId) ?? null;
  }

  /** A build of the image has come. */
  settle(imageId: string, build: string | null): void {
    const known = this.#known.get(imageId);
    const isOlder = known?.build != null && build !== null && compareBuilds(build, known.build) < 0;
    if (!isOlder) this.#known.delete(imageId);
  }

  /** One publisher after the other; those of images that are not here are not asked. */
  async check(signal: AbortSignal): Promise<{ imageId: string; failure: Failure }[]> {
    const { files, catalogue, resolve } = this.#parts;
    const here = groupByImage((await files()).files);
    const failed: { imageId: string; failure: Failure }[] = [];
    const found = new Map<string, ImageUpdate>();
    const entries = await byIdOrNone(catalogue());
    for (const [imageId, builds] of here) {
      const entry = entries(imageId);
      if (entry === null) continue;
      const outcome = await resolve(entry, signal);
      if (outcome.kind === "aborted") return failed;
      if (outcome.kind === "failed") failed.push({ imageId, failure: outcome.failure });
      else if (isNewer(outcome.image, builds))
        found.set(imageId, { build: outcome.image.build, url: outcome.image.url });
      // Of those nobody could be asked about, what was known before still holds.
      const before = this.of(imageId);
      if (outcome.kind === "failed" && before !== null) found.set(imageId, before);
    }
    this.#known = found;
    return failed;
  }
}

function groupByImage(files: readonly ImageFile[]): Map<string, ImageFile[]> {
  const groups = new Map<string, ImageFile[]>();
  for (const file of files) {
    if (file.note === null) continue;
    groups.set(file.note.imageId, [...(groups.get(file.note.imageId) ?? []), file]);
  }
  return groups;
}

/** Builds are compared where both have one; else the hashes, as far as they are known. */
function isNewer({ build, checksum }: ResolvedImage, here: readonly ImageFile[]): boolean {
  if (build !== null)
    return here.every(({ note }) => note?.build == null || compareBuilds(note.build, build) < 0);
  if (checksum === null) return false;
  const known = here.flatMap(({ note, hashes }) => [
    ...(note?.checksum?.algorithm === checksum.algorithm ? [note.checksum.hex] : []),
    ...(hashes[checksum.algorithm] === undefined ? [] : [hashes[checksum.algorithm]]),
  ]);
  return known.length > 0 && !known.includes(checksum.hex);
}

async function byIdOrNone(reading: Promise<ImageCatalogue>): Promise<ImageCatalogue["byId"]> {
  try {
    return (await reading).byId;
  } catch (error) {
    if (error instanceof CatalogueError) return () => null;
    throw error;
  }
}
