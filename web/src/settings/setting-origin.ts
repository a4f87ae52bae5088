/** Where the value of a setting comes from, in words. Pure. */
import type { SettingMessage } from "../../../src/wire/settings.ts";
import { t } from "../words/words.ts";

/** @param ago when it was changed, in words */
export function originSentence({ value, default: fallback }: SettingMessage, ago: string): string {
  switch (value.source) {
    case "changed":
      return t("Changed {ago}", { ago });
    case "default":
      return value.is_set ? t("The default") : t("The default: {value}", { value: fallbackWords(fallback) });
    case "flag":
    case "environment":
    case "file":
      return t("From {where}", { where: value.where ?? "" });
    default:
      throw value.source satisfies never;
  }
}

/** The server says in English what counts where nothing is set; of a newer server there may be other sentences. */
function fallbackWords(fallback: string): string {
  const words = new Map([
    ["none", t("none")],
    ["all", t("all")],
    ["the built-in catalogue", t("the built-in catalogue")],
  ]);
  return words.get(fallback) ?? fallback.replaceAll("`", "");
}

/** What giving the change up comes to: `Back to 24`. */
export function backSentence({ form, given }: SettingMessage): string {
  if (!given.is_set) return t("Back to none");
  const where = given.where ?? t("the default");
  if (form === "secret" || given.text === null) return t("Back to that of {where}", { where });
  return given.source === "default"
    ? t("Back to {value}", { value: given.text })
    : t("Back to {value} ({where})", { value: given.text, where });
}
