/** What an edit makes of the catalogue's text. Nothing is written here. */
import type { CatalogueEdit, ModelCatalogStore } from "../job/catalog-contract.ts";
import { redactUrl } from "../job/redact.ts";
import { understand, type CatalogueText } from "./catalogue-text.ts";
import { memberOf, type JsonMember, type JsonObject } from "./json-document.ts";
import { rawAt, removeAt, setAt, setRawAt } from "./json-edit.ts";
import { isBad, isRecord, readEntry, refuseText } from "./model-entry.ts";
import { makeModelId, refuseSetId } from "./model-id.ts";
import { readCatalogue } from "./read-catalogue.ts";
import { DiskMemory } from "./disk-memory.ts";
import type { ModelPlaces } from "./model-places/model-places.ts";

/** The answer, and the text to write; null where nothing is to be written. */
export interface Change {
  edit: CatalogueEdit;
  text: string | null;
}

type AddRequest = Parameters<ModelCatalogStore["add"]>[0];
type EditRequest = Parameters<ModelCatalogStore["edit"]>[0];
type RemoveRequest = Parameters<ModelCatalogStore["remove"]>[0];

export async function addModel(
  now: CatalogueText,
  request: AddRequest,
  places: ModelPlaces,
): Promise<Change> {
  const { setId, modelName, info, newSetName } = request;
  const wrong =
    refuseSetId(setId) ??
    refuseText(modelName, "model_name", 200) ??
    (newSetName === null ? null : refuseText(newSetName, "new_group_name", 200)) ??
    refuseInfo(info);
  if (wrong !== null) return invalid(wrong);

  let { text } = now;
  const set = memberOf(now.root, setId);
  if (newSetName !== null) {
    if (set !== undefined) return conflict(`The set ${quote(setId)} exists already.`);
    text = setAt(text, [setId], { name: newSetName, models: {} });
  } else {
    if (set === undefined) return noSet(setId);
    if (set.value.kind !== "object") return damaged(setId);
    const models = memberOf(set.value, "models");
    if (models === undefined) text = setAt(text, [setId, "models"], {});
    else if (models.value.kind !== "object") return damaged(setId);
  }
  const modelId = makeModelId(modelName, (id) => rawAt(text, [setId, "models", id]) !== null);
  const entry = Object.fromEntries(
    Object.entries({ name: modelName, ...info }).filter(([field, value]) => !isUnknown(field, value)),
  );
  return check(now, setAt(text, [setId, "models", modelId], entry), { setId, modelId }, places);
}

export async function editModel(
  now: CatalogueText,
  request: EditRequest,
  places: ModelPlaces,
): Promise<Change> {
  const { setId, modelId, info } = request;
  const wrong = refuseInfo(info);
  if (wrong !== null) return invalid(wrong);
  const set = memberOf(now.root, setId);
  if (set === undefined) return noSet(setId);
  if (set.value.kind !== "object") return damaged(setId);

  let { text } = now;
  if (entryOf(set, modelId) === undefined) {
    const homes = setsWith(now.root, modelId);
    const [home] = homes;
    if (home === undefined) return noModel(setId, modelId);
    if (homes.length > 1)
      return conflict(
        `Several sets have a model ${quote(modelId)}: ${homes.map(({ key }) => quote(key)).join(", ")}.`,
      );
    const moved = rawAt(text, [home.key, "models", modelId]) as string;
    text = removeAt(text, [home.key, "models", modelId]);
    if (memberOf(set.value, "models") === undefined) text = setAt(text, [setId, "models"], {});
    else if (memberOf(set.value, "models")?.value.kind !== "object") return damaged(setId);
    // As text, so that it looks in its new set as it did in the old one.
    text = setRawAt(text, [setId, "models", modelId], moved);
  }
  return check(now, setFields(text, [setId, "models", modelId], info), { setId, modelId }, places);
}

