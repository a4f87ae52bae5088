import { Keyboard } from "lucide-react";
import { lazy, Suspense } from "react";
import type { ReactNode } from "react";
import { fetchPart } from "../ui/fetch-part.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { Tips } from "../ui/tips.tsx";
import { ChangesWatch } from "../data/changes-watch.ts";
import { useIsAway } from "../data/use-live.ts";
import { LimitButton } from "../limit/limit-button.tsx";
import { AwayNotice } from "./away-notice.tsx";
import { LanguageMenu } from "./language-menu.tsx";
import { LinkState } from "./link-state.tsx";
import { Logo } from "./logo.tsx";
import { FootNavigation, SideNavigation } from "./navigation.tsx";
import { RoleNote } from "./role-note.tsx";
import { SpokenProgress } from "./spoken-progress.tsx";
import { BrowserNewsWatch } from "../notifications/browser-news.ts";
import { TabFace } from "./tab-face.tsx";
import { ThemeSwitch } from "./theme-switch.tsx";
import { useEver } from "../ui/use-ever.ts";
import { usePalette } from "./use-palette.ts";
import { useShortcutsHelp } from "./use-shortcuts-help.ts";
import { t } from "../words/words.ts";
import "./frame.css";
import "./frame-on-phone.css";

const Palette = lazy(async () => {
  const { Palette: component } = await fetchPart(() => import("./palette.tsx"));
  return { default: component };
});

const ShortcutsHelp = lazy(async () => ({
  default: (await fetchPart(() => import("./shortcuts-help.tsx"))).ShortcutsHelp,
}));

/** What is around every page: navigation at the side, or at the foot of a phone. */
export function Frame({ children }: { children: ReactNode }) {
  const help = useShortcutsHelp();
  const away = useIsAway();
  const palette = usePalette();
  const hadPalette = useEver(palette.opened);
  const hadHelp = useEver(help.opened);
  return (
    <div className="frame">
      <TabFace />
      <SpokenProgress />
      <BrowserNewsWatch />
      <ChangesWatch />
      <Tips />
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
          <RoleNote />
          <div className="frame__tools">
            <LimitButton />
            <ThemeSwitch />
            <LanguageMenu />
            <IconButton
              label={t("Keyboard shortcuts")}
              tip={`${t("Keyboard shortcuts")} (?)`}
              onClick={help.onOpen}
            >
              <Keyboard size={17} aria-hidden />
            </IconButton>
          </div>
        </div>
      </aside>
      <main id="main" className="frame__main" tabIndex={-1} data-away={away || undefined}>
        {children}
      </main>
      <FootNavigation />
      <AwayNotice />
      <Suspense fallback={null}>
        {hadHelp && <ShortcutsHelp opened={help.opened} onClose={help.onClose} />}
        {hadPalette && <Palette opened={palette.opened} onClose={palette.onClose} onHelp={help.onOpen} />}
      </Suspense>
    </div>
  );
}

/** The address belongs to the router: the link must not change it. */
function focusMain(event: { preventDefault: () => void }): void {
  event.preventDefault();
  document.getElementById("main")?.focus();
}
