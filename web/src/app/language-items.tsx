import { Menu } from "@mantine/core";
import { Check } from "lucide-react";
import { MenuAt } from "../ui/menu-at.tsx";
import type { LateMenu } from "../ui/use-late-menu.ts";
import { changeLanguage, LANGUAGES } from "../words/languages.ts";
import { language } from "../words/words.ts";

/** The languages, each by its own name. */
export function LanguageItems({ menu }: { menu: LateMenu }) {
  return (
    <MenuAt menu={menu} position="top-start" width={170} checkIcon={<Check size={15} aria-hidden />}>
      <Menu.RadioGroup value={language()} onChange={changeLanguage}>
        {LANGUAGES.map(({ code, name }) => (
          <Menu.RadioItem key={code} value={code} lang={code}>
            {name}
          </Menu.RadioItem>
        ))}
      </Menu.RadioGroup>
    </MenuAt>
  );
}
