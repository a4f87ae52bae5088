import { Button, Menu } from "@mantine/core";
import { useQuery } from "@tanstack/react-query";
import { ChevronsUpDown, Trash2, X } from "lucide-react";
import { useCallback } from "react";
import type { LiveView } from "../../../src/client/create-live-jobs.ts";
import { hasEnded } from "../../../src/client/poll-jobs.ts";
import { SNAPSHOT_ENDED_JOBS } from "../../../src/wire/events.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";
import type { JobAction } from "../../../src/wire/requests.ts";
import { useServer } from "../data/server.tsx";
import { useManyJobsAction } from "../data/use-job-actions.ts";
import type { Which } from "../data/use-job-actions.ts";
import { useIsAway, useLive } from "../data/use-live.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { keepNewsAbove } from "../ui/keep-news-above.ts";
import { ACTION_LOOK } from "./action-look.ts";
import { BAR_ACTIONS, selectedOffers } from "./selected-offers.ts";
import type { SelectedOffers } from "./selected-offers.ts";
import { countMatching } from "./server-filter.ts";
import { useList, useSelected } from "./use-list.ts";
import { t, tn } from "../words/words.ts";

const PRIORITIES = [
  { priority: 100, label: t("High"), note: t("goes first") },
  { priority: 0, label: t("Normal"), note: t("as they came") },
  { priority: -100, label: t("Low"), note: t("goes last") },
] as const;

const DONE: Record<JobAction, (count: number) => string> = {
  pause: (count) => tn(count, "{n} download paused", "{n} downloads paused"),
  resume: (count) => tn(count, "{n} download resumed", "{n} downloads resumed"),
  now: (count) => tn(count, "{n} download let run now", "{n} downloads let run now"),
  retry: (count) => tn(count, "{n} download tried again", "{n} downloads tried again"),
  cancel: (count) => tn(count, "{n} download cancelled", "{n} downloads cancelled"),
  remove: (count) => tn(count, "{n} download removed", "{n} downloads removed"),
};

interface BarProps {
  /** What the server finds by the list's filter; null where the page shows all of it anyway. */
  filter: Which["filter"] | null;
  /** How many rows the list has. */
  shown: number;
  ids: ReadonlySet<string>;
}

/** What can be done to the selected rows. */
export function SelectionBar({ filter, shown, ids }: BarProps) {
  const { selection, removeSelected } = useList();
  const { matching } = useSelected();
  const away = useIsAway();
  const many = useManyJobsAction();
  const { of, movable } = useLive(
    useCallback((view: LiveView, before: SelectedOffers | null) => offersOf(view, ids, before), [ids]),
  );
  const whole: Which | null = matching && filter ? { filter } : null;
  const act = (action: JobAction): void =>
    many.mutate({
      action,
      which: whole ?? { ids: [...of[action]] },
      done: DONE[action],
    });
  const busy = away || many.isPending;
  return (
    <div className="selection-bar" ref={keepNewsAbove}>
      <strong className="selection-bar__count" aria-live="polite">
        {matching ? t("All that match") : t("{n} selected", { n: ids.size })}
      </strong>
      {!matching && filter != null && ids.size === shown && <MatchingButton filter={filter} shown={shown} />}
      <div className="selection-bar__actions">
        {BAR_ACTIONS.filter((action) => of[action].length > 0).map((action) => {
          const { label, icon: Icon } = ACTION_LOOK[action];
          return (
            <Button
              key={action}
              size="compact-md"
              variant="default"
              leftSection={<Icon size={14} aria-hidden />}
              disabled={busy}
              onClick={() => act(action)}
            >
              {label}
            </Button>
          );
        })}
        {movable.length > 0 && whole === null && <PriorityMenu ids={movable} disabled={busy} />}
        <Button
          size="compact-md"
          variant="light"
          color="red"
          leftSection={<Trash2 size={14} aria-hidden />}
          disabled={busy}
          onClick={() => removeSelected(whole ?? undefined)}
        >
          {t("Remove")}
        </Button>
      </div>
      <IconButton
        label={t("Select nothing")}
        tip={t("Select nothing (Esc)")}
        onClick={() => selection.clear()}
      >
        <X size={16} aria-hidden />
      </IconButton>
    </div>
  );
}

function PriorityMenu({ ids, disabled }: { ids: readonly string[]; disabled: boolean }) {
  const many = useManyJobsAction();
  return (
    <Menu position="top-end" width={240}>
      <Menu.Target>
        <Button
          size="compact-md"
          variant="default"
          leftSection={<ChevronsUpDown size={14} aria-hidden />}
          disabled={disabled}
        >
          {t("Priority")}
        </Button>
      </Menu.Target>
      <Menu.Dropdown>
        {PRIORITIES.map(({ priority, label, note }) => (
          <Menu.Item
            key={priority}
            rightSection={<span className="dim">{note}</span>}
            onClick={() =>
              many.mutate({
                action: "move",
                priority,
                which: { ids: [...ids] },
                done: (count) =>
                  tn(count, "Priority of {n} download: {label}", "Priority of {n} downloads: {label}", {
                    label,
                  }),
              })
            }
          >
            {label}
          </Menu.Item>
        ))}
      </Menu.Dropdown>
    </Menu>
  );
}

/** Offered when all rows are selected and the server knows more than the page holds. */
function MatchingButton({ filter, shown }: { filter: NonNullable<Which["filter"]>; shown: number }) {
  const { client } = useServer();
  const { selection } = useList();
  const more = useLive(holdsNotAll);
  const counts = useQuery({
    queryKey: ["job-counts"],
    queryFn: async ({ signal }) => (await client.jobs.list({ limit: 1 }, signal)).counts,
    enabled: more,
  });
  if (!more || counts.data === undefined) return null;
  const count = countMatching(filter, counts.data);
  if (count !== null && count <= shown) return null;
  return (
    <Button size="compact-sm" variant="subtle" onClick={() => selection.selectMatching()}>
      {count === null ? t("Select older ones, too") : t("Select all {n} matching", { n: count })}
    </Button>
  );
}

/** The live list holds all that have not ended, and so many of those that have. */
function holdsNotAll(view: LiveView): boolean {
  let ended = 0;
  for (const job of view.jobs.values()) if (hasEnded(job)) ended++;
  return ended >= SNAPSHOT_ENDED_JOBS;
}

function offersOf(view: LiveView, ids: ReadonlySet<string>, before: SelectedOffers | null): SelectedOffers {
  const jobs = [...ids].flatMap((id): JobMessage[] => {
    const job = view.jobs.get(id);
    return job === undefined ? [] : [job];
  });
  const offers = selectedOffers(jobs);
  return before !== null && sameOffers(before, offers) ? before : offers;
}

function sameOffers(a: SelectedOffers, b: SelectedOffers): boolean {
  const lists = (offers: SelectedOffers): (readonly string[])[] => [
    ...Object.values(offers.of),
    offers.movable,
  ];
  const others = lists(b);
  return lists(a).every((ids, at) => {
    const other = others[at] ?? [];
    return ids.length === other.length && ids.every((id, index) => id === other[index]);
  });
}
