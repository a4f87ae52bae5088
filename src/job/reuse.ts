/** What is done where a file with the same bytes lies elsewhere on this machine. */
export const REUSE_MODES = [
  /** It is downloaded all the same. */
  "off",
  /** A copy that shares the disk's blocks until one of the two is written to; else it is downloaded. */
  "reflink",
  /** As `copy`, but a second name of the same file comes before a copy: what changes one changes both. */
  "hardlink",
  /** A copy that shares blocks, else an ordinary one. */
  "copy",
] as const;
export type ReuseMode = (typeof REUSE_MODES)[number];

/** How bytes that were here already came to their place. */
export type ReuseWay = "reflink" | "hardlink" | "copy";

/** In the order in which they are tried. */
export function waysOf(mode: ReuseMode): readonly ReuseWay[] {
  switch (mode) {
    case "off":
      return [];
    case "reflink":
      return ["reflink"];
    case "hardlink":
      return ["reflink", "hardlink", "copy"];
    case "copy":
      return ["reflink", "copy"];
    default:
      throw mode satisfies never;
  }
}

const WORDS: Readonly<Record<ReuseWay, string>> = {
  reflink: "shares the bytes of",
  hardlink: "is another name of",
  copy: "was copied from",
};

/** Half a sentence: "was copied from /models/vae/x.safetensors". */
export function reuseWords(way: ReuseWay, path: string): string {
  return `${WORDS[way]} ${path}`;
}
