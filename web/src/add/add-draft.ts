/** What a person wrote, dropped and chose → what the server is asked. Pure. */
import type { JobRequestMessage } from "../../../src/wire/requests.ts";
import { parseRate } from "../../../src/job/limit/parse-size.ts";
import { checkOne, isNone } from "../limit/limit-draft.ts";
import type { DraftErrors } from "../ui/use-draft.ts";
import { t } from "../words/words.ts";

export interface AddDraft {
  /** Addresses, a list, commands, ids, a workflow: whatever is a source. */
  text: string;
  /** Id of an instance; empty: this machine; `SEVERAL`: those of `places`. */
  to: string;
  /** Places as the server takes them, one on each line. */
  places: string;
  /** What the group is called that several places make; empty: after what is in it. */
  groupName: string;
  /** `yes`: machines of one site fetch each file once; only where several of one are chosen. */
  share: string;
  /** Relative to the downloads folder, or absolute within what the server allows. */
  folder: string;
  /** Of the file; only where there is one. */
  name: string;
  sha256: string;
  priority: string;
  limit: string;
  /** Name of a command of the server; empty: none. */
  afterRun: string;
  /** `yes`: what the source tells of a model is kept beside it. */
  withInfo: string;
}

/** No id of an instance, nor name of a machine. */
export const SEVERAL = "*";

export const EMPTY_DRAFT: AddDraft = {
  text: "",
  to: "",
  places: "",
  groupName: "",
  share: "",
  folder: "",
  name: "",
  sha256: "",
  priority: "0",
  limit: "",
  afterRun: "",
  withInfo: "",
};

/** A file that was dropped and is a source by itself: a workflow, or a picture that holds one. */
export interface Attachment {
  /** Tells two files of the same name apart. */
  key: string;
  name: string;
  /** Bytes of the file. */
  size: number;
  source: string;
}

/** Null: one place. */
export function placesOf({ to, places }: Pick<AddDraft, "to" | "places">): string[] | null {
  if (to !== SEVERAL) return null;
  return places.split("\n").filter((place) => place !== "");
}

/** One line, and nothing else: then its file can be given a name and a hash. */
export function isSingle(text: string, attachments: readonly Attachment[]): boolean {
  const words = text.trim();
  return words !== "" && attachments.length === 0 && !/[\r\n]/.test(words) && !words.startsWith("{");
}

/** What is plainly wrong before the server is asked; it knows the rest. */
export function checkDraft(draft: AddDraft, attachments: readonly Attachment[]): DraftErrors<AddDraft> {
  const errors: DraftErrors<AddDraft> = {};
  if (draft.text.trim() === "" && attachments.length === 0)
    errors.text = t("Paste an address, such as https://example.org/model.safetensors");
  if (isSingle(draft.text, attachments)) Object.assign(errors, checkSingle(draft));
  if (placesOf(draft)?.length === 0) errors.places = t("Choose at least one place");
  const { limit } = checkOne({ limit: draft.limit });
  if (limit !== undefined) errors.limit = limit;
  return errors;
}

/** What only a single file can have. */
export function checkSingle({ name, sha256 }: Pick<AddDraft, "name" | "sha256">): DraftErrors<AddDraft> {
  const errors: DraftErrors<AddDraft> = {};
  const hash = bareHash(sha256);
  if (hash !== "" && !/^[0-9a-f]{64}$/.test(hash))
    errors.sha256 = t("A SHA-256 has 64 hexadecimal digits, this has {n}", { n: hash.length });
  if (/[/\\]/.test(name)) errors.name = t("A name holds no slash; put the folder into its own field");
  return errors;
}

/** What decides what would come of it. A wrong name or hash is not asked about. */
export type PlannedFields = Pick<
  AddDraft,
  "text" | "to" | "places" | "folder" | "name" | "sha256" | "withInfo"
>;

/**
 * The text is one request, for the server names its lines; each attachment is another. For several places: all of them
 * for the first, then for the second, and so on. None: null.
 */
export function toPlanRequests(
  draft: PlannedFields,
  attachments: readonly Attachment[],
): JobRequestMessage[] | null {
  const places = placesOf(draft);
  const requests = sourcesOf(draft, attachments);
  const all =
    places === null ? requests : places.flatMap((to) => requests.map((request) => ({ ...request, to })));
  return all.length === 0 ? null : all;
}

function sourcesOf(draft: PlannedFields, attachments: readonly Attachment[]): JobRequestMessage[] {
  const single = isSingle(draft.text, attachments);
  const folder = draft.folder.trim().replace(/\/+$/, "");
  const wrong = checkSingle(draft);
  const name = single && wrong.name === undefined ? draft.name.trim() : "";
  const sha256 = single && wrong.sha256 === undefined ? bareHash(draft.sha256) : "";
  // A path that ends in a slash names a folder: the server then asks the file's own server for the name.
  const path = folder === "" ? name : `${folder}/${name}`;
  const common = {
    ...(path === "" ? {} : { path }),
    ...(draft.to === "" || draft.to === SEVERAL ? {} : { to: draft.to }),
    ...(draft.withInfo === "" ? {} : { with_info: true }),
  };
  const requests: JobRequestMessage[] = [];
  if (draft.text.trim() !== "")
    requests.push({
      // Lines keep their numbers.
      source: single ? draft.text.trim() : draft.text.trimEnd(),
      ...common,
      ...(sha256 === "" ? {} : { sha256 }),
    });
  requests.push(...attachments.map(({ source }) => ({ source, ...common })));
  return requests;
}

/** How the jobs are queued: nothing of it changes what would come of them. */
export function withTurn<Request extends Omit<JobRequestMessage, "to">>(
  requests: readonly Request[],
  { priority, limit, afterRun }: Pick<AddDraft, "priority" | "limit" | "afterRun">,
): Request[] {
  const turn = {
    ...(priority === "0" ? {} : { priority: Number(priority) }),
    ...(isNone(limit) ? {} : { limit_rate: parseRate(limit) }),
    ...(afterRun === "" ? {} : { after_run: afterRun }),
  };
  return requests.map((request) => ({ ...request, ...turn }));
}

/** The server's word for a field → the form's. */
export function toDraftField(field: string | null): keyof AddDraft | null {
  switch (field?.replace(/^(?:jobs|sources)\.\d+\./, "")) {
    case "source":
    case "sources":
    case "url":
      return "text";
    case "path":
      return "folder";
    case "sha256":
      return "sha256";
    case "to":
      return "to";
    case "name":
      return "groupName";
    case "share":
      return "share";
    case "limit_rate":
      return "limit";
    case "after_run":
      return "afterRun";
    case "priority":
      return "priority";
    case "with_info":
      return "withInfo";
    default:
      return null;
  }
}

/** Hashes are pasted as `sha256:…`, in capitals, or with the name `sha256sum` puts behind them. */
function bareHash(text: string): string {
  const [first = ""] = text.trim().split(/\s+/);
  return first.replace(/^sha-?256[:=-]/i, "").toLowerCase();
}
