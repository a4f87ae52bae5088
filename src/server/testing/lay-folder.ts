/** The folders and catalogues that a server in a test finds. */
import { existsSync } from "node:fs";
import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { TestOptions } from "./test-server.ts";
import { quickFolder } from "../../../test/world/quick-folder.ts";

interface LaidFolder {
  folder: string;
  models: string;
  downloads: string;
  catalogFile: string;
  cards: string;
  imagesDir: string;
  imageCatalogFile: string;
}

/** In the folder that is given, or in a new one; what lies in a given one stays. */
export async function layFolder(options: TestOptions): Promise<LaidFolder> {
  const folder = options.folder ?? quickFolder("haulyard-server-");
  const models = join(folder, "models");
  const downloads = join(folder, "downloads");
  const catalogFile = join(folder, "model_configs.json");
  const cards = join(folder, "resources");
  await mkdir(cards, { recursive: true });
  await mkdir(models, { recursive: true });
  await mkdir(downloads, { recursive: true });
  if (options.folder === undefined || options.catalogue !== undefined)
    await writeFile(catalogFile, `${JSON.stringify(options.catalogue ?? {}, null, 2)}\n`);

  const imagesDir = join(folder, "images");
  const imageCatalogFile = join(folder, "images.json");
  if (options.imageCatalogue !== undefined || !existsSync(imageCatalogFile))
    await writeFile(imageCatalogFile, JSON.stringify(options.imageCatalogue ?? { images: [] }));
  return { folder, models, downloads, catalogFile, cards, imagesDir, imageCatalogFile };
}
