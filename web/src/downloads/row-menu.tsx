import { Menu } from "@mantine/core";
import { ChevronDown, ChevronsDown, ChevronsUp, ChevronUp, Copy, Link2, SquareCheck } from "lucide-react";
import { useMay } from "../access/may.tsx";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { useIsAway } from "../data/use-live.ts";
import { transferOf } from "../format/source-host.ts";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { MenuAt } from "../ui/menu-at.tsx";
import type { LateMenu } from "../ui/use-late-menu.ts";
import { ACTION_LOOK } from "./action-look.ts";
import { useList } from "./use-list.ts";
import { targetOf } from "./use-row-keys.ts";
import { t } from "../words/words.ts";

interface RowMenuProps {
  menu: LateMenu;
  job: JobMessage;
  actions: readonly JobAction[];
  /** Whether it waits in the queue, where it can be moved. */
  queued: boolean;
  act: (action: JobAction) => void;
}

/** What else can be done to a job. */
export function RowMenu({ menu, job, actions, queued, act }: RowMenuProps) {
  const away = useIsAway();
  const may = useMay("POST /jobs/actions");
  return (
    <MenuAt menu={menu}>
      {actions.map((action) => {
        const { label, icon: Icon } = ACTION_LOOK[action];
        const danger = action === "remove" ? { className: "danger-item" } : {};
        return (
          <Menu.Item
            key={action}
            leftSection={<Icon size={15} />}
            disabled={away}
            {...danger}
            onClick={() => act(action)}
          >
            {label}
          </Menu.Item>
        );
      })}
      {may && queued && <MoveItems id={job.id} disabled={away} />}
      {may && <SelectItem id={job.id} />}
      <CopyItems job={job} />
    </MenuAt>
  );
}

function SelectItem({ id }: { id: string }) {
  const { selection } = useList();
  return (
    <>
      <Menu.Divider />
      <Menu.Item leftSection={<SquareCheck size={15} />} onClick={() => selection.toggle(id)}>
        {t("Select")}
      </Menu.Item>
    </>
  );
}

/** For whom neither drags nor has keys. */
function MoveItems({ id, disabled }: { id: string; disabled: boolean }) {
  const { move, queue } = useList();
  const step = (by: -1 | 1, toEnd: boolean) => (): void => {
    const target = targetOf(queue() ?? [], id, by, toEnd);
    if (target !== null) move(id, target);
  };
  return (
    <>
      <Menu.Divider />
      <Menu.Item leftSection={<ChevronsUp size={15} />} disabled={disabled} onClick={step(-1, true)}>
        {t("Move to the top")}
      </Menu.Item>
      <Menu.Item leftSection={<ChevronUp size={15} />} disabled={disabled} onClick={step(-1, false)}>
        {t("Move up")}
      </Menu.Item>
      <Menu.Item leftSection={<ChevronDown size={15} />} disabled={disabled} onClick={step(1, false)}>
        {t("Move down")}
      </Menu.Item>
      <Menu.Item leftSection={<ChevronsDown size={15} />} disabled={disabled} onClick={step(1, true)}>
        {t("Move to the bottom")}
      </Menu.Item>
    </>
  );
}

function CopyItems({ job }: { job: JobMessage }) {
  const url = transferOf(job)?.url;
  const { destination } = job;
  return (
    <>
      {url !== undefined && (
        <Menu.Item leftSection={<Link2 size={15} />} onClick={() => void copyAndTell(url, t("Address"))}>
          {t("Copy address")}
        </Menu.Item>
      )}
      {destination !== null && (
        <Menu.Item leftSection={<Copy size={15} />} onClick={() => void copyAndTell(destination, t("Path"))}>
          {t("Copy path")}
        </Menu.Item>
      )}
    </>
  );
}
