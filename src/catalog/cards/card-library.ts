/** The folder of the cards, looked at anew for every question; only files that changed are read again. */
import { resolve } from "node:path";
import type {
  BrokenCard,
  Card,
  CardCollection,
  CardLibrary,
  CommandPolicy,
} from "../../job/card-contract.ts";
import { judgeCommand } from "../commands/judge-command.ts";
import { findCards } from "./find-cards.ts";
import type { ParsedCard } from "./parse-card.ts";
import { readCardFile } from "./read-card-file.ts";
import { createResolver } from "./resolve-dependency.ts";
import { scanFolder } from "./scan-folder.ts";

export interface CardLibraryOptions {
  /** `HAULYARD_RESOURCES`; it need not exist. */
  folder: string;
  /** `HAULYARD_COMMANDS`, as it is at each question. */
  policy: () => CommandPolicy;
  /** What `$UI_HOME` is where nothing else is said. */
  uiHome: string;
}

/**
 * No watcher: what it misses (network shares, full queues) would stay wrong, and a look at a thousand files
 * takes some milliseconds.
 */
export function createCardLibrary({ folder, policy, uiHome }: CardLibraryOptions): CardLibrary {
  const absolute = resolve(folder);
  const look = createLook(absolute);
  let running: Promise<CardCollection> | null = null;
  let next: Promise<CardCollection> | null = null;
  const start = (): Promise<CardCollection> => {
    next = null;
    running = look().finally(() => {
      running = null;
    });
    return running;
  };
  return {
    folder: absolute,
    read() {
      if (running === null) return start();
      // A look that has begun may have passed what was changed since: all who ask meanwhile share the next one.
      next ??= running.then(start, start);
      return next;
    },
    judge: (command, there) => judgeCommand(policy(), command, there ?? uiHome),
  };
}

interface Kept {
  stamp: string;
  parsed: ParsedCard;
}

/** Remembers what the last look found. */
function createLook(folder: string): () => Promise<CardCollection> {
  let known = new Map<string, Kept>();
  let last: { key: string; collection: CardCollection } | null = null;
  return async () => {
    const { files, refused } = await scanFolder(folder);
    const found = new Map<string, Kept>();
    for (const { filepath, full, stamp } of files) {
      const kept = known.get(filepath);
      const parsed = kept?.stamp === stamp ? kept.parsed : await readCardFile(full, filepath);
      if (parsed !== null) found.set(filepath, { stamp, parsed });
    }
    known = found;
    const key = JSON.stringify([refused, [...found].map(([filepath, { stamp }]) => [filepath, stamp])]);
    if (last?.key !== key) last = { key, collection: collect([...found.values()], refused) };
    return last.collection;
  };
}

function collect(kept: readonly Kept[], refused: readonly BrokenCard[]): CardCollection {
  const cards: Card[] = [];
  const broken: BrokenCard[] = [...refused];
  for (const { parsed } of kept) {
    if (parsed.kind === "card") cards.push(parsed.card);
    else broken.push(parsed.card);
  }
  broken.sort((a, b) => (a.filepath < b.filepath ? -1 : 1));
  return createCollection(cards, broken);
}

function createCollection(cards: readonly Card[], broken: readonly BrokenCard[]): CardCollection {
  const paths = new Map([...broken, ...cards].map((each) => [each.filepath, each]));
  return {
    cards,
    broken,
    byPath: (filepath) => paths.get(filepath) ?? null,
    find: (query) => findCards(cards, query),
    dependenciesOf: createResolver(cards),
  };
}
