import { Link, useRouterState } from "@tanstack/react-router";
import { Ellipsis } from "lucide-react";
import { lazy, Suspense } from "react";
import { useTotals } from "../data/use-live.ts";
import { fetchPart } from "../ui/fetch-part.ts";
import { useLateMenu } from "../ui/use-late-menu.ts";
import { NAV_ITEMS, onFoot } from "./nav-items.ts";
import type { NavItem } from "./nav-items.ts";
import { t, tn } from "../words/words.ts";

const MorePages = lazy(async () => ({
  default: (await fetchPart(() => import("./more-pages.tsx"))).MorePages,
}));

/** Links to the pages, at the side of a screen. */
export function SideNavigation() {
  return (
    <nav className="nav nav_side" aria-label={t("Pages")}>
      {NAV_ITEMS.map((item) => (
        <NavLink key={item.to} item={item} />
      ))}
    </nav>
  );
}

/** The same at the foot of a phone: as many as there is room for, the others behind "More". */
export function FootNavigation() {
  const { shown, more } = onFoot(NAV_ITEMS);
  return (
    <nav className="nav nav_foot" aria-label={t("Pages")}>
      {shown.map((item) => (
        <NavLink key={item.to} item={item} />
      ))}
      {more.length > 0 && <More items={more} />}
    </nav>
  );
}

function NavLink({ item: { to, label, icon: Icon } }: { item: NavItem }) {
  return (
    <Link
      to={to}
      className="nav-link"
      // A section of a page is that page.
      activeOptions={{ exact: false, includeSearch: false }}
      activeProps={{ "aria-current": "page" }}
    >
      <Icon size={18} strokeWidth={1.9} aria-hidden />
      <span className="nav-link__label">{label}</span>
      {to === "/downloads" && <QueueCount />}
    </Link>
  );
}

function More({ items }: { items: readonly NavItem[] }) {
  const { menu, button } = useLateMenu();
  const path = useRouterState({ select: ({ location }) => location.pathname });
  const here = items.find(({ to }) => path === to || path.startsWith(`${to}/`));
  return (
    <>
      <button type="button" className="nav-link" data-here={here !== undefined || undefined} {...button}>
        <Ellipsis size={18} strokeWidth={1.9} aria-hidden />
        <span className="nav-link__label">{t("More")}</span>
      </button>
      {menu !== null && (
        <Suspense fallback={null}>
          <MorePages menu={menu} items={items} here={here} />
        </Suspense>
      )}
    </>
  );
}

/** How many are at work or need a person. */
function QueueCount() {
  const { active, problems } = useTotals();
  if (active === 0 && problems === 0) return null;
  return (
    <span className="nav-link__counts">
      {active > 0 && (
        <span className="nav-count">
          <span aria-hidden>{active}</span>
          <span className="visually-hidden">{t("{active} active", { active })}</span>
        </span>
      )}
      {problems > 0 && (
        <span className="nav-count" data-tone="bad">
          <span aria-hidden>{problems}</span>
          <span className="visually-hidden">{tn(problems, "{n} problem", "{n} problems")}</span>
        </span>
      )}
    </span>
  );
}
