/** Which cards fit a question, and in which order. */
import type { Card, CardQuery } from "../../job/card-contract.ts";

export function findCards(
  cards: readonly Card[],
  { type, ecosystem, tags, search }: CardQuery,
): readonly Card[] {
  const words = (search ?? "")
    .split(/\s+/)
    .filter((word) => word !== "")
    .map(fold);
  const fits = cards.filter(
    (card) => isOfType(card, type) && isOfEcosystem(card, ecosystem) && hasTag(card, tags),
  );
  if (words.length === 0) return fits;
  return fits
    .map((card) => ({ card, rank: rankOf(card, words) }))
    .filter((each): each is { card: Card; rank: number } => each.rank !== null)
    .toSorted((a, b) => a.rank - b.rank)
    .map(({ card }) => card);
}

/** The folder counts too: it is what the old resource queue called the type. */
function isOfType({ facts, filepath }: Card, type: string | undefined): boolean {
  if (type === undefined) return true;
  const wanted = fold(type);
  return fold(facts.type ?? "") === wanted || fold(folderOf(filepath) ?? "") === wanted;
}

function isOfEcosystem({ facts }: Card, ecosystem: string | undefined): boolean {
  return ecosystem === undefined || fold(facts.ecosystem ?? "") === fold(ecosystem);
}

function hasTag({ facts }: Card, tags: readonly string[] | undefined): boolean {
  if (tags === undefined || tags.length === 0) return true;
  const own = new Set(facts.tags.map(fold));
  return tags.some((tag) => own.has(fold(tag)));
}

/** The first folder of a path, or null. */
export function folderOf(filepath: string): string | null {
  const at = filepath.indexOf("/");
  return at === -1 ? null : filepath.slice(0, at);
}

/** 0 is best: the place of the word that is hardest to find. Null: one of them is nowhere. */
function rankOf(card: Card, words: readonly string[]): number | null {
  const { facts, filepath, description } = card;
  const places = [
    facts.title,
    [...facts.tags, ...facts.aliases].join("\n"),
    [filepath, facts.type, facts.ecosystem, facts.basemodel, facts.creator, facts.version, facts.air].join(
      "\n",
    ),
    description,
  ].map(fold);
  let worst = 0;
  for (const word of words) {
    const rank = places.findIndex((place) => place.includes(word));
    if (rank === -1) return null;
    worst = Math.max(worst, rank);
  }
  return worst;
}

/** Small letters without accents: `é` is found by `e`. */
export function fold(text: string): string {
  return text
    .normalize("NFKD")
    .replaceAll(/\p{Mn}/gu, "")
    .toLowerCase();
}
