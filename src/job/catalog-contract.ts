/** What the server and the engine ask of the catalogues. */
import type { Failure } from "./failure.ts";
import type { JobDraft, JobId, Place } from "./job.ts";
import type { ReuseMode } from "./reuse.ts";

/** A model as its entry says it, paths resolved. */
export interface Model {
  setId: string;
  modelId: string;
  name: string;
  url: string;
  /** As written in the entry: relative to the models folder. */
  path: string;
  description: string;
  /** Absolute path of the file. */
  destination: string;
  sha256: string | null;
  /** Bytes, or null. */
  size: number | null;
  /** The command that is run once it is complete, by the name an admin gave it. */
  afterRun?: string;
}

/** An entry that cannot be used, and why. The rest of the file stays usable. */
export interface BadEntry {
  setId: string;
  modelId: string | null;
  reason: string;
}

/** The catalogue file as it is (unknown fields included) and what was made of it. */
export interface ModelCatalogue {
  /** Parsed JSON of the file: `{"<set>": {name, models: {"<id>": {…}}}}`. */
  raw: Record<string, unknown>;
  models: Model[];
  bad: BadEntry[];
}

/** Where models are, besides the models folder. */
export interface ModelFolders {
  /** Absolute. */
  extra: readonly { folder: string }[];
  /** What of the file that names them cannot be used: sentences. */
  problems: readonly string[];
}

/** Outcome of an edit; the field names are those of old system B's requests. */
export type CatalogueEdit =
  | { kind: "done"; modelId: string }
  | { kind: "invalid"; message: string }
  | { kind: "not_found"; message: string }
  | { kind: "conflict"; message: string };

/** The catalogue file as a whole cannot be used. The message says which file, where in it, and why. */
export class CatalogueError extends Error {
  override readonly name = "CatalogueError";
  readonly file: string;
  /** Both count from 1; null where the fault has no place in the text. */
  readonly line: number | null;
  readonly column: number | null;

  constructor(file: string, problem: string, at: { line: number; column: number } | null = null) {
    super(at === null ? `${file} ${problem}` : `${file}, line ${at.line}, column ${at.column}: ${problem}`);
    this.file = file;
    this.line = at?.line ?? null;
    this.column = at?.column ?? null;
  }
}

/** Every verb rejects with `CatalogueError` when the file cannot be read, understood or written. */
export interface ModelCatalogStore {
  read(): Promise<ModelCatalogue>;
  find(setId: string, modelId: string): Promise<Model | BadEntry | null>;
  add(edit: {
    setId: string;
    modelName: string;
    info: Record<string, unknown>;
    newSetName: string | null;
  }): Promise<CatalogueEdit>;
  edit(edit: { setId: string; modelId: string; info: Record<string, unknown> }): Promise<CatalogueEdit>;
  remove(edit: { setId: string; modelId: string }): Promise<CatalogueEdit>;
}

/** `hf-cache`: as huggingface_hub's cache, in its folder, so that programs in Python find them there. */
export const LAYOUTS = ["hf-cache"] as const;
export type Layout = (typeof LAYOUTS)[number];

/** What `POST /jobs` and `add` ask for, checked and typed, not yet resolved. */
export interface JobRequest {
  /**
   * URL, `hf://…`, `civitai://…`, card path, model id, image id, workflow; or a list of several: one per line as aria2
   * reads them, words with addresses in them, lines of curl, wget or aria2c.
   */
  source: string;
  /** A host's id, or null for this machine. */
  to: string | null;
  /** Folder or file; relative to the downloads folder. */
  path: string | null;
  sha256: string | null;
  size: number | null;
  headers: Record<string, string>;
  mirrors: readonly string[];
  priority: number;
  limitBytesPerSecond: number | null;
  replace: boolean;
  after: string | null;
  /** The command to run once it is complete; null: what the card or the entry says. */
  afterRun: string | null;
  /** Of a source that is many files: patterns of those that are wanted; none for all. */
  include: readonly string[];
  /** Patterns of those that are not. */
  exclude: readonly string[];
  /** What the source tells of a model (facts, a preview) is kept beside it. */
  withInfo: boolean;
  /** What is done where the bytes are on this machine already; null: as the setting says. */
  reuse: ReuseMode | null;
  /** How files of Hugging Face lie on the disk; null: each under its own name. */
  layout: Layout | null;
}

/** A part of a source that is left out, and why. */
export interface Skipped {
  /** As the source calls it: a path in a repo, a line of a list. No secrets. */
  what: string;
  reason: string;
  /** Name of a file that nobody knows an address of. */
  file?: string;
}

/** `field` is the one of the request that is at fault. */
export interface Refusal {
  kind: "refused";
  field: string;
  failure: Failure;
  /** Where a person can do something about it: accept a licence, ask for access. */
  page?: string | null;
  /** Where every part of a source is at fault: what is wrong with each. */
  skipped?: readonly Skipped[];
}

/** What a plan tells beyond its jobs. */
interface PlanFacts {
  /** What a person should know before it begins; sentences without secrets. */
  notes?: readonly string[];
}

/** A source that is one job, as commands and single files are. */
export type SinglePlan = ({ kind: "planned"; draft: JobDraft } & PlanFacts) | Refusal;

export type PlanOutcome =
  | SinglePlan
  /** A repo, a folder, a list. There is one draft at least: where nothing is left, the source is refused. */
  | ({
      kind: "many";
      /** What people call the whole. */
      title: string;
      drafts: readonly JobDraft[];
      skipped: readonly Skipped[];
    } & PlanFacts);

/** What is asked for → the jobs that would do it. May ask servers; changes nothing. */
export type Plan = (request: JobRequest, signal: AbortSignal) => Promise<PlanOutcome>;

/** Where commands run, and when. */
export interface CommandRequest {
  place: Place;
  /** `$UI_HOME` there. */
  uiHome: string;
  priority: number;
  after: JobId | null;
}

export interface CardRequest extends CommandRequest {
  /** Below the folder of the cards. */
  filepath: string;
}

/** Commands that were taken from a card by another program. */
export interface CommandsRequest extends CommandRequest {
  /** The card they are said to be from, which need not exist. */
  filepath: string | null;
  commands: readonly string[];
}

/** All commands of a card are one job, in their order. Changes nothing. */
export interface CardPlanner {
  planCard(request: CardRequest): Promise<SinglePlan>;
  planCommands(request: CommandsRequest): Promise<SinglePlan>;
}
