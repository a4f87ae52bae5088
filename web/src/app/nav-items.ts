/** The pages there are, in the order of the navigation. A new page is a line here and a route. */
import type { LucideIcon } from "lucide-react";
import { ArrowDownToLine, Boxes, HardDrive } from "lucide-react";

export interface NavItem {
  to: "/downloads" | "/models" | "/storage/images";
  label: string;
  icon: LucideIcon;
}

export const NAV_ITEMS: readonly NavItem[] = [
  { to: "/downloads", label: "Downloads", icon: ArrowDownToLine },
  { to: "/models", label: "Models", icon: Boxes },
  { to: "/storage/images", label: "Images", icon: HardDrive },
];
