/** What somebody wants a setting to be → what is kept of it, or why not. */
import type { FolderLook } from "../job/settings-contract.ts";
import { writeValue } from "./kinds.ts";
import type { Base } from "./kinds.ts";
import { complain } from "./read-settings.ts";
import { isSettingName, mayBeNone, rowOf } from "./settings-table.ts";
import type { SettingName } from "./settings-table.ts";

export type ChangeReading =
  | { kind: "change"; name: SettingName; text: string | null }
  | { kind: "unknown" }
  | { kind: "refused"; message: string };

/** @param raw as a file of settings has it; null: none */
export async function readChange(
  name: string,
  raw: unknown,
  base: Base,
  lookAtFolder: (path: string) => Promise<FolderLook>,
): Promise<ChangeReading> {
  if (!isSettingName(name)) return { kind: "unknown" };
  const row = rowOf(name);
  const fixed = refuseChange(name);
  if (fixed !== null) return refuse(fixed);
  if (raw === null && mayBeNone(name)) return { kind: "change", name, text: null };
  const value = row.kind.read(raw, base);
  if (value === undefined) return refuse(complain(name, name, raw));
  const text = writeValue(row.kind, value);
  const problem = row.mustWrite === true ? (await lookAtFolder(text)).problem : null;
  return problem === null ? { kind: "change", name, text } : refuse(`${name}: ${text} ${problem}.`);
}

/** Why this setting is never changed here; null: it may be. */
export function refuseChange(name: SettingName): string | null {
  const { changeable, env } = rowOf(name);
  if (changeable === "elsewhere")
    return `${name}: is changed with PUT /limit-rate, on the page under Limits, or with haulyard limit.`;
  return changeable === undefined
    ? `${name}: cannot be changed while the server runs; set ${env} and start it again.`
    : null;
}

function refuse(message: string): ChangeReading {
  return { kind: "refused", message };
}
