/** Changes of a setting, and what takes them back. Pure. */
import type { SettingMessage } from "../../../src/wire/settings.ts";

export type SettingChange = { kind: "set"; value: string | null } | { kind: "reset" };

/** What makes a setting what it is now; null where that is not known any more: a secret is not told. */
export function undoOf({ form, value }: SettingMessage): SettingChange | null {
  if (value.source !== "changed") return { kind: "reset" };
  return form === "secret" && value.is_set ? null : { kind: "set", value: value.text };
}
