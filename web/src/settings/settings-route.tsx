import { Navigate, useParams } from "@tanstack/react-router";
import { SECTIONS } from "./section-table.ts";
import { SettingsPage } from "./settings-page.tsx";

/** The section the address names; from any other name one is led to the first. */
export function SettingsRoute() {
  const { section } = useParams({ strict: false });
  const known = SECTIONS.find(({ id }) => id === section);
  if (known === undefined)
    return <Navigate to="/settings/$section" params={{ section: SECTIONS[0].id }} replace />;
  return <SettingsPage section={known} />;
}
