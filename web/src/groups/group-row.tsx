import { Layers, MoreHorizontal, Trash2 } from "lucide-react";
import { lazy, Suspense } from "react";
import { useMay } from "../access/may.tsx";
import type { GroupAction, GroupMessage } from "../../../src/wire/groups.ts";
import { useIsAway } from "../data/use-live.ts";
import { ACTION_LOOK } from "../downloads/action-look.ts";
import { useIsRemoving } from "../downloads/use-list.ts";
import { formatBytes, formatSpeed } from "../format/bytes.ts";
import { formatDuration } from "../format/duration.ts";
import { formatPercent } from "../format/percent.ts";
import { BytesOf } from "../ui/bytes.tsx";
import { IconButton } from "../ui/icon-button.tsx";
import { pressOnce } from "../ui/press-once.ts";
import { ProgressBar } from "../ui/progress-bar.tsx";
import { useLateMenu } from "../ui/use-late-menu.ts";
import { t, tn } from "../words/words.ts";
import { askToRemoveGroup } from "./ask-to-remove-group.tsx";
import { GroupMark } from "./group-mark.tsx";
import { GroupName } from "./group-name.tsx";
import { BAR_TONE, fractionOf, offersOf, stageOf, troublesOf, wantedOf } from "./group-words.ts";
import { useGroupAction, useIsGroupActing, useRemoveGroup } from "./use-group-actions.ts";
import { useGroup } from "./use-groups.ts";
import "../ui/badge.css";
import "./group-row.css";

const GroupMenu = lazy(async () => ({ default: (await import("./group-menu.tsx")).GroupMenu }));

export interface GroupRowProps {
  id: string;
  /** Ids of its downloads in the list. */
  members: readonly string[];
  opened: boolean;
  onOpen: (opened: boolean) => void;
  first: boolean;
  last: boolean;
}

/** One group with one progress. Drawn again only when this very group moves. */
export function GroupRow({ id, members, opened, onOpen, first, last }: GroupRowProps) {
  const group = useGroup(id);
  if (group === null) return null;
  const { name, status, percent } = group;
  return (
    <article
      className="row group-row"
      data-first={first || undefined}
      data-last={last || undefined}
      data-status={status}
      aria-label={t("Group {name}", { name })}
    >
      <GroupMark members={members} name={name} tone={MARK_TONE[status]} icon={<Layers size={17} />} />
      <div className="row__body">
        <div className="row__head">
          <GroupName group={group} members={members} opened={opened} onOpen={onOpen} />
          {percent !== null && <span className="row__percent">{formatPercent(percent)}</span>}
        </div>
        <ProgressBar
          label={t("Progress of {name}", { name })}
          fraction={fractionOf(group)}
          valueText={t("{percent}, {done} of {total}", {
            percent: formatPercent(percent),
            done: formatBytes(group.bytes_done),
            total: group.unknown > 0 ? t("unknown size") : formatBytes(group.bytes_total),
          })}
          tone={BAR_TONE[status]}
          moving={status === "RUNNING"}
        />
        <GroupFacts group={group} />
      </div>
      <Actions group={group} members={members} />
    </article>
  );
}

const MARK_TONE: Record<GroupMessage["status"], string> = {
  RUNNING: "accent",
  PENDING: "plain",
  HOST_VERIFICATION_NEEDED: "warn",
  PAUSED: "plain",
  FAILED: "bad",
  COMPLETE: "ok",
  CANCELLED: "plain",
};

/** What it is doing, how much of it is done, what is in the way. */
function GroupFacts({ group }: { group: GroupMessage }) {
  const { counts, places, places_done: placesDone, bytes_done: done, bytes_total: total } = group;
  const wanted = wantedOf(group);
  const isMoving = group.status === "RUNNING" && group.bytes_per_second > 0;
  return (
    <div className="row__facts group-row__facts">
      <span className="row__stage">{stageOf(group)}</span>
      <span className="row__bytes">
        {(total > 0 || group.unknown > 0) && <BytesOf done={done} total={group.unknown > 0 ? null : total} />}
      </span>
      {isMoving && (
        <>
          <span className="row__speed">{formatSpeed(group.bytes_per_second)}</span>
          <span className="row__eta">
            {group.eta_seconds === null
              ? ""
              : t("{duration} left", { duration: formatDuration(group.eta_seconds) })}
          </span>
        </>
      )}
      <span className="row__end">
        {troublesOf(group).map(({ tone, text }) => (
          <span key={tone} className="badge" data-tone={tone}>
            {text}
          </span>
        ))}
        {counts.CANCELLED > 0 && <span className="dim">{t("{n} cancelled", { n: counts.CANCELLED })}</span>}
        {wanted > 0 && (
          <span className="dim">
            {tn(wanted, "{done} of {n} download done", "{done} of {n} downloads done", {
              done: counts.COMPLETE,
            })}
          </span>
        )}
        {places > 1 && (
          <span className="group-row__places">
            {tn(places, "{done} of {n} place done", "{done} of {n} places done", { done: placesDone })}
          </span>
        )}
      </span>
    </div>
  );
}

function Actions({ group, members }: { group: GroupMessage; members: readonly string[] }) {
  const may = useMay("POST /groups/:id/actions");
  const mayRemove = useMay("DELETE /groups/:id");
  const removing = useIsRemoving();
  const { menu, button } = useLateMenu();
  const { main, more } = offersOf(group);
  const { name } = group;
  if (removing && mayRemove) return <RemoveAction group={group} />;
  return (
    <div className="row__actions">
      {may && main !== null && <MainAction group={group} action={main} />}
      <IconButton size="large" label={t("More for {name}", { name })} tip={null} {...button}>
        <MoreHorizontal size={17} aria-hidden />
      </IconButton>
      {menu !== null && (
        <Suspense fallback={null}>
          <GroupMenu menu={menu} group={group} members={members} actions={may ? more : []} />
        </Suspense>
      )}
    </div>
  );
}

function RemoveAction({ group }: { group: GroupMessage }) {
  const { mutate } = useRemoveGroup(group);
  const away = useIsAway();
  return (
    <div className="row__actions">
      <button
        type="button"
        className="row__remove"
        aria-label={t("Remove {name}", { name: group.name })}
        disabled={away}
        onClick={() => askToRemoveGroup(group, () => mutate("remove"))}
      >
        <Trash2 size={16} aria-hidden />
      </button>
    </div>
  );
}

function MainAction({ group, action }: { group: GroupMessage; action: GroupAction }) {
  const { mutate } = useGroupAction(group);
  const acting = useIsGroupActing(group.id);
  const away = useIsAway();
  const { label, icon: Icon } = ACTION_LOOK[action];
  return (
    <IconButton
      size="large"
      label={`${label} ${group.name}`}
      tip={label}
      disabled={away}
      loading={acting}
      onClick={pressOnce(() => mutate(action))}
    >
      <Icon size={17} aria-hidden />
    </IconButton>
  );
}
