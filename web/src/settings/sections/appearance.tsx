import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import { COLOUR_CHOICES } from "../../app/theme-switch.tsx";
import { changeLanguage, LANGUAGES } from "../../words/languages.ts";
import { language, t } from "../../words/words.ts";
import { SettingLine } from "../setting-line.tsx";
import { SettingsGroup } from "../settings-group.tsx";

/** How the page looks and which language it speaks, in this browser. */
export function AppearanceSection() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SettingsGroup title={t("This browser")} about={t("Kept in this browser; other people see their own.")}>
      <SettingLine label={t("Colours")} about={t("“As the system” follows the setting for day and night.")}>
        <SegmentedControl
          aria-label={t("Colours")}
          value={colorScheme}
          onChange={setColorScheme}
          data={COLOUR_CHOICES.map(({ value, label, icon: Icon }) => ({
            value,
            label: (
              <span className="settings-choice">
                <Icon size={15} aria-hidden />
                {label}
              </span>
            ),
          }))}
        />
      </SettingLine>
      <SettingLine label={t("Language")} about={t("The page is loaded anew in the other language.")}>
        <SegmentedControl
          aria-label={t("Language")}
          value={language()}
          onChange={changeLanguage}
          data={LANGUAGES.map(({ code, name }) => ({ value: code, label: <span lang={code}>{name}</span> }))}
        />
      </SettingLine>
    </SettingsGroup>
  );
}
