import { Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { ListFilter, SquareCheck, Trash2, Ungroup } from "lucide-react";
import { May } from "../access/may.tsx";
import type { GroupAction, GroupMessage } from "../../../src/wire/groups.ts";
import { useIsAway } from "../data/use-live.ts";
import { ACTION_LOOK } from "../downloads/action-look.ts";
import { useList } from "../downloads/use-list.ts";
import { MenuAt } from "../ui/menu-at.tsx";
import type { LateMenu } from "../ui/use-late-menu.ts";
import { t } from "../words/words.ts";
import { askToRemoveGroup } from "./ask-to-remove-group.tsx";
import { useGroupAction, useRemoveGroup } from "./use-group-actions.ts";

interface GroupMenuProps {
  menu: LateMenu;
  group: GroupMessage;
  members: readonly string[];
  actions: readonly GroupAction[];
}

/** What else can be done to a group. */
export function GroupMenu({ menu, group, members, actions }: GroupMenuProps) {
  const { selection } = useList();
  const act = useGroupAction(group);
  const remove = useRemoveGroup(group);
  const away = useIsAway();
  const navigate = useNavigate();
  return (
    <MenuAt menu={menu}>
      {actions.map((action) => {
        const { label, icon: Icon } = ACTION_LOOK[action];
        return (
          <Menu.Item
            key={action}
            leftSection={<Icon size={15} />}
            disabled={away}
            onClick={() => act.mutate(action)}
          >
            {label}
          </Menu.Item>
        );
      })}
      {actions.length > 0 && <Menu.Divider />}
      <Menu.Item
        leftSection={<ListFilter size={15} />}
        onClick={() => void navigate({ to: "/downloads", search: { group: group.id } })}
      >
        {t("Show only this group")}
      </Menu.Item>
      <May to="POST /jobs/actions">
        {members.length > 0 && (
          <Menu.Item leftSection={<SquareCheck size={15} />} onClick={() => selection.setAll(members, true)}>
            {t("Select its downloads")}
          </Menu.Item>
        )}
      </May>
      <May to="DELETE /groups/:id">
        <Menu.Divider />
        <Menu.Item leftSection={<Ungroup size={15} />} disabled={away} onClick={() => remove.mutate("keep")}>
          {t("Ungroup")}
        </Menu.Item>
        <Menu.Item
          className="danger-item"
          leftSection={<Trash2 size={15} />}
          disabled={away}
          onClick={() => askToRemoveGroup(group, () => remove.mutate("remove"))}
        >
          {t("Remove with its downloads")}
        </Menu.Item>
      </May>
    </MenuAt>
  );
}
