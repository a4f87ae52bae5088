import { ActionIcon, Menu } from "@mantine/core";
import { Check, Languages } from "lucide-react";
import { changeLanguage, LANGUAGES } from "../words/languages.ts";
import { language, t } from "../words/words.ts";

/** The languages, each by its own name. */
export function LanguageMenu() {
  return (
    <Menu position="top-start" width={170} checkIcon={<Check size={15} aria-hidden />}>
      <Menu.Target>
        <ActionIcon aria-label={t("Language")} title={t("Language")}>
          <Languages size={17} />
        </ActionIcon>
      </Menu.Target>
      <Menu.Dropdown>
        <Menu.RadioGroup value={language()} onChange={changeLanguage}>
          {LANGUAGES.map(({ code, name }) => (
            <Menu.RadioItem key={code} value={code} lang={code}>
              {name}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </Menu.Dropdown>
    </Menu>
  );
}
