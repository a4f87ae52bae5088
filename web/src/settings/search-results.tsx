import { SearchX } from "lucide-react";
import { EmptyState } from "../ui/empty-state.tsx";
import { t } from "../words/words.ts";
import type { FoundSection } from "./find-settings.ts";
import type { SettingsSection } from "./section-table.ts";
import { wordsFor } from "./setting-words.ts";
import "./search-results.css";

interface SearchResultsProps {
  found: readonly FoundSection<SettingsSection>[];
  /** @param setting the setting to go to; null: the section is meant */
  onGo: (section: string, setting: string | null) => void;
}

/** What was found, by section; each leads to its field. */
export function SearchResults({ found, onGo }: SearchResultsProps) {
  if (found.length === 0)
    return (
      <div className="surface">
        <EmptyState icon={<SearchX size={26} />} title={t("No setting is called that.")}>
          {t("Try another word, or the name of the variable.")}
        </EmptyState>
      </div>
    );
  return found.map(({ section: { id, label, icon: Icon }, settings }) => (
    <div key={id} className="surface settings-found">
      <button type="button" className="settings-found__section" onClick={() => onGo(id, null)}>
        <Icon size={16} strokeWidth={1.9} aria-hidden />
        {label}
      </button>
      {settings.map((name) => {
        const words = wordsFor({ name, about: "" });
        return (
          <button key={name} type="button" className="settings-found__setting" onClick={() => onGo(id, name)}>
            <span className="setting-line__label">{words.label}</span>
            <span className="setting-line__about">{words.about}</span>
          </button>
        );
      })}
    </div>
  ));
}
