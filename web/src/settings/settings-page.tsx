import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { t } from "../words/words.ts";
import { useState } from "react";
import { findSections } from "./find-sections.ts";
import { SECTIONS } from "./section-table.ts";
import type { SettingsSection } from "./section-table.ts";
import { SectionList } from "./section-list.tsx";
import "./settings.css";

/** One section, with the others at its side; above it on a phone. */
export function SettingsPage({ section }: { section: SettingsSection }) {
  const [search, setSearch] = useState("");
  const found = findSections(SECTIONS, search);
  const Section = section.section;
  return (
    <>
      <PageHeader title={t("Settings")}>
        <SearchField value={search} onChange={setSearch} label={t("Find a setting")} />
      </PageHeader>
      <div className="settings">
        <SectionList sections={found} />
        <section className="settings__section" aria-labelledby="settings-section">
          <h2 id="settings-section" className="settings__title">
            {section.label}
          </h2>
          <Section key={section.id} />
        </section>
      </div>
    </>
  );
}
