/** All that can be asked for, and the plans for it, joined. */
import { join } from "node:path";
import type { CardLibrary, CommandPolicy } from "../job/card-contract.ts";
import type { CardPlanner, ModelCatalogStore, Plan } from "../job/catalog-contract.ts";
import type { Clock } from "../job/clock.ts";
import type { ImageLibrary } from "../job/image-contract.ts";
import { createCardLibrary } from "./cards/card-library.ts";
import { createCardPlanner } from "./cards/plan-card.ts";
import type { ParseMetalink } from "./images/checksum-of-document.ts";
import type { ImageLog } from "./images/image-keeper.ts";
import { createImageLibrary } from "./images/image-library.ts";
import type { ReadPlaces } from "./model-places/watch-places.ts";
import type { Locks } from "../job/lock-contract.ts";
import { createLocks } from "./lock/create-locks.ts";
import { createModelCatalog } from "./model-catalog.ts";
import type { PlanOptions } from "./plan.ts";
import { createPlan } from "./plan.ts";

export interface CatalogsOptions extends Omit<PlanOptions, "catalog" | "cards" | "images" | "places"> {
  /** The model catalogue, and what it begins as where there is none. */
  modelConfigs: string;
  sampleFile: string;
  /** Where models are. */
  places: ReadPlaces;
  /** Folder of the resource cards. */
  resources: string;
  commands: () => CommandPolicy;
  /** Folder of the VM images. */
  imagesDir: string;
  /** Somebody's own catalogue of images, or null. */
  imageCatalog: string | null;
  builtInImages: string;
  /** Where what is known of the images is kept. */
  data: string;
  /** So many builds of an image stay when a newer one has come; null: all. */
  keepImages: number | null;
  parseMetalink: ParseMetalink;
  clock: Clock;
  log: ImageLog;
}

export interface Catalogs {
  catalog: ModelCatalogStore;
  /** Where models are, as it is said now. */
  places: ReadPlaces;
  cards: CardLibrary;
  images: ImageLibrary;
  planner: CardPlanner;
  plan: Plan;
  locks: Locks;
}

export function createCatalogs(options: CatalogsOptions): Catalogs {
  const { modelConfigs, sampleFile, modelsDir, resources, commands, uiHome, places } = options;
  const catalog = createModelCatalog({ file: modelConfigs, sampleFile, modelsDir, places });
  const cards = createCardLibrary({ folder: resources, policy: commands, uiHome });
  const planner = createCardPlanner(cards);
  const images = createImageLibrary({
    ...options,
    folder: options.imagesDir,
    catalogFile: options.imageCatalog,
    builtInFile: options.builtInImages,
    bookFile: join(options.data, "images.json"),
    keepBuilds: options.keepImages,
  });
  const all = { ...options, catalog, cards: planner, images };
  const plan = createPlan(all);
  const locks = createLocks(all);
  return { locks, catalog, places, cards, images, planner, plan };
}
