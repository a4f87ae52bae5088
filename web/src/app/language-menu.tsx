import { ActionIcon, Menu, Tooltip } from "@mantine/core";
import { Check, Languages } from "lucide-react";
import { changeLanguage, LANGUAGES } from "../words/languages.ts";
import { language, t } from "../words/words.ts";

/** The languages, each by its own name. */
export function LanguageMenu() {
  const spoken = language();
  return (
    <Menu position="top-start">
      <Menu.Target>
        <Tooltip label={t("Language")}>
          <ActionIcon aria-label={t("Language")}>
            <Languages size={17} />
          </ActionIcon>
        </Tooltip>
      </Menu.Target>
      <Menu.Dropdown>
        {LANGUAGES.map(({ code, name }) => (
          <Menu.Item
            key={code}
            lang={code}
            role="menuitemradio"
            aria-checked={code === spoken}
            leftSection={<Check size={15} aria-hidden visibility={code === spoken ? "visible" : "hidden"} />}
            onClick={() => code !== spoken && changeLanguage(code)}
          >
            {name}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}
