import { ActionIcon, Button, Menu, Tooltip } from "@mantine/core";
import {
  Ban,
  ChevronDown,
  ChevronsDown,
  ChevronsUp,
  ChevronUp,
  Copy,
  Link2,
  MoreHorizontal,
  RotateCw,
  SquareCheck,
  Trash2,
} from "lucide-react";
import type { LucideIcon } from "lucide-react";
import type { ReactNode } from "react";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { offeredActions } from "../data/offered-actions.ts";
import { useIsActing } from "../data/use-job-actions.ts";
import { useIsAway } from "../data/use-live.ts";
import { transferOf } from "../format/source-host.ts";
import { copyAndTell } from "../ui/copy-and-tell.ts";
import { PauseSolid, PlaySolid } from "../ui/solid-icons.tsx";
import { useActOn } from "./use-act-on.ts";
import { useList } from "./use-list.ts";
import { targetOf } from "./use-row-keys.ts";
import { t } from "../words/words.ts";

export const ACTION_LOOK: Record<JobAction, { label: string; icon: LucideIcon | typeof PauseSolid }> = {
  pause: { label: t("Pause"), icon: PauseSolid },
  resume: { label: t("Resume"), icon: PlaySolid },
  cancel: { label: t("Cancel"), icon: Ban },
  retry: { label: t("Retry"), icon: RotateCw },
  remove: { label: t("Remove"), icon: Trash2 },
};

interface RowActionsProps {
  job: JobMessage;
  prominent: boolean;
  /** Whether it waits in the queue, where it can be moved. */
  queued: boolean;
  remedy: ReactNode;
}

/** The likeliest action as a button, the others in a menu. */
export function RowActions({ job, prominent, queued, remedy }: RowActionsProps) {
  const acting = useIsActing(job.id);
  const away = useIsAway();
  const act = useActOn(job);
  const { selection } = useList();
  const { main, more } = offeredActions(job);
  return (
    <div className="row__actions">
      <button
        type="button"
        className="row__remove"
        aria-label={t("Remove {name}", { name: job.name })}
        disabled={away}
        onClick={() => act("remove")}
      >
        <Trash2 size={16} aria-hidden />
      </button>
      {remedy}
      {main !== null && (
        <MainAction action={main} name={job.name} {...{ prominent, acting, away }} act={act} />
      )}
      <Menu>
        <Menu.Target>
          <ActionIcon size={32} aria-label={t("More for {name}", { name: job.name })}>
            <MoreHorizontal size={17} />
          </ActionIcon>
        </Menu.Target>
        <Menu.Dropdown>
          {more.map((action) => {
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
          {queued && <MoveItems id={job.id} disabled={away} />}
          <Menu.Divider />
          <Menu.Item leftSection={<SquareCheck size={15} />} onClick={() => selection.toggle(job.id)}>
            {t("Select")}
          </Menu.Item>
          <CopyItems job={job} />
        </Menu.Dropdown>
      </Menu>
    </div>
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

interface MainActionProps {
  action: JobAction;
  name: string;
  prominent: boolean;
  acting: boolean;
  away: boolean;
  act: (action: JobAction) => void;
}

function MainAction({ action, name, prominent, acting, away, act }: MainActionProps) {
  const { label, icon: Icon } = ACTION_LOOK[action];
  const common = {
    "aria-label": `${label} ${name}`,
    disabled: away,
    loading: acting,
    onClick: () => act(action),
  };
  if (prominent) {
    return (
      <Button
        size="compact-md"
        className="row__retry"
        variant="default"
        leftSection={<Icon size={14} aria-hidden />}
        {...common}
      >
        {label}
      </Button>
    );
  }
  return (
    <Tooltip label={label}>
      <ActionIcon size={32} {...common}>
        <Icon size={17} />
      </ActionIcon>
    </Tooltip>
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
