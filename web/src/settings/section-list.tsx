import { Link } from "@tanstack/react-router";
import { t } from "../words/words.ts";
import type { SettingsSection } from "./section-table.ts";

/** Links to the sections: a column on a desk, a row that can be pushed on a phone. */
export function SectionList({
  sections,
  onChosen,
}: {
  sections: readonly SettingsSection[];
  onChosen: () => void;
}) {
  return (
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
  );
}
