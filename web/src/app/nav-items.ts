/** The pages there are, in the order of the navigation. A new page is a line here and a route. */
import type { LucideIcon } from "lucide-react";
import { ArrowDownToLine, Boxes, HardDrive, Package, Server, Settings } from "lucide-react";
import { t } from "../words/words.ts";

export interface NavItem {
  to: "/downloads" | "/models" | "/resources" | "/instances" | "/storage/images" | "/settings";
  label: string;
  icon: LucideIcon;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { to: "/downloads", label: t("Downloads"), icon: ArrowDownToLine },
  { to: "/models", label: t("Models"), icon: Boxes },
  { to: "/resources", label: t("Resources"), icon: Package },
  { to: "/instances", label: t("Instances"), icon: Server },
  { to: "/storage/images", label: t("Images"), icon: HardDrive },
  { to: "/settings", label: t("Settings"), icon: Settings },
];

/** More do not fit the foot of a phone: each would be narrower than a finger and its word. */
const FOOT_PLACES = 5;

/** What stands at the foot of a phone, and what is behind "More", which takes a place itself. */
export function onFoot<T>(items: readonly T[]): { shown: readonly T[]; more: readonly T[] } {
  if (items.length <= FOOT_PLACES) return { shown: items, more: [] };
  return { shown: items.slice(0, FOOT_PLACES - 1), more: items.slice(FOOT_PLACES - 1) };
}
