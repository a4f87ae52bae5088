/**
 * The models a ComfyUI workflow needs: those it declares with their addresses (`properties.models` of nodes, `models`
 * of the whole), also inside subgraphs, and those its loaders merely name. Pure.
 */
import { posix } from "node:path";
import type { Skipped } from "../../job/catalog-contract.ts";
import { readChecksum } from "./read-checksum.ts";
import { isRecord, kindOf } from "../read-json.ts";
import { isModelFile, modelInputsOf } from "./model-inputs.ts";
import type { NeededModel, WorkflowReading } from "./workflow-model.ts";

const { basename } = posix;

type Json = Readonly<Record<string, unknown>>;

interface WorkflowNode {
  id: string;
  type: string;
  json: Json;
  /** Values by the names of their inputs (API format), or in their order. */
  values: Json | readonly unknown[];
  isActive: boolean;
}

/** Of `mode`: the node and all behind it are left out, or it passes its input on. */
const NEVER = 2;
const BYPASSED = 4;

/** @param json the parsed text */
export function readWorkflow(json: unknown): WorkflowReading {
  if (!isRecord(json)) return other(`it is ${kindOf(json)}, not an object`);
  // Images and histories hold it under its name.
  const inner = [json["workflow"], json["prompt"]].find(isWorkflow);
  const whole = isWorkflow(json) ? json : inner;
  if (whole === undefined) return other("it has neither nodes nor the steps of a prompt");
  const collected = new Collected();
  for (const model of listOf(whole["models"])) collected.declare(model, null, "the workflow");
  const nodes = Array.isArray(whole["nodes"]) ? nodesOfPage(whole) : nodesOfPrompt(whole);
  for (const node of nodes) collected.take(node);
  return { kind: "workflow", models: collected.models, skipped: collected.skipped };
}

function other(reason: string): WorkflowReading {
  return { kind: "other", reason };
}

function isWorkflow(value: unknown): value is Json {
  if (!isRecord(value)) return false;
  if (Array.isArray(value["nodes"])) return true;
  const steps = Object.values(value);
  return steps.length > 0 && steps.every((step) => isRecord(step) && typeof step["class_type"] === "string");
}

/** The nodes of the page's format, those of subgraphs and of the older group nodes included. */
function* nodesOfPage(whole: Json): Generator<WorkflowNode> {
  yield* nodesIn(whole["nodes"], "");
  const subgraphs = isRecord(whole["definitions"]) ? listOf(whole["definitions"]["subgraphs"]) : [];
  for (const subgraph of subgraphs) {
    if (isRecord(subgraph)) yield* nodesIn(subgraph["nodes"], `${textOf(subgraph["name"]) ?? "subgraph"}: `);
  }
  const groups = isRecord(whole["extra"]) ? whole["extra"]["groupNodes"] : null;
  if (!isRecord(groups)) return;
  for (const [name, group] of Object.entries(groups)) {
    if (isRecord(group)) yield* nodesIn(group["nodes"], `${name}: `);
  }
}

function* nodesIn(nodes: unknown, where: string): Generator<WorkflowNode> {
  for (const [index, json] of listOf(nodes).entries()) {
    if (!isRecord(json)) continue;
    const { id, mode, widgets_values: values } = json;
    yield {
      id: `${where}${typeof id === "number" || typeof id === "string" ? id : index}`,
      type: textOf(json["type"]) ?? "a node without a type",
      json,
      values: Array.isArray(values) || isRecord(values) ? values : [],
      isActive: mode !== NEVER && mode !== BYPASSED,
    };
  }
}

function* nodesOfPrompt(whole: Json): Generator<WorkflowNode> {
  for (const [id, json] of Object.entries(whole)) {
    if (!isRecord(json)) continue;
    const values = isRecord(json["inputs"]) ? json["inputs"] : {};
    yield { id, type: textOf(json["class_type"]) ?? "", json, values, isActive: true };
  }
}

