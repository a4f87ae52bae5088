/**
 * The nouns. A job takes one source to one place, in steps.
 *
 * Facts are stored (bytes, epoch milliseconds); percent, ETA and texts are computed from them.
 */
import type { Failure } from "./failure.ts";
import type { GroupId } from "./group.ts";
import type { Linking } from "./linking.ts";
import type { JobState } from "./job-state.ts";
import type { ToolName } from "./output-contract.ts";
import type { Progress } from "./progress.ts";
import type { ReuseMode } from "./reuse.ts";
import type { Sharing, SharingDraft } from "./sharing/sharing-contract.ts";

/** UUID (RFC 9562) in lower case. */
export type JobId = string;

/** What was asked for. URLs may hold secrets: never show one without `redactUrl`. */
export type Source =
  | { kind: "url"; url: string }
  | { kind: "model"; setId: string; modelId: string }
  | { kind: "card"; filepath: string }
  /** `build`: which one of an image that is built again and again; none for an image of no catalogue. */
  | { kind: "image"; imageId: string; build?: string | null }
  | { kind: "huggingface"; repo: string; revision: string; filepath: string }
  | { kind: "civitai"; versionId: number; fileId: number | null }
  | { kind: "workflow"; name: string; filepath: string };

export const SOURCE_KINDS = [
  "url",
  "model",
  "card",
  "image",
  "huggingface",
  "civitai",
  "workflow",
] as const satisfies readonly Source["kind"][];

/** Where it goes: a machine that runs Haulyard, or an instance reached over SSH. */
export type Place = { kind: "node"; name: string } | { kind: "ssh"; hostId: string };

export type ChecksumAlgorithm = "sha256" | "sha512" | "sha1" | "md5" | "blake3";

/** A hash that somebody published for the file, and who. */
export interface Checksum {
  algorithm: ChecksumAlgorithm;
  /** Lower-case hexadecimal. */
  hex: string;
  /** Where it was learnt, in the words shown to people: `X-Linked-Etag`, `model entry`, `request`. */
  origin: string;
}

/** What is done about a file that already has the final name and is not the one asked for. */
export type IfExists =
  /** Fail with `destination_exists`; the file stays as it is. */
  | "refuse"
  /** Take a shorter file as the beginning of this one, if its last MiB is the same on the server. */
  | "adopt"
  /** Put the new file in its place, once it is whole. */
  | "replace";

/** One URL to one file: a transfer of our own on this machine, and on an instance by the tool that is there. */
export interface TransferStep {
  kind: "transfer";
  url: string;
  /** Other URLs of the same bytes. */
  mirrors: readonly string[];
  /** Absolute path on the place of the folder the file goes to. */
  folder: string;
  /** Name of the file in `folder`; null while only the server can tell it, which it has to before there is a job on an instance. */
  name: string | null;
  /** Bytes, where the source says so. */
  size: number | null;
  checksum: Checksum | null;
  /** Extra request headers; may hold secrets. Sent to the origin of `url` only. */
  headers: Readonly<Record<string, string>>;
  ifExists: IfExists;
  /** What is done where the bytes are on this machine already; none: as the setting says. */
  reuse?: ReuseMode;
  /**
   * `public`: the addresses were named by a public server: none of them may lead into a private network. `restricted`:
   * whoever asked may reach public servers only, and what the settings allow to everybody; retries keep to it.
   * `machine`: it is what another machine of this queue announced, and no address that anybody asked for: only while a
   * step runs.
   */
  reach?: "public" | "restricted" | "machine";
  /** On an instance: absolute paths of files there that may have the same bytes; their hash is looked at first. */
  twins?: readonly string[];
  /** On this machine: what is made once the file is in its place. */
  linking?: Linking;
}

/** A file that a command should have produced once it is done, as far as its words tell. */
export interface ExpectedFile {
  /** Folder on the place: absolute, or in the home there (`~`, `~/…`). */
  folder: string;
  /** Null: the server or the tool chooses the name, or there are many files. */
  name: string | null;
  /** Addresses of the same bytes, the first is tried first; may hold secrets. Empty where none is known. */
  urls: readonly string[];
  /** Bytes, where the card or the source says so. */
  size: number | null;
  checksum: Checksum | null;
}

/** A shell line, run here or on an instance. All that is known of it was found out when the job was planned. */
export interface CommandStep {
  kind: "command";
  /** What the shell is given, letter for letter; may hold secrets. */
  line: string;
  /** The same for people: without secrets. */
  shown: string;
  /** From the comment above the line in the card, if there is one. */
  title: string | null;
  /** Whose output is to be read; `auto` where there are several tools, or none that is known. */
  tool: ToolName;
  /** Exported to it: `UI_HOME`. No secrets: they lie on the instance for as long as the run is kept. */
  environment: Readonly<Record<string, string>>;
  expects: readonly ExpectedFile[];
  /** Run again it does no harm: it goes on from the bytes that are there, as wget does, which gets `-c` then. */
  resumes: boolean;
  /** One plain call that fetches the one expected file from its addresses and does nothing else. */
  isPlainFetch: boolean;
}

export type Step = TransferStep | CommandStep;

/** How sure we are of the bytes under the final name. */
export type ChecksumState =
  | { kind: "verified"; algorithm: ChecksumAlgorithm; hex: string; origin: string }
  | { kind: "unverified"; reason: string };

/** What is asked of the queue: a job before it has an identity. */
export interface JobDraft {
  source: Source;
  place: Place;
  steps: readonly Step[];
  /** What people call it: a file name, a model's name, a card's title. */
  name: string;
  /**
   * Absolute path of the file on the place, or null while unknown or where there are several.
   * Among the jobs of a place that are not ended, a destination occurs once.
   */
  destination: string | null;
  /** −1000 to 1000; higher goes first. */
  priority: number;
  /** Bytes per second for this job alone, or null. */
  limitBytesPerSecond: number | null;
  /** Waits until this job has ended or is gone; null for none. */
  after: JobId | null;
  /** The command that is run once it is complete, by the name an admin gave it; none: none. */
  afterRun?: string | null;
  /** Others want the same file at the same site, and it is fetched once for all; none: it has nothing to do with others. */
  sharing?: SharingDraft;
  /** It begins paused: not a byte is asked for before a person lets it go on. Of a job its state tells. */
  paused?: boolean;
}

export interface Job extends JobDraft {
  id: JobId;
  /** Grows with every job of this store: the order of arrival. */
  sequence: number;
  /** Epoch milliseconds, as are all times. */
  createdAt: number;
  /** Of the last state change. */
  updatedAt: number;
  /** When the first run began. */
  startedAt: number | null;
  endedAt: number | null;
  state: JobState;
  /** `after`, as long as that job has not ended; else the job that fetches the file for this one's site, too. */
  waitsFor: JobId | null;
  sharing?: Sharing;
  /** A person lets it run at hours when downloads may not: until it ends, or is paused by a person. */
  runsNow: boolean;
  /** What was asked for in one go with others. */
  groups: readonly GroupId[];
  progress: Progress;
  /** Set once the job is complete. */
  checksumState: ChecksumState | null;
}

/** One state change, as the history shows it. */
export interface HistoryLine {
  at: number;
  from: JobState["kind"] | null;
  to: JobState["kind"];
  /** Why, in a sentence or a few words; no secrets. */
  reason: string;
  failure: Failure | null;
}
