/** What is told of one setting. Pure; of a secret only whether there is one. */
import type { FolderLook, SettingForm, SettingValue, SettingView } from "../job/settings-contract.ts";
import { writeValue } from "./kinds.ts";
import type { GivenValue } from "./read-settings.ts";
import { flagOf, mayBeNone, rowOf } from "./settings-table.ts";
import type { SettingName } from "./settings-table.ts";

export interface SettingFacts {
  given: GivenValue | null;
  /** What was set last; for some it counts from the next start on. */
  latest: unknown;
  /** What it is when nobody has changed it. */
  unchanged: unknown;
  inUse: unknown;
  changedAt: number | null;
  folder: FolderLook | null;
}

export function viewSetting(name: SettingName, facts: SettingFacts): SettingView {
  const { given, latest, unchanged, inUse, changedAt, folder } = facts;
  const row = rowOf(name);
  const told = (value: unknown, from: Pick<SettingValue, "source" | "where">): SettingValue => ({
    ...from,
    text: row.secret === true ? null : textOf(name, value),
    isSet: value !== null,
  });
  const start = { source: given?.source ?? ("default" as const), where: given?.where ?? null };
  return {
    name,
    section: row.section,
    env: row.env,
    flag: flagOf(name),
    about: row.about,
    expects: row.kind.expects,
    form: formOf(name),
    choices: row.kind.choices ?? [],
    mayBeNone: mayBeNone(name),
    fallback: row.default.text,
    changeable: row.changeable ?? "never",
    value: told(latest, changedAt === null ? start : { source: "changed", where: null }),
    given: told(unchanged, start),
    changedAt,
    pending: textOf(name, latest) !== textOf(name, inUse),
    folder,
  };
}

/** As people write it; null: none. */
function textOf(name: SettingName, value: unknown): string | null {
  return value === null ? null : writeValue(rowOf(name).kind, value);
}

function formOf(name: SettingName): SettingForm {
  const { secret, kind } = rowOf(name);
  if (secret === true) return "secret";
  if (kind.choices !== undefined) return "choice";
  return kind.form ?? "text";
}
