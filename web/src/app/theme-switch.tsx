import { SegmentedControl, useMantineColorScheme } from "@mantine/core";
import type { MantineColorScheme } from "@mantine/core";
import { Monitor, Moon, Sun } from "lucide-react";
import { t } from "../words/words.ts";

export const COLOUR_CHOICES = [
  { value: "light", label: t("Light"), icon: Sun },
  { value: "auto", label: t("As the system"), icon: Monitor },
  { value: "dark", label: t("Dark"), icon: Moon },
] as const satisfies readonly { value: MantineColorScheme; label: string; icon: typeof Sun }[];

/** Light, dark, or as the system. */
export function ThemeSwitch() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  return (
    <SegmentedControl
      size="xs"
      aria-label={t("Colours")}
      value={colorScheme}
      onChange={(value) => setColorScheme(value)}
      data={COLOUR_CHOICES.map(({ value, label, icon: Icon }) => ({
        value,
        label: (
          <span className="theme-choice" title={label}>
            <Icon size={14} aria-hidden />
            <span className="visually-hidden">{label}</span>
          </span>
        ),
      }))}
    />
  );
}
