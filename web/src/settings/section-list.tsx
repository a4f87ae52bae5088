import { Link } from "@tanstack/react-router";
import { useEffect, useRef } from "react";
import { t } from "../words/words.ts";
import type { SettingsSection } from "./section-table.ts";

/** Links to the sections: a column on a desk, a row that can be pushed on a phone. */
export function SectionList({
  sections,
  chosen,
  onChosen,
}: {
  sections: readonly SettingsSection[];
  chosen: SettingsSection;
  onChosen: () => void;
}) {
  const list = useRef<HTMLElement>(null);
  useEffect(() => {
    const link = list.current?.querySelector<HTMLElement>("[aria-current]");
    // Sideways only: on a phone the list is wider than the screen.
    if (list.current !== null && link != null)
      list.current.scrollLeft = link.offsetLeft - (list.current.clientWidth - link.offsetWidth) / 2;
  }, [chosen]);
  return (
    <nav ref={list} className="settings__list" aria-label={t("Sections of the settings")}>
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
