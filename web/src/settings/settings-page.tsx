import { useNavigate } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { PageHeader } from "../ui/page-header.tsx";
import { SearchField } from "../ui/search-field.tsx";
import { t } from "../words/words.ts";
import { findSettings } from "./find-settings.ts";
import { SearchResults } from "./search-results.tsx";
import { SectionList } from "./section-list.tsx";
import { useSections } from "./section-table.ts";
import type { SettingsSection } from "./section-table.ts";
import { wordsFor } from "./setting-words.ts";
import { WantedSettingProvider } from "./wanted-setting.tsx";
import "./settings.css";

/** One section, with the others at its side, above it on a phone; or what was found. */
export function SettingsPage({ section }: { section: SettingsSection }) {
  const [search, setSearch] = useState("");
  const [wanted, setWanted] = useState<string | null>(null);
  const navigate = useNavigate();
  const sections = useSections();
  const looksFor = search.trim() !== "";
  const Section = section.section;
  const go = (id: string, setting: string | null): void => {
    setSearch("");
    setWanted(setting);
    void navigate({ to: "/settings/$section", params: { section: id } });
  };
  const lead = useMemo(() => ({ name: wanted, found: () => setWanted(null) }), [wanted]);
  return (
    <>
      <PageHeader title={t("Settings")}>
        <SearchField value={search} onChange={setSearch} label={t("Find a setting")} />
      </PageHeader>
      <div className="settings">
        <SectionList sections={sections} chosen={section} onChosen={() => setSearch("")} />
        <section className="settings__section" aria-labelledby="settings-section">
          <h2 id="settings-section" className="settings__title">
            {looksFor ? t("Found") : section.label}
          </h2>
          {looksFor ? (
            <SearchResults found={findSettings(sections, search, textOf)} onGo={go} />
          ) : (
            <WantedSettingProvider value={lead}>
              <Section key={section.id} />
            </WantedSettingProvider>
          )}
        </section>
      </div>
    </>
  );
}

/** What people may look for a setting by: our words, its name, and with it most of its variable. */
function textOf(name: string): string {
  const { label, about } = wordsFor({ name, about: "" });
  const variable = `HAULYARD_${name.replaceAll(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()}`;
  return `${label} ${about} ${name} ${variable}`;
}
