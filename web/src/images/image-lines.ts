/** Sections of images as lines of a grid, so that only those are drawn that are seen. Pure. */
import type { ImageMessage } from "../../../src/wire/images.ts";

export interface ImageSection {
  key: string;
  title: string;
  images: readonly ImageMessage[];
}

export type ImageLine =
  | { kind: "heading"; key: string; title: string; count: number }
  | { kind: "cards"; key: string; images: readonly ImageMessage[] };

/** Sections without an image have no heading either. */
export function toLines(sections: readonly ImageSection[], columns: number): ImageLine[] {
  const lines: ImageLine[] = [];
  for (const { key, title, images } of sections) {
    if (images.length === 0) continue;
    lines.push({ kind: "heading", key, title, count: images.length });
    for (let at = 0; at < images.length; at += columns) {
      const some = images.slice(at, at + columns);
      // The place in the section, not the first image: a line that gets another first card stays the same line.
      lines.push({ kind: "cards", key: `${key} ${at / columns}`, images: some });
    }
  }
  return lines;
}