export async function removeModel(now: CatalogueText, request: RemoveRequest): Promise<Change> {
  const { setId, modelId } = request;
  const set = memberOf(now.root, setId);
  if (set === undefined) return noSet(setId);
  if (entryOf(set, modelId) === undefined) return noModel(setId, modelId);
  return {
    edit: { kind: "done", modelId },
    text: removeAt(now.text, [setId, "models", modelId]),
  };
}

/** Writes the fields of a request into an entry; fields it does not mention stay. */
function setFields(text: string, path: readonly string[], info: Record<string, unknown>): string {
  const stored: unknown = JSON.parse(rawAt(text, path) as string);
  if (!isRecord(stored)) return setAt(text, path, info);
  let result = text;
  const has = (field: string): boolean => Object.hasOwn(stored, field);
  const change = { ...info };
  // Clients see the URL without its secrets; when that comes back, nobody has changed it.
  if (typeof stored["url"] === "string" && change["url"] === redactUrl(stored["url"])) delete change["url"];
  // The hash and the size were those of the file the old URL leads to.
  if (change["url"] !== undefined && change["url"] !== stored["url"])
    for (const field of ["sha256", "size"])
      if (has(field) && change[field] === undefined) change[field] = null;
  for (const [field, value] of Object.entries(change)) {
    if (isUnknown(field, value)) result = has(field) ? removeAt(result, [...path, field]) : result;
    else if (!has(field) || JSON.stringify(stored[field]) !== JSON.stringify(value))
      result = setAt(result, [...path, field], value);
  }
  return result;
}

/** Lets a new text pass only if the entry is good in it, and no other entry became bad by it. */
async function check(
  now: CatalogueText,
  text: string,
  key: { setId: string; modelId: string },
  places: ModelPlaces,
): Promise<Change> {
  const after = understand(now.file, text);
  const value: unknown = JSON.parse(rawAt(text, [key.setId, "models", key.modelId]) as string);
  const entry = await readEntry(key, value, places, new DiskMemory());
  if (isBad(entry)) return invalid(entry.reason);
  const known = new Set((await readCatalogue(now, places)).bad.map(nameOf));
  const fresh = (await readCatalogue(after, places)).bad.find((bad) => !known.has(nameOf(bad)));
  if (fresh !== undefined)
    return conflict(
      fresh.setId === key.setId && fresh.modelId === key.modelId
        ? fresh.reason
        : `${fresh.setId}/${fresh.modelId ?? ""} could not be used any more: ${fresh.reason}`,
    );
  return { edit: { kind: "done", modelId: key.modelId }, text };
}

function nameOf({ setId, modelId }: { setId: string; modelId: string | null }): string {
  return JSON.stringify([setId, modelId]);
}

function refuseInfo(info: Record<string, unknown>): string | null {
  return Object.hasOwn(info, "__proto__") ? "model_info must not hold a field '__proto__'" : null;
}

/** A hash or size left empty in a form is one that nobody knows. */
function isUnknown(field: string, value: unknown): boolean {
  return (
    value === undefined || ((field === "sha256" || field === "size") && (value === null || value === ""))
  );
}

function setsWith(root: JsonObject, modelId: string): JsonMember[] {
  return root.members.filter((set) => memberOf(root, set.key) === set && entryOf(set, modelId) !== undefined);
}

function entryOf(set: JsonMember, modelId: string): JsonMember | undefined {
  const models = memberOf(set.value, "models");
  return models && memberOf(models.value, modelId);
}

function quote(id: string): string {
  return JSON.stringify(id);
}

function invalid(message: string): Change {
  return { edit: { kind: "invalid", message }, text: null };
}

function conflict(message: string): Change {
  return { edit: { kind: "conflict", message }, text: null };
}

function damaged(setId: string): Change {
  return conflict(
    `The set ${quote(setId)} is not an object with name and models; mend it in the file first.`,
  );
}

function noSet(setId: string): Change {
  return { edit: { kind: "not_found", message: `There is no set ${quote(setId)}.` }, text: null };
}

function noModel(setId: string, modelId: string): Change {
  const message = `There is no model ${quote(modelId)} in the set ${quote(setId)}.`;
  return { edit: { kind: "not_found", message }, text: null };
}