class Collected {
  readonly skipped: Skipped[] = [];
  /** By file name alone. */
  readonly #byName = new Map<string, readonly NeededModel[]>();

  get models(): readonly NeededModel[] {
    return [...this.#byName.values()].flat();
  }

  take(node: WorkflowNode): void {
    const by = `${node.id} (${node.type})`;
    const properties = isRecord(node.json["properties"]) ? node.json["properties"] : {};
    const used = node.isActive ? usesOf(node) : [];
    for (const model of listOf(properties["models"])) this.declare(model, folderOf(used, model), by);
    for (const { name, folder } of used) this.#add({ name, folder, url: null, checksum: null, by });
  }

  /** @param folder that of the loader it is declared at, where it has one */
  declare(json: unknown, folder: string | null, by: string): void {
    if (!isRecord(json)) return this.#skip(by, `expected a model, got ${kindOf(json)}`);
    const name = textOf(json["name"]);
    if (name === null) return this.#skip(by, `name: expected a file name, got ${kindOf(json["name"])}`);
    const url = textOf(json["url"]);
    if (url === null)
      return this.#skip(`${by}: ${name}`, `url: expected an address, got ${kindOf(json["url"])}`);
    const { checksum, problem } = readChecksum(json["hash"], json["hash_type"]);
    if (problem !== null) this.#skip(`${by}: ${name}`, `${problem}; it is fetched without it`);
    this.#add({ name: slashed(name), folder: textOf(json["directory"]) ?? folder, url, checksum, by });
  }

  #skip(what: string, reason: string): void {
    this.skipped.push({ what, reason });
  }

  /** Many nodes need the same file; each may know something of it. */
  #add(model: NeededModel): void {
    const key = basename(model.name);
    const named = this.#byName.get(key) ?? [];
    const known = named.find((each) => isSame(each, model));
    const both = known === undefined ? model : merge(known, model);
    this.#byName.set(key, [...named.filter((each) => each !== known), both]);
  }
}

/** One that is named without a folder is that of the same name in any; a loader may look for it further below. */
function isSame(one: NeededModel, another: NeededModel): boolean {
  const inOne = one.folder === another.folder || one.folder === null || another.folder === null;
  const called = one.name === another.name || !one.name.includes("/") || !another.name.includes("/");
  return inOne && called;
}

function merge(known: NeededModel, more: NeededModel): NeededModel {
  return {
    // Where a loader looks for it is where it has to be.
    name: known.name.includes("/") ? known.name : more.name,
    folder: known.folder ?? more.folder,
    url: known.url ?? more.url,
    checksum: known.checksum ?? more.checksum,
    by: known.by,
  };
}

interface Use {
  name: string;
  folder: string | null;
}

/** The files a node names. */
function usesOf({ type, values }: WorkflowNode): Use[] {
  const inputs = modelInputsOf(type);
  const named = (value: unknown, folder: string | null): Use[] =>
    typeof value === "string" && isModelFile(value) ? [{ name: slashed(value), folder }] : [];
  if (inputs === null) return Object.values(values).flatMap((value) => named(value, null));
  return inputs.flatMap(({ input, index, folder }) =>
    named(isList(values) ? values[index] : values[input], folder),
  );
}

function folderOf(used: readonly Use[], model: unknown): string | null {
  const name = isRecord(model) ? textOf(model["name"]) : null;
  const [only] = used;
  return used.find((use) => use.name === name)?.folder ?? (used.length === 1 ? (only?.folder ?? null) : null);
}

/** Windows writes folders its own way. */
function slashed(name: string): string {
  return name.replaceAll("\\", "/");
}

function isList(value: Json | readonly unknown[]): value is readonly unknown[] {
  return Array.isArray(value);
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textOf(value: unknown): string | null {
  return typeof value === "string" && value.trim() !== "" ? value.trim() : null;
}
