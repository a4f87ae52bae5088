/** Settings that people change while the server runs: what is kept of them, and what is told of each. */

/** A value that a person has put in the place of what was given at the start. */
export interface StoredSetting {
  name: string;
  /** As it is written; null: none, where a setting may have none. */
  text: string | null;
  changedAt: number;
}

export interface SettingsStore {
  list(): Promise<StoredSetting[]>;
  /** All of them or none. `text` undefined gives the change up. */
  write(changes: readonly { name: string; text: string | null | undefined }[], now: number): Promise<void>;
}

export const SETTING_SOURCES = ["flag", "environment", "file", "default", "changed"] as const;
export type SettingSource = (typeof SETTING_SOURCES)[number];

export const SETTING_CHANGES = [
  "now",
  "next_start",
  /** Has verbs of its own. */
  "elsewhere",
  /** What the server is reached and guarded by: where it is started only. */
  "never",
] as const;
export type SettingChange = (typeof SETTING_CHANGES)[number];

export const SETTING_FORMS = ["text", "number", "choice", "folder", "file", "secret"] as const;
export type SettingForm = (typeof SETTING_FORMS)[number];

export interface FolderLook {
  /** Null where that cannot be told. */
  freeBytes: number | null;
  /** Why it cannot be used, as the end of a sentence: `cannot be written: its disk is full`. */
  problem: string | null;
}

/** A value and where it comes from. */
export interface SettingValue {
  source: SettingSource;
  /** `HAULYARD_PORT`, `--port`, `haulyard.config.json: port`; null: the default. */
  where: string | null;
  /** As people write it; null: none, or a secret. */
  text: string | null;
  /** Whether there is a value at all: all that is told of a secret. */
  isSet: boolean;
}

export interface SettingView {
  name: string;
  section: string;
  env: string;
  flag: string | null;
  /** A sentence without full stop; values in backticks. */
  about: string;
  /** Follows "expected". */
  expects: string;
  form: SettingForm;
  /** What can be chosen, of a choice. */
  choices: readonly string[];
  /** Whether it may have no value. */
  mayBeNone: boolean;
  /** The default in words. */
  fallback: string;
  changeable: SettingChange;
  /** What counts; if `pending`, from the next start on. */
  value: SettingValue;
  /** What counts when nobody has changed it. */
  given: SettingValue;
  changedAt: number | null;
  /** Another value is in use until the next start. */
  pending: boolean;
  /** Of a folder. */
  folder: FolderLook | null;
}

/** What is wrong with what was asked; each a sentence that begins with the name. */
export interface SettingProblem {
  name: string;
  message: string;
}

export type ChangeOutcome =
  | { kind: "changed" }
  | { kind: "unknown"; name: string }
  | { kind: "refused"; problems: readonly [SettingProblem, ...SettingProblem[]] };

/** Whether a token is good, as the service says that it is for. */
export type TokenTest =
  | { kind: "works"; as: string | null }
  | { kind: "refused" }
  | { kind: "unreachable"; message: string; advice: string }
  | { kind: "none" };

export interface SettingsKeeper {
  /** Grows with every change. */
  readonly version: number;
  view(): Promise<SettingView[]>;
  /** All or nothing. Values as a file of settings has them; null for none. */
  change(values: Readonly<Record<string, unknown>>): Promise<ChangeOutcome>;
  /** Back to what was given. */
  reset(name: string): Promise<ChangeOutcome>;
  /** Null: this is no token that a service knows. */
  test(name: string, signal: AbortSignal): Promise<TokenTest | null>;
}
