/** The images as routes ask for them. */
import { CatalogueError } from "../../job/catalog-contract.ts";
import type { ImageCatalogue, ImageFolder } from "../../job/image-contract.ts";
import type { Job } from "../../job/job.ts";
import { JobBook } from "../compat/job-book.ts";
import type { ServerParts } from "../parts.ts";
import { RequestError } from "../request-error.ts";
import { joinRows } from "./image-rows.ts";
import type { ImageRow } from "./image-rows.ts";

type Parts = Pick<ServerParts, "engine" | "images">;

/** What is known of the catalogue: all of it, or why it cannot be read. */
export type CatalogueView =
  | { kind: "read"; catalogue: ImageCatalogue }
  | { kind: "broken"; error: CatalogueError };

const NO_CATALOGUE: ImageCatalogue = { entries: [], bad: [], byId: () => null };

export class ImageShelf {
  readonly #parts: Parts;
  readonly #jobs: JobBook<Job>;

  constructor(parts: Parts) {
    this.#parts = parts;
    const { engine } = parts;
    const view = (job: Job): Job | null =>
      job.source.kind === "image" && job.destination !== null ? job : null;
    this.#jobs = new JobBook({ engine, place: engine.node, view });
  }

  /** Keeps up with the feed until the signal aborts. */
  follow(signal: AbortSignal): Promise<void> {
    return this.#jobs.follow(signal);
  }

  /** Files and jobs are shown whatever is wrong with the catalogue. */
  async rows(): Promise<ImageRow[]> {
    const { images } = this.#parts;
    const [view, folder, jobs] = await Promise.all([this.catalogue(), images.files(), this.#jobs.collect()]);
    const catalogue = view.kind === "read" ? view.catalogue : NO_CATALOGUE;
    const updateOf = (imageId: string): ReturnType<typeof images.updateOf> => images.updateOf(imageId);
    return joinRows({ catalogue, files: folder.files, jobs: [...jobs.values()], updateOf });
  }

  /** Throws the answer for an image that nobody knows, and where nobody can know. */
  async row(id: string, field = "id"): Promise<ImageRow> {
    const row = (await this.rows()).find((each) => each.id === id);
    if (row !== undefined) return row;
    const view = await this.catalogue();
    if (view.kind === "broken") throw new RequestError("file_broken", `${view.error.message}.`, field);
    const fault = view.catalogue.bad.find((each) => each.id === id);
    if (fault === undefined) throw new RequestError("not_found", "There is no image with this id.", field);
    const about = [fault.field, fault.reason].filter((word) => word !== "").join(" ");
    throw new RequestError("file_broken", `The catalogue's entry cannot be used: ${about}.`, field);
  }

  async catalogue(): Promise<CatalogueView> {
    try {
      return { kind: "read", catalogue: await this.#parts.images.catalogue() };
    } catch (error) {
      if (error instanceof CatalogueError) return { kind: "broken", error };
      throw error;
    }
  }

  files(): Promise<ImageFolder> {
    return this.#parts.images.files();
  }
}
