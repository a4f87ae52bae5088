import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { MenuAt } from "../ui/menu-at.tsx";
import type { LateMenu } from "../ui/use-late-menu.ts";
import type { NavItem } from "./nav-items.ts";

interface MorePagesProps {
  menu: LateMenu;
  items: readonly NavItem[];
  here: NavItem | undefined;
}

/** Pages that have no place of their own at the foot of a phone. */
export function MorePages({ menu, items, here }: MorePagesProps) {
  const navigate = useNavigate();
  return (
    <MenuAt menu={menu} position="top-end" width={220} offset={10}>
      {items.map(({ to, label, icon: Icon }) => (
        <Menu.Item
          key={to}
          className="nav-more"
          leftSection={<Icon size={18} strokeWidth={1.9} aria-hidden />}
          aria-current={here?.to === to ? "page" : undefined}
          onClick={() => void navigate({ to })}
        >
          {label}
        </Menu.Item>
      ))}
    </MenuAt>
  );
}
