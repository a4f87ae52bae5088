/** Flags, environment, file and defaults → one typed object, or every problem at once. */
import { existsSync } from "node:fs";
import { join } from "node:path";
import { closestName } from "./closest-name.ts";
import { CONFIG_FILE, readConfigFile } from "./config-file.ts";
import type { Base } from "./kinds.ts";
import { flagOf, rowOf, SETTING_NAMES } from "./settings-table.ts";
import type { Known } from "./setting-row.ts";
import type { SettingName, Settings } from "./settings-table.ts";

/** Names that are ours and no setting of the server: the command line reads them. */
const CLIENT_NAMES: readonly string[] = ["HAULYARD_URL"];

export interface SettingsInput {
  /** By the name of the setting: what `--retention-hours 5` gives is `retentionHours: "5"`. */
  flags: Readonly<Partial<Record<SettingName, string>>>;
  env: Readonly<Record<string, string | undefined>>;
  /** Where the program was started: relative paths and the file of settings are found from here. */
  folder: string;
}

export type SettingsOutcome<S = Settings> =
  | { kind: "ok"; settings: S }
  /** One clear line each: the name, what was expected, what came. */
  | { kind: "bad"; problems: readonly string[] };

/** Characters of a wrong value that are repeated in a complaint. */
const MAX_SHOWN = 100;

/** What was given for a setting, and where. */
interface Given extends Omit<GivenValue, "value"> {
  raw: unknown;
}

/** What was given for the settings, and where: the ground that changes while the server runs are put on. */
export interface GivenSettings {
  /** Nothing for those that have their default. */
  readonly values: ReadonlyMap<SettingName, GivenValue>;
  /** What written paths begin from. */
  readonly base: Base;
  /** The settings as they are with these values in the place of what was given; undefined: the default. */
  with(changed: ReadonlyMap<SettingName, unknown>): Settings;
}

export interface GivenValue {
  value: unknown;
  source: "flag" | "environment" | "file";
  where: string;
}

export type ServerSettingsOutcome =
  | { kind: "ok"; settings: Settings; given: GivenSettings }
  | { kind: "bad"; problems: readonly string[] };

export function readSettings({ flags, env, folder }: SettingsInput): ServerSettingsOutcome {
  const file = readConfigFile(join(folder, CONFIG_FILE));
  const inFile = file.kind === "read" ? file.values : {};
  const base: Base = { folder, home: env["HOME"] ?? null };
  const found = collect(SETTING_NAMES, { flags, env, inFile }, base);
  const problems = [
    ...(file.kind === "bad" ? [file.problem] : []),
    ...unknownVariables(env),
    ...unknownKeys(inFile),
    ...found.problems,
  ];
  if (problems.length > 0) return { kind: "bad", problems };
  const values = valuesOf(found.given);
  const given: GivenSettings = {
    values: found.given,
    base,
    with: (changed) => complete(new Map([...values, ...changed]), base, env),
  };
  return { kind: "ok", settings: complete(values, base, env), given };
}

/** A few settings from the environment alone, for commands that run without a server. */
export function readFromEnvironment<N extends SettingName>(
  names: readonly N[],
  { env, folder }: Pick<SettingsInput, "env" | "folder">,
): SettingsOutcome<Pick<Settings, N>> {
  const base: Base = { folder, home: env["HOME"] ?? null };
  const { given, problems } = collect(names, { flags: {}, env, inFile: {} }, base);
  if (problems.length > 0) return { kind: "bad", problems };
  return { kind: "ok", settings: complete(valuesOf(given), base, env) };
}

interface Sources extends Pick<SettingsInput, "flags" | "env"> {
  inFile: Readonly<Record<string, unknown>>;
}

type Values = ReadonlyMap<SettingName, unknown>;

