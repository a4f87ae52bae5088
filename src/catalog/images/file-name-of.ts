/** What an image's file is called: after its entry and its build, so that builds lie beside each other. Pure. */
import type { ImageEntry } from "../../job/image-contract.ts";

/** How files of images end; what is packed has two endings. */
export const IMAGE_ENDING = /\.(?:qcow2|raw|img|vmdk|vhdx?|iso|ova)(?:\.(?:xz|gz|bz2|zst))?$/i;

/** `ubuntu-24.04-20260926.img`. Publishers call every build alike, and those of several machines, too. */
export function fileNameOf({ id, format }: ImageEntry, url: string, build: string | null): string {
  const ending = IMAGE_ENDING.exec(new URL(url).pathname)?.[0].toLowerCase() ?? `.${format}`;
  return `${build === null ? id : `${id}-${build}`}${ending}`;
}
