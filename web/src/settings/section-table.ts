/** The sections of the settings, in their order. A new one is a file in `sections/` and a line here. */
import type { LucideIcon } from "lucide-react";
import { Info, Palette } from "lucide-react";
import type { ComponentType } from "react";
import { t } from "../words/words.ts";
import { AboutSection } from "./sections/about.tsx";
import { AppearanceSection } from "./sections/appearance.tsx";

export interface SettingsSection {
  /** In the address: `#/settings/<id>`. */
  id: string;
  label: string;
  icon: LucideIcon;
  /** Other words people may look for. */
  also: string;
  section: ComponentType;
}

export const SECTIONS: readonly [SettingsSection, ...SettingsSection[]] = [
  {
    id: "appearance",
    label: t("Appearance"),
    icon: Palette,
    also: t("theme, dark, light, colours, language, German, English"),
    section: AppearanceSection,
  },
  {
    id: "about",
    label: t("About"),
    icon: Info,
    also: t("version, doctor, diagnostics, report, licence, documentation, API"),
    section: AboutSection,
  },
];
