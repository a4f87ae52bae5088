import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { lazy, memo, Suspense, useLayoutEffect, useMemo, useRef, useState } from "react";
import type { ReactNode } from "react";
import { isNarrowed } from "../data/group-jobs.ts";
import type { JobFilter, JobGroups } from "../data/group-jobs.ts";
import type { Folded } from "../groups/fold-groups.ts";
import { GroupRow } from "../groups/group-row.tsx";
import { PlaceInsideProvider } from "../groups/place-inside.ts";
import { usePlaceNames } from "../data/use-place-names.ts";
import { OpenGroupsProvider, useOpenGroup, useOpenGroups } from "../groups/open-groups.ts";
import { GroupHeading } from "./group-heading.tsx";
import { JobRow } from "./job-row.tsx";
import { sameItem, toListItems } from "./list-items.ts";
import type { ListItem, Listed } from "./list-items.ts";
import { OlderHistory } from "./older-history.tsx";
import { ROW_LIST } from "./row-keys.ts";
import { RemovingProvider, useSelected } from "./use-list.ts";
import { useListKeys } from "./use-list-keys.ts";
import { t, writeNumber } from "../words/words.ts";
import "./job-list.css";

const GroupInside = lazy(async () => ({
  default: (await import("../groups/group-inside.tsx")).GroupInside,
}));

/** Lists up to this long are drawn whole: the browser's own search finds everything in them. */
const WHOLE_LIST_ITEMS = 120;
/**
 * Heights of rows as they mostly are, in pixels: where a row comes out as tall as was said, nothing has to be reckoned
 * anew, and with ten thousand of them that is felt.
 */
const ESTIMATE = {
  wide: { heading: 52, inside: 90, active: 85, problem: 104, waiting: 62, paused: 62, done: 62 },
  narrow: { heading: 52, inside: 120, active: 129, problem: 140, waiting: 85, paused: 85, done: 85 },
};
/** The line around a group, which its first and its last row have. */
const EDGE = 1;
/** Where rows are laid out as on a phone (row-on-phone.css). */
const NARROW = "(max-width: 860px)";
/** Rows drawn above and below what is seen. */
const OVERSCAN = 8;

interface JobListProps {
  groups: JobGroups;
  folded: Folded;
  /** Groups above a list that is narrowed. */
  heads: Listed["heads"];
  filter: JobFilter;
  /** Narrows the list to a group. */
  onOnly: (group: string | null) => void;
  /** Each row can be removed by one press. */
  removing: boolean;
}

/** All groups, one after the other. Long lists are drawn only where they are seen. */
export function JobList({ groups, folded, heads, filter, onOnly, removing }: JobListProps) {
  const narrowed = isNarrowed(filter);
  const inQueueOrder = !narrowed && filter.sort === "queue";
  const { opened, open } = useOpenGroups({ only: filter.group, isSearched: narrowed, onOnly });
  const items = useMemo(
    () => toListItems({ shown: groups, folded, inQueueOrder, opened, heads }),
    [groups, folded, inQueueOrder, opened, heads],
  );
  const selecting = useSelected().ids.size > 0;
  useListKeys();
  return (
    <div {...{ [ROW_LIST]: "" }} data-selecting={selecting || undefined}>
      <OpenGroupsProvider value={open}>
        <RemovingProvider value={removing}>
          {items.length > WHOLE_LIST_ITEMS ? (
            <SeenItems items={items} narrowed={narrowed} />
          ) : (
            <AllItems items={items} narrowed={narrowed} />
          )}
        </RemovingProvider>
      </OpenGroupsProvider>
      {groups.done.length > 0 && <OlderHistory filter={filter} />}
    </div>
  );
}

interface ItemsProps {
  items: readonly ListItem[];
  /** Whether a search leaves jobs out: then "all" means those that are shown. */
  narrowed: boolean;
}

const AllItems = memo(function AllItems({ items, narrowed }: ItemsProps) {
  return items.map((item) => <Item key={item.key} item={item} narrowed={narrowed} />);
});

function SeenItems({ items, narrowed }: ItemsProps) {
  const list = useRef<HTMLDivElement>(null);
  const [top, setTop] = useState(0);
  useLayoutEffect(() => setTop(list.current?.offsetTop ?? 0), []);
  const heights = useMediaQuery(NARROW, false, { getInitialValueInEffect: false })
    ? ESTIMATE.narrow
    : ESTIMATE.wide;
  const virtual = useWindowVirtualizer({
    count: items.length,
    scrollMargin: top,
    overscan: OVERSCAN,
    getItemKey: (index) => items[index]?.key ?? index,
    estimateSize: (index) => {
      const item = items[index];
      if (item === undefined || item.kind === "heading" || item.kind === "groups") return heights.heading;
      const look = item.kind === "row" ? item.group : item.kind === "group" ? "active" : "inside";
      return heights[look] + (item.first ? EDGE : 0) + (item.last ? EDGE : 0);
    },
  });
  return (
    <div ref={list} className="job-list" style={{ height: virtual.getTotalSize() }}>
      {virtual.getVirtualItems().map(({ index, key, start }) => {
        const item = items[index];
        if (item === undefined) return null;
        return (
          <div
            key={key}
            ref={virtual.measureElement}
            data-index={index}
            className="job-list__place"
            style={{ transform: `translateY(${start - top}px)` }}
          >
            <Item item={item} narrowed={narrowed} />
          </div>
        );
      })}
    </div>
  );
}

interface ItemProps {
  item: ListItem;
  narrowed: boolean;
}

const Item = memo(
  function Item({ item, narrowed }: ItemProps) {
    switch (item.kind) {
      case "heading":
        return <GroupHeading group={item.group} ids={item.ids} count={item.count} narrowed={narrowed} />;
      case "groups":
        return <GroupsHeading count={item.count} />;
      case "group":
        return <GroupItem {...item} />;
      case "inside":
        return (
          <div className="group-inside" data-last={item.last || undefined}>
            <Suspense fallback={null}>
              <GroupInside id={item.id} members={item.members} />
            </Suspense>
          </div>
        );
      case "row": {
        const { id, group, first, last, position } = item;
        const row = <JobRow {...{ id, group, first, last, position }} />;
        return item.inside ? <InsideGroup>{row}</InsideGroup> : row;
      }
      default:
        throw item satisfies never;
    }
  },
  (before, after) => before.narrowed === after.narrowed && sameItem(before.item, after.item),
);

function GroupItem({ id, members, opened, first, last }: Extract<ListItem, { kind: "group" }>) {
  const open = useOpenGroup();
  return <GroupRow {...{ id, members, opened, first, last }} onOpen={(wanted) => open(id, wanted)} />;
}

function InsideGroup({ children }: { children: ReactNode }) {
  return (
    <div className="group-inside">
      <PlaceInsideProvider value={usePlaceNames()}>{children}</PlaceInsideProvider>
    </div>
  );
}

function GroupsHeading({ count }: { count: number }) {
  return (
    <div className="group-heading">
      <h2 className="group-heading__name">
        {t("Groups")}
        <span className="group-heading__count">{writeNumber(count)}</span>
      </h2>
    </div>
  );
}
