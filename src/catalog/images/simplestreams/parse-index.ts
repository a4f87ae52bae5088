/** A document `index:1.0` of simplestreams → the documents of images it names. Pure. */
import { isRecord } from "../../model-entry.ts";

export interface Indexed {
  /** Addresses of documents with images, or of further indexes. */
  documents: readonly string[];
}

/** Ubuntu's index has a dozen, most of them for clouds. */
const MAX_DOCUMENTS = 100;

/** What a document says it is. */
export function formatOfDocument(document: unknown): "index:1.0" | "products:1.0" | null {
  const format = isRecord(document) ? document["format"] : null;
  return format === "index:1.0" || format === "products:1.0" ? format : null;
}

/** @param base root of the mirror; what would leave it is left out */
export function parseIndex(document: unknown, base: string): Indexed {
  const index = isRecord(document) ? document["index"] : null;
  if (!isRecord(index)) return { documents: [] };
  const documents = Object.values(index).flatMap((entry) => {
    if (!isRecord(entry)) return [];
    const { datatype, format, path } = entry;
    const isImages = format === "index:1.0" || (format === "products:1.0" && (datatype ?? IMAGES) === IMAGES);
    if (!isImages || typeof path !== "string" || !URL.canParse(path, base)) return [];
    const { href } = new URL(path, base);
    return href.startsWith(base) ? [href] : [];
  });
  return { documents: [...new Set(documents)].slice(0, MAX_DOCUMENTS) };
}

/** Others are ids of images in clouds (`image-ids`): nothing to download. */
const IMAGES = "image-downloads";
