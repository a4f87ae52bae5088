/** What one setting is. */
import type { SettingChange } from "../job/settings-contract.ts";
import type { Base, Kind } from "./kinds.ts";

export const SECTIONS = [
  "Server",
  "Folders and files",
  "Queue",
  "Notifications",
  "Sources",
  "Network",
  "Access",
] as const;
export type Section = (typeof SECTIONS)[number];

/** What the default of a setting may depend on. */
export interface Known {
  data: string;
  uiHome: string;
  base: Base;
  exists: (path: string) => boolean;
  /** Of the environment, for what other programs agree on; empty ones give nothing. */
  variable: (name: string) => string | undefined;
}

/** A fixed value, or one made of other settings; `text` is how people read it. */
export type Default<T> = { text: string; value: T } | { text: string; from: (known: Known) => T };

export interface Row<T> {
  section: Section;
  env: string;
  /** Other names of the variable that are in use for the same thing. */
  alsoEnv?: readonly string[];
  kind: Kind<NonNullable<T>>;
  default: Default<T>;
  /** A sentence without full stop. */
  about: string;
  /** From when on a change counts that is made while the server runs; left out: it cannot be changed then. */
  changeable?: Exclude<SettingChange, "never">;
  /** A folder that is written to: one that cannot be is refused. */
  mustWrite?: true;
  /** Never printed. */
  secret?: true;
  /** Secrets mostly: command lines are for all to see. */
  flag?: false;
  /** Set in the environment only, where every other program looks for it, too. */
  envOnly?: true;
}

export function row<T>(one: Row<T>): Row<T> {
  return one;
}

export const none = (text = "none"): Default<null> => ({ text, value: null });
export const below = (folder: (known: Known) => string, text: string): Default<string> => ({
  text,
  from: folder,
});
export const inFolder = (name: string): Default<string> =>
  below(({ base }) => `${base.folder.replace(/\/$/, "")}/${name}`, `./${name}`);
