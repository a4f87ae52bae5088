import type { BadEntry, Model, ModelCatalogue } from "../job/catalog-contract.ts";
import { valueAt, type CatalogueText } from "./catalogue-text.ts";
import { memberOf, type JsonMember, type JsonObject } from "./json-document.ts";
import { isBad, isRecord, readEntry } from "./model-entry.ts";
import { DiskMemory } from "./disk-memory.ts";
import type { ModelPlaces } from "./model-places/model-places.ts";

type Entry = Model | BadEntry;

/** Entries looked up on the disk at a time: all of ten thousand would keep the collector of garbage busier than the disk. */
const AT_ONCE = 64;

/** Everything a catalogue holds, in the order of the file; what cannot be used is named with its reason. */
export async function readCatalogue(
  { text, root }: CatalogueText,
  places: ModelPlaces,
): Promise<ModelCatalogue> {
  const memory = new DiskMemory();
  const counts = lastOnes(root);
  const perSet = root.members.map(async (set): Promise<Entry[]> => {
    if (isRemark(set)) return [];
    if (!counts.has(set)) return [badSet(set.key, TWICE)];
    if (set.value.kind !== "object") return [badSet(set.key, "a set must be an object with name and models")];
    const list = memberOf(set.value, "models")?.value;
    if (list?.kind !== "object") return [badSet(set.key, "models must be an object of entries")];
    const countsHere = lastOnes(list);
    const read = async (member: JsonMember): Promise<Entry> => {
      const key = { setId: set.key, modelId: member.key };
      if (!countsHere.has(member)) return { ...key, reason: TWICE };
      return readEntry(key, valueAt(text, member.value), places, memory);
    };
    const entries: Entry[] = [];
    for (let at = 0; at < list.members.length; at += AT_ONCE)
      entries.push(...(await Promise.all(list.members.slice(at, at + AT_ONCE).map(read))));
    return entries;
  });
  const entries = refuseSharedFiles((await Promise.all(perSet)).flat());
  const raw: unknown = valueAt(text, root);
  return {
    raw: isRecord(raw) ? raw : {},
    models: entries.filter((entry): entry is Model => !isBad(entry)),
    bad: entries.filter(isBad),
  };
}

const TWICE = "this id occurs twice in the file; the last one counts";

/**
 * One path is one file: entries may share a path only if they mean the same bytes. Of entries that do not, the
 * first in the file is used. Otherwise the second would show the first one's download as its own and would
 * take a file with other content for its own, finished one.
 */
function refuseSharedFiles(entries: Entry[]): Entry[] {
  const first = new Map<string, Model>();
  return entries.map((entry) => {
    if (isBad(entry)) return entry;
    const other = first.get(entry.destination);
    if (other === undefined) {
      first.set(entry.destination, entry);
      return entry;
    }
    if (sameBytes(entry, other)) return entry;
    const { setId, modelId } = entry;
    return {
      setId,
      modelId,
      reason: `path is the one of ${other.setId}/${other.modelId}, which has another url: ${JSON.stringify(entry.path)}`,
    };
  });
}

function sameBytes(one: Model, other: Model): boolean {
  return one.url === other.url || (one.sha256 !== null && one.sha256 === other.sha256);
}

/** `$schema`, `_comment` and the like: text for people beside the sets. */
function isRemark({ key, value }: JsonMember): boolean {
  return value.kind !== "object" && (key.startsWith("$") || key.startsWith("_"));
}

/** Of members with the same key, the last. */
function lastOnes({ members }: JsonObject): Set<JsonMember> {
  return new Set(new Map(members.map((member) => [member.key, member])).values());
}

function badSet(setId: string, reason: string): BadEntry {
  return { setId, modelId: null, reason };
}
