import { ChevronRight } from "lucide-react";
import type { KeyboardEvent } from "react";
import { useMay } from "../access/may.tsx";
import type { GroupMessage } from "../../../src/wire/groups.ts";
import { useIsAway } from "../data/use-live.ts";
import { handleRowKey, ROW_FOCUS } from "../downloads/row-keys.ts";
import { useKeptFocus } from "../downloads/use-kept-focus.ts";
import { groupKey, useList } from "../downloads/use-list.ts";
import { offersOf } from "./group-words.ts";
import { askToRemoveGroup } from "./ask-to-remove-group.tsx";
import { useGroupAction, useRemoveGroup } from "./use-group-actions.ts";

interface GroupNameProps {
  group: GroupMessage;
  members: readonly string[];
  opened: boolean;
  onOpen: (opened: boolean) => void;
}

/** Its name covers the row as that of a download does: pressed, the group opens; the keys of the list work on it. */
export function GroupName({ group, members, opened, onOpen }: GroupNameProps) {
  const { id, name } = group;
  const focusKey = groupKey(id);
  const link = useKeptFocus<HTMLAnchorElement>(focusKey);
  const onKeyDown = useGroupKeys(group, members, opened, onOpen);
  return (
    <a
      ref={link}
      href={`#/downloads?group=${id}`}
      className="row__name group-row__name"
      aria-expanded={opened}
      {...{ [ROW_FOCUS]: focusKey }}
      onKeyDown={onKeyDown}
      onClick={(event) => {
        if (event.altKey || event.ctrlKey || event.metaKey || event.shiftKey) return;
        event.preventDefault();
        onOpen(!opened);
      }}
    >
      <ChevronRight size={15} className="group-row__chevron" aria-hidden />
      <span className="truncate" title={name} dir="auto">
        {name}
      </span>
    </a>
  );
}

function useGroupKeys(
  group: GroupMessage,
  members: readonly string[],
  opened: boolean,
  onOpen: (opened: boolean) => void,
) {
  const { selection, extendTo } = useList();
  const { mutate } = useGroupAction(group);
  const remove = useRemoveGroup(group);
  const away = useIsAway();
  const maySelect = useMay("POST /jobs/actions");
  const mayAct = useMay("POST /groups/:id/actions") && !away;
  const mayRemove = useMay("DELETE /groups/:id") && !away;
  const toggle = (): void => {
    const { ids } = selection.getSnapshot();
    if (maySelect) selection.setAll(members, !members.every((member) => ids.has(member)));
  };
  return (event: KeyboardEvent<HTMLElement>): void => {
    const { main } = offersOf(group);
    const plain = !(event.altKey || event.ctrlKey || event.metaKey || event.shiftKey);
    if (plain && (event.key === "ArrowRight" || event.key === "ArrowLeft")) {
      event.preventDefault();
      onOpen(event.key === "ArrowRight");
      return;
    }
    handleRowKey(event, {
      main: () => (main === null || !mayAct ? undefined : mutate(main)),
      remove: () => (mayRemove ? askToRemoveGroup(group, () => remove.mutate("remove")) : undefined),
      toggle,
      extendTo: (other) => {
        if (!maySelect) return;
        if (selection.isEmpty) selection.setAll(members, true);
        extendTo(other);
      },
      move: null,
      isSelecting: !selection.isEmpty,
    });
  };
}
