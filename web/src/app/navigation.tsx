import { Link } from "@tanstack/react-router";
import { useTotals } from "../data/use-live.ts";
import { NAV_ITEMS } from "./nav-items.ts";
import { t, tn } from "../words/words.ts";

/** Links to the pages; the same list at the side of a screen and at the foot of a phone. */
export function Navigation({ className }: { className: string }) {
  return (
    <nav className={className} aria-label={t("Pages")}>
      {NAV_ITEMS.map(({ to, label, icon: Icon }) => (
        <Link
          key={to}
          to={to}
          className="nav-link"
          activeOptions={{ exact: true, includeSearch: false }}
          activeProps={{ "aria-current": "page" }}
        >
          <Icon size={18} strokeWidth={1.9} aria-hidden />
          <span className="nav-link__label">{label}</span>
          {to === "/downloads" && <QueueCount />}
        </Link>
      ))}
    </nav>
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
