/** Which file of a version is meant. Pure. */
import type { FileWish } from "./read-address.ts";
import type { CivitaiFile } from "./read-version.ts";

export type Choice = { kind: "chosen"; file: CivitaiFile } | { kind: "none"; reason: string };

const WISHES = ["format", "size", "fp", "type"] as const;

/** The one asked for by id; else the primary one of those that fit, else the first. */
export function chooseFile(files: readonly CivitaiFile[], wish: FileWish): Choice {
  const byId = wish.fileId === null ? files : files.filter(({ id }) => id === wish.fileId);
  const fitting = byId.filter((file) => WISHES.every((name) => fits(wish[name], file[name])));
  const file =
    fitting.find(({ isPrimary }) => isPrimary) ??
    fitting.find(({ type }) => type === "Model" || type === "Pruned Model") ??
    fitting[0];
  if (file !== undefined) return { kind: "chosen", file };
  if (files.length === 0) return { kind: "none", reason: "it has no files" };
  const wished = [
    ...(wish.fileId === null ? [] : [`fileId=${wish.fileId}`]),
    ...WISHES.flatMap((name) => (wish[name] === null ? [] : [`${name}=${wish[name]}`])),
  ];
  return {
    kind: "none",
    reason: `none of its files has ${wished.join(", ")}; there are ${files.map(describe).join("; ")}`,
  };
}

/** Extensions that an AIR names its formats by. */
const FORMATS: Readonly<Record<string, string>> = {
  safetensors: "safetensor",
  safetensor: "safetensor",
  ckpt: "pickletensor",
  pt: "pickletensor",
  pth: "pickletensor",
};

function fits(wished: string | null, has: string | null): boolean {
  if (wished === null) return true;
  const [want, is] = [wished, has ?? ""].map((word) => FORMATS[word.toLowerCase()] ?? word.toLowerCase());
  return want === is;
}

/** Longest list that is told; of more files the rest is left out. */
const MAX_NAME_LENGTH = 80;

function describe({ name, type, format, size, fp }: CivitaiFile): string {
  const facts = [type, format, size, fp].filter((each) => each !== null);
  return `${name.slice(0, MAX_NAME_LENGTH)} (${facts.join(", ")})`;
}
