/** Resource cards (CONTRACT §6): markdown files that say what to fetch onto an instance, and with which commands. */

/** Something about a card that a person should know; the card works all the same. */
export interface CardRemark {
  /** Counts from 1 in the card's file. */
  line: number;
  message: string;
}

/** What the front matter says, typed. What it does not say is null or empty. */
export interface CardFacts {
  /** Never empty: without one it is the file's name. */
  title: string;
  tags: readonly string[];
  version: string | null;
  /** As written; a day in ISO 8601 where the author kept to it. */
  published: string | null;
  /** Bytes of all its files together. */
  size: number | null;
  creator: string | null;
  ecosystem: string | null;
  basemodel: string | null;
  type: string | null;
  /** Identifier of the resource: an AIR (`urn:air:…`) or a name of the author's own. */
  air: string | null;
  image: string | null;
  license: string | null;
  url: string | null;
  /** AIRs, aliases or file names of other cards. */
  dependencies: readonly string[];
  aliases: readonly string[];
  /** SHA-256 of its files, lower case; `file` is null where the card has one file and does not name it. */
  hashes: readonly { file: string | null; sha256: string }[];
}

export interface Card {
  /** Path below the folder of the cards, with forward slashes; the card's name everywhere. */
  filepath: string;
  facts: CardFacts;
  /** The front matter as it was written: fields that are not known here included. May hold secrets. */
  frontMatter: Readonly<Record<string, unknown>>;
  /** Markdown before the Download heading. */
  description: string;
  /** Text of the code blocks below it, as written. May hold secrets; `commands` have a form without. */
  script: string;
  /** In order; at least one. */
  commands: readonly CardCommand[];
  remarks: readonly CardRemark[];
}

/** A file that is no usable card, and why. */
export interface BrokenCard {
  filepath: string;
  /** Null where the fault has no place in the text. */
  line: number | null;
  reason: string;
  /** It has no Download heading: rather a note among the cards than a card gone wrong. */
  isNote: boolean;
}

export interface CardCommand extends CommandReading {
  /** Where it begins in the card's file, from 1. */
  line: number;
  /** What the comment before it says, or null. */
  name: string | null;
  /** What a shell is given: one line unless it cannot be one. May hold secrets. */
  text: string;
}

/** What a shell command does, as far as it can be told without running it. */
export interface CommandReading {
  /** The command without secrets, for people to see. */
  shown: string;
  /** Every program it calls, in order, those inside pipes and loops included. */
  calls: readonly Call[];
  /** Why it is more than plain calls: a pipe, a loop, a value only the shell knows. Null: it is plain. */
  notPlain: string | null;
  /** What looks wrong with it; half sentences. */
  remarks: readonly string[];
}

export type Call =
  | DownloadCall
  /** `mkdir`, `cd`, `git lfs install`: prepares a download. */
  | { kind: "prepare"; program: string; paths: readonly CommandPath[] }
  /** A program that is no download tool known here. */
  | { kind: "other"; program: string };

export const DOWNLOAD_TOOLS = [
  "wget",
  "wget2",
  "busybox wget",
  "curl",
  "aria2c",
  "civitdl",
  "hf",
  "huggingface-cli",
  "git",
  "git lfs",
  "rclone",
] as const;
export type DownloadTool = (typeof DOWNLOAD_TOOLS)[number];

export interface DownloadCall {
  kind: "download";
  tool: DownloadTool;
  fetches: readonly Fetch[];
  /** Run again, it goes on from the bytes that are there. */
  resumes: boolean;
  /** Names of the headers it sends. */
  headers: readonly string[];
  /** How it proves who asks: `--api-key`, `Authorization header`. Never the secret. */
  credentials: readonly string[];
  /** Options this program's description here does not know. */
  unknownOptions: readonly string[];
  /** Options that run programs, send files away or change what other options mean. */
  riskyOptions: readonly string[];
  /** Options that change how files are asked for or written: another tool without them would not do the same. */
  manners: readonly string[];
}

/** One file, or one repository of files, and where it goes. */
export interface Fetch {
  /**
   * Addresses of the same bytes, the first is tried first; with secrets, variables as `${NAME}`. Empty where
   * a file lists them.
   */
  urls: readonly string[];
  folder: CommandPath;
  /** Name of the file in the folder; null: the server or the tool chooses, or there are many. */
  file: string | null;
}

/**
 * A path as a command names it. `path` is normalised, relative to its base and without a slash in front;
 * it begins with `..` where it leaves the base.
 */
export interface CommandPath {
  /**
   * `start`: the folder the command starts in. `root`: absolute. `unknown`: only the shell knows,
   * `path` is how the command writes it.
   */
  base: "ui_home" | "home" | "root" | "start" | "unknown";
  path: string;
}

/** What `HAULYARD_COMMANDS` says: `known` allows plain calls of download tools, into `$UI_HOME`. */
export type CommandPolicy = "any" | "known";

export type CommandVerdict = { kind: "allowed" } | { kind: "refused"; reason: string };

/** A dependency of a card, and the card that it is. */
export interface Dependency {
  /** As the front matter names it. */
  name: string;
  /** The card's path, or null: no card, or more than one, goes by this name. */
  filepath: string | null;
  /** Why there is none. */
  problem: string | null;
}

/** Which cards; what is not given does not matter. Letters count the same small and large. */
export interface CardQuery {
  /** The type the front matter names, or the folder the card lies in. */
  type?: string | undefined;
  ecosystem?: string | undefined;
  /** One of them is enough. */
  tags?: readonly string[] | undefined;
  /** All of its words stand somewhere in the card: title, tags, description and the like. */
  search?: string | undefined;
}

/** All there is in the folder of the cards. */
export interface CardCollection {
  /** In the order of their paths. */
  cards: readonly Card[];
  broken: readonly BrokenCard[];
  byPath(filepath: string): Card | BrokenCard | null;
  /** In the order of the paths; with a search the best first. */
  find(query: CardQuery): readonly Card[];
  dependenciesOf(card: Card): readonly Dependency[];
}

/** The folder of the cards. */
export interface CardLibrary {
  /** Absolute. */
  folder: string;
  /** What is there now: a card that was changed, added or deleted counts from the next question on. */
  read(): Promise<CardCollection>;
  /**
   * Whether this server lets a command run.
   *
   * @param uiHome what `$UI_HOME` is where it is to run; without it what the setting says
   */
  judge(command: Pick<CommandReading, "calls" | "notPlain">, uiHome?: string): CommandVerdict;
}