function collect(
  names: readonly SettingName[],
  sources: Sources,
  base: Base,
): { given: Map<SettingName, GivenValue>; problems: string[] } {
  const found = new Map<SettingName, GivenValue>();
  const problems: string[] = [];
  for (const name of names) {
    const given = findGiven(name, sources);
    if (given === null) continue;
    const { raw, source, where } = given;
    const value = rowOf(name).kind.read(raw, base);
    if (value !== undefined) found.set(name, { value, source, where });
    else problems.push(complain(where, name, raw));
  }
  return { given: found, problems };
}

function valuesOf(given: ReadonlyMap<SettingName, GivenValue>): Map<SettingName, unknown> {
  return new Map([...given].map(([name, { value }]) => [name, value]));
}

/** What was expected and what came; `where` it came from begins the sentence. */
export function complain(where: string, name: SettingName, raw: unknown): string {
  const { kind, secret } = rowOf(name);
  return `${where}: expected ${kind.expects}, got ${show(raw, secret === true)}.`;
}

/** The first place that gives the setting. An empty variable gives nothing, as everywhere. */
function findGiven(name: SettingName, { flags, env, inFile }: Sources): Given | null {
  const flag = flags[name];
  if (flag !== undefined) return { raw: flag, source: "flag", where: flagOf(name) ?? name };
  const { env: variable, alsoEnv = [], envOnly } = rowOf(name);
  for (const where of [variable, ...alsoEnv]) {
    const raw = env[where];
    if (raw !== undefined && raw.trim() !== "") return { raw, source: "environment", where };
  }
  const raw = Object.hasOwn(inFile, name) && envOnly !== true ? inFile[name] : null;
  return raw === null ? null : { raw, source: "file", where: `${CONFIG_FILE}: ${name}` };
}

function complete(values: Values, base: Base, env: SettingsInput["env"]): Settings {
  const fixed = new Map<SettingName, unknown>();
  for (const name of SETTING_NAMES) {
    const { default: fallback } = rowOf(name);
    if (values.get(name) !== undefined) fixed.set(name, values.get(name));
    else if ("value" in fallback) fixed.set(name, fallback.value);
  }
  const variable = (name: string): string | undefined => (env[name]?.trim() === "" ? undefined : env[name]);
  const known = { base, exists: existsSync, variable } as Known;
  // In the order of the table: what others are made of comes first.
  for (const name of SETTING_NAMES) {
    const { default: fallback } = rowOf(name);
    if (!fixed.has(name) && "from" in fallback) fixed.set(name, fallback.from(known));
    if (name === "data" || name === "uiHome") known[name] = String(fixed.get(name));
  }
  return Object.freeze(Object.fromEntries(fixed)) as unknown as Settings;
}

function unknownVariables(env: SettingsInput["env"]): string[] {
  const names = [...SETTING_NAMES.map((name) => rowOf(name).env), ...CLIENT_NAMES];
  return Object.keys(env)
    .filter((name) => name.startsWith("HAULYARD_") && !names.includes(name))
    .map((name) => `${name}: there is no such setting.${didYouMean(name, names)}`);
}

function unknownKeys(inFile: Readonly<Record<string, unknown>>): string[] {
  const names = SETTING_NAMES.filter((name) => rowOf(name).envOnly !== true);
  return Object.keys(inFile)
    .filter((key) => !(names as readonly string[]).includes(key))
    .map((key) => `${CONFIG_FILE}: ${show(key, false)}: there is no such setting.${didYouMean(key, names)}`);
}

function didYouMean(name: string, names: readonly string[]): string {
  const meant = closestName(name, names);
  return meant === null ? "" : ` Did you mean ${meant}?`;
}

/** What came, on one line and not too long; of a secret only that it came. */
function show(raw: unknown, secret: boolean): string {
  if (secret) return typeof raw === "string" ? `${raw.length} characters that are not` : `a ${typeof raw}`;
  const text = JSON.stringify(raw) ?? String(raw);
  return text.length > MAX_SHOWN ? `${text.slice(0, MAX_SHOWN)}…` : text;
}
