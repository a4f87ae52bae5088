/** Settings in words, for a terminal. Pure. */
import type { SettingMessage, TokenTestAnswer } from "../../wire/settings.ts";
import { cleanText } from "../screen/clean-text.ts";

/** The setting a word means: its name or its variable, in any case. Null: none. */
export function findSetting(settings: readonly SettingMessage[], word: string): SettingMessage | null {
  const lower = word.toLowerCase();
  return (
    settings.find(({ name, env }) => name.toLowerCase() === lower || env.toLowerCase() === lower) ?? null
  );
}

/** `48`, `none`, `set` for a secret. */
export function valueWord({ value }: Pick<SettingMessage, "value">): string {
  if (!value.is_set) return "none";
  return value.text === null ? "set" : cleanText(value.text);
}

/** Where the value comes from: `default`, `HAULYARD_PORT`, `changed`. */
export function originWord({ value, pending }: Pick<SettingMessage, "value" | "pending">): string {
  const from = value.source === "changed" ? "changed" : cleanText(value.where ?? "default");
  return pending ? `${from}, from the next start on` : from;
}

/** What was done, and from when on it counts. */
export function changeLine(setting: SettingMessage): string {
  const when = setting.pending ? ", from the next start on" : "";
  return `${setting.name} is ${valueWord(setting)} (${originWord({ ...setting, pending: false })})${when}`;
}

export function testLine(name: string, { state, as, message, advice }: TokenTestAnswer): string {
  switch (state) {
    case "works":
      return as === null ? `${name} works` : `${name} works, as ${cleanText(as)}`;
    case "refused":
      return `${name} is refused by its service`;
    case "none":
      return `there is no ${name}`;
    case "unreachable":
      return cleanText([`the service cannot be asked: ${message ?? ""}`, advice ?? ""].join(" ").trim());
    default:
      throw state satisfies never;
  }
}
