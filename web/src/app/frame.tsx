import { ActionIcon, Tooltip } from "@mantine/core";
import { Keyboard } from "lucide-react";
import { lazy, Suspense, useState } from "react";
import type { ReactNode } from "react";
import { useIsAway } from "../data/use-live.ts";
import { LimitButton } from "../limit/limit-button.tsx";
import { AwayNotice } from "./away-notice.tsx";
import { LanguageMenu } from "./language-menu.tsx";
import { LinkState } from "./link-state.tsx";
import { Logo } from "./logo.tsx";
import { FootNavigation, SideNavigation } from "./navigation.tsx";
import { ShortcutsHelp, useShortcutsHelp } from "./shortcuts-help.tsx";
import { SpokenProgress } from "./spoken-progress.tsx";
import { BrowserNewsWatch } from "../notifications/browser-news.ts";
import { TabFace } from "./tab-face.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { usePalette } from "./use-palette.ts";
import { t } from "../words/words.ts";
import "./frame.css";

const Palette = lazy(async () => {
  const { Palette: component } = await import("./palette.tsx");
  return { default: component };
});

/** What is around every page: navigation at the side, or at the foot of a phone. */
export function Frame({ children }: { children: ReactNode }) {
  const help = useShortcutsHelp();
  const away = useIsAway();
  const palette = usePalette();
  // Once it was opened it stays, so that it can be seen to go.
  const [asked, setAsked] = useState(false);
  if (palette.opened && !asked) setAsked(true);
  return (
    <div className="frame">
      <TabFace />
      <SpokenProgress />
      <BrowserNewsWatch />
      <a className="skip-link" href="#main" onClick={focusMain}>
        {t("Skip to the content")}
      </a>
      <aside className="frame__side" aria-label="Haulyard">
        <div className="brand">
          <Logo />
          <span className="brand__name">Haulyard</span>
        </div>
        <SideNavigation />
        <div className="frame__foot">
          <LinkState />
          <div className="frame__tools">
            <LimitButton />
            <ThemeSwitch />
            <LanguageMenu />
            <Tooltip label={`${t("Keyboard shortcuts")} (?)`}>
              <ActionIcon aria-label={t("Keyboard shortcuts")} onClick={help.onOpen}>
                <Keyboard size={17} />
              </ActionIcon>
            </Tooltip>
          </div>
        </div>
      </aside>
      <main id="main" className="frame__main" tabIndex={-1} data-away={away || undefined}>
        {children}
      </main>
      <FootNavigation />
      <AwayNotice />
      <ShortcutsHelp {...help} />
      <Suspense fallback={null}>
        {(palette.opened || asked) && (
          <Palette opened={palette.opened} onClose={palette.onClose} onHelp={help.onOpen} />
        )}
      </Suspense>
    </div>
  );
}

/** The address belongs to the router: the link must not change it. */
function focusMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
