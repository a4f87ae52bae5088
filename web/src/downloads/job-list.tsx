import { useMediaQuery } from "@mantine/hooks";
import { useWindowVirtualizer } from "@tanstack/react-virtual";
import { memo, useLayoutEffect, useMemo, useRef, useState } from "react";
import { isNarrowed } from "../data/group-jobs.ts";
import type { JobFilter, JobGroups } from "../data/group-jobs.ts";
import { GroupHeading } from "./group-heading.tsx";
import { JobRow } from "./job-row.tsx";
import { toListItems } from "./list-items.ts";
import type { ListItem } from "./list-items.ts";
import { OlderHistory } from "./older-history.tsx";
import { ROW_LIST } from "./row-keys.ts";
import { RemovingProvider, useSelected } from "./use-list.ts";
import { useListKeys } from "./use-list-keys.ts";
import "./job-list.css";

/** Lists up to this long are drawn whole: the browser's own search finds everything in them. */
const WHOLE_LIST_ITEMS = 120;
/**
 * Heights of rows as they mostly are, in pixels: where a row comes out as tall as was said, nothing has to be reckoned
 * anew, and with ten thousand of them that is felt.
 */
const ESTIMATE = {
  wide: { heading: 52, active: 85, problem: 104, waiting: 62, paused: 62, done: 62 },
  narrow: { heading: 52, active: 129, problem: 140, waiting: 85, paused: 85, done: 85 },
};
/** The line around a group, which its first and its last row have. */
const EDGE = 1;
/** Where rows are laid out as on a phone (row-on-phone.css). */
const NARROW = "(max-width: 860px)";
/** Rows drawn above and below what is seen. */
const OVERSCAN = 8;

interface JobListProps {
  groups: JobGroups;
  filter: JobFilter;
  /** Each row can be removed by one press. */
  removing: boolean;
}

/** All groups, one after the other. Long lists are drawn only where they are seen. */
export function JobList({ groups, filter, removing }: JobListProps) {
  const narrowed = isNarrowed(filter);
  const inQueueOrder = !narrowed && filter.sort === "queue";
  const items = useMemo(() => toListItems(groups, inQueueOrder), [groups, inQueueOrder]);
  const selecting = useSelected().ids.size > 0;
  useListKeys();
  return (
    <div {...{ [ROW_LIST]: "" }} data-selecting={selecting || undefined}>
      <RemovingProvider value={removing}>
        {items.length > WHOLE_LIST_ITEMS ? (
          <SeenItems items={items} narrowed={narrowed} />
        ) : (
          <AllItems items={items} narrowed={narrowed} />
        )}
      </RemovingProvider>
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
      if (item === undefined || item.kind === "heading") return heights.heading;
      return heights[item.group] + (item.first ? EDGE : 0) + (item.last ? EDGE : 0);
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

const Item = memo(function Item({ item, narrowed }: ItemProps) {
  if (item.kind === "heading") return <GroupHeading group={item.group} ids={item.ids} narrowed={narrowed} />;
  const { id, group, first, last, position } = item;
  return <JobRow {...{ id, group, first, last, position }} />;
}, sameItem);

/** The list of items is made anew when a job joins it; what says the same is not drawn again. */
function sameItem({ item: a, narrowed }: ItemProps, { item: b, narrowed: now }: ItemProps): boolean {
  if (a.kind === "heading")
    return b.kind === "heading" && a.group === b.group && a.ids === b.ids && narrowed === now;
  if (b.kind !== "row" || a.id !== b.id || a.group !== b.group) return false;
  return a.first === b.first && a.last === b.last && a.position === b.position;
}
