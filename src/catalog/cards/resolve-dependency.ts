/** `dependencies` of a card → the cards they mean: by AIR, alias or file name. */
import type { Card, Dependency } from "../../job/card-contract.ts";

export type ResolveDependencies = (card: Card) => readonly Dependency[];

export function createResolver(cards: readonly Card[]): ResolveDependencies {
  const names = WAYS.map((namesOf) => {
    const known = new Map<string, Card[]>();
    for (const card of cards) {
      for (const name of new Set(namesOf(card).map(toKey)))
        known.set(name, [...(known.get(name) ?? []), card]);
    }
    return known;
  });
  return (card) => card.facts.dependencies.map((name) => resolve(names, card, name));
}

/** The surest way first: what one way knows, the later ones are not asked. */
const WAYS: readonly ((card: Card) => string[])[] = [
  ({ facts }) => (facts.air === null ? [] : [facts.air]),
  ({ facts }) => [...facts.aliases],
  ({ filepath }) => [filepath, filepath.replace(/\.md$/i, "")],
  ({ filepath }) => {
    const name = filepath.slice(filepath.lastIndexOf("/") + 1);
    return [name, name.replace(/\.md$/i, "")];
  },
  // A model in whatever version.
  ({ facts }) => (facts.air?.includes("@") === true ? [facts.air.slice(0, facts.air.indexOf("@"))] : []),
];

function toKey(name: string): string {
  return name.trim().normalize("NFC").toLowerCase();
}

/** Paths of cards that are named in a problem. */
const MAX_NAMED = 3;

function resolve(
  names: readonly ReadonlyMap<string, readonly Card[]>[],
  card: Card,
  name: string,
): Dependency {
  const key = toKey(name);
  const found = names.map((known) => known.get(key) ?? []).find((cards) => cards.length > 0) ?? [];
  const [only, ...more] = found;
  if (only === undefined)
    return { name, filepath: null, problem: "no card has this AIR, alias or file name" };
  if (more.length > 0) {
    const paths = found.slice(0, MAX_NAMED).map(({ filepath }) => filepath);
    const rest = found.length > MAX_NAMED ? " and others" : "";
    return { name, filepath: null, problem: `several cards go by this name: ${paths.join(", ")}${rest}` };
  }
  if (only.filepath === card.filepath) return { name, filepath: null, problem: "it is the card itself" };
  return { name, filepath: only.filepath, problem: null };
}
