import { Navigate, useParams } from "@tanstack/react-router";
import { SECTIONS, useSections } from "./section-table.ts";
import { SettingsPage } from "./settings-page.tsx";

/** The section the address names; from any other name one is led to the first. */
export function SettingsRoute() {
  const { section } = useParams({ strict: false });
  const sections = useSections();
  const known = sections.find(({ id }) => id === section);
  const [{ id: first } = SECTIONS[0]] = sections;
  if (known === undefined) return <Navigate to="/settings/$section" params={{ section: first }} replace />;
  return <SettingsPage section={known} />;
}
