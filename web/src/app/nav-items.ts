/** The pages there are, in the order of the navigation. A new page is a line here and a route. */
import type { LucideIcon } from "lucide-react";
import { ArrowDownToLine, Boxes, HardDrive, Package, Server } from "lucide-react";
import { t } from "../words/words.ts";

export interface NavItem {
  to: "/downloads" | "/models" | "/resources" | "/instances" | "/storage/images";
  label: string;
  icon: LucideIcon;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { to: "/downloads", label: t("Downloads"), icon: ArrowDownToLine },
  { to: "/models", label: t("Models"), icon: Boxes },
  { to: "/resources", label: t("Resources"), icon: Package },
  { to: "/instances", label: t("Instances"), icon: Server },
  { to: "/storage/images", label: t("Images"), icon: HardDrive },
];
