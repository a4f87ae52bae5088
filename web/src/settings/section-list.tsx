import { NativeSelect } from "@mantine/core";
import { Link, useNavigate } from "@tanstack/react-router";
import { t } from "../words/words.ts";
import type { SettingsSection } from "./section-table.ts";

interface SectionListProps {
  sections: readonly SettingsSection[];
  chosen: SettingsSection;
  onChosen: () => void;
}

/** The sections: a column of links on a desk; on a phone, which has no room for them, a field to choose from. */
export function SectionList({ sections, chosen, onChosen }: SectionListProps) {
  const navigate = useNavigate();
  return (
    <>
      <nav className="settings__list" aria-label={t("Sections of the settings")}>
        {sections.map(({ id, label, icon: Icon }) => (
          <Link
            key={id}
            to="/settings/$section"
            params={{ section: id }}
            className="settings__link"
            activeOptions={{ includeSearch: false }}
            activeProps={{ "aria-current": "page" }}
            resetScroll={false}
            onClick={onChosen}
          >
            <Icon size={16} strokeWidth={1.9} aria-hidden />
            {label}
          </Link>
        ))}
      </nav>
      <NativeSelect
        className="settings__choice"
        size="md"
        aria-label={t("Section of the settings")}
        value={chosen.id}
        data={sections.map(({ id, label }) => ({ value: id, label }))}
        onChange={(event) => {
          onChosen();
          void navigate({
            to: "/settings/$section",
            params: { section: event.currentTarget.value },
            resetScroll: false,
          });
        }}
      />
    </>
  );
}
