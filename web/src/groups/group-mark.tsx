import { useCallback, useEffect, useRef, useSyncExternalStore } from "react";
import type { ReactNode } from "react";
import { Mark } from "../downloads/row-mark.tsx";
import { useList } from "../downloads/use-list.ts";
import { t } from "../words/words.ts";

interface GroupMarkProps {
  members: readonly string[];
  name: string;
  tone: string;
  icon: ReactNode;
}

/** What stands before a group: its icon, which is a box that stands for the boxes of its downloads. */
export function GroupMark({ members, name, tone, icon }: GroupMarkProps) {
  return (
    <Mark tone={tone} icon={icon}>
      <Tick members={members} name={name} />
    </Mark>
  );
}

function Tick({ members, name }: Pick<GroupMarkProps, "members" | "name">) {
  const { selection } = useList();
  const some = useSomeSelected(members);
  const box = useRef<HTMLInputElement>(null);
  useEffect(() => {
    if (box.current !== null) box.current.indeterminate = some === "some";
  }, [some]);
  return (
    <input
      ref={box}
      type="checkbox"
      className="row__check"
      tabIndex={-1}
      aria-label={t("Select the downloads of {name}", { name })}
      checked={some === "all"}
      onChange={() => selection.setAll(members, some !== "all")}
    />
  );
}

function useSomeSelected(members: readonly string[]): "none" | "some" | "all" {
  const { selection } = useList();
  return useSyncExternalStore(
    selection.subscribe,
    useCallback(() => {
      const { ids } = selection.getSnapshot();
      if (ids.size === 0 || !members.some((id) => ids.has(id))) return "none";
      return members.every((id) => ids.has(id)) ? "all" : "some";
    }, [selection, members]),
  );
}
