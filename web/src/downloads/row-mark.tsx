import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import { dragRow } from "./drag-row.ts";
import { afterRest, holdPage } from "./press-row.ts";
import { QUEUED, ROW_FOCUS } from "./row-keys.ts";
import { useIsSelected, useList } from "./use-list.ts";
import { t } from "../words/words.ts";

interface MarkProps {
  tone: string;
  icon: ReactNode;
  /** The box to tick. */
  children: ReactNode;
}

/** What stands before a row: its icon, which is a box to tick when pointed at or while rows are selected. */
export function Mark({ tone, icon, children }: MarkProps) {
  const may = useMay("POST /jobs/actions");
  return (
    <div className="row__icon" data-tone={tone}>
      <span className="row__glyph" aria-hidden>
        {icon}
      </span>
      {may && (
        <>
          {children}
          <span className="row__box" aria-hidden />
        </>
      )}
    </div>
  );
}

interface RowMarkProps extends Omit<MarkProps, "children"> {
  id: string;
  name: string;
}

export function RowMark({ id, name, tone, icon }: RowMarkProps) {
  return (
    <Mark tone={tone} icon={icon}>
      <Tick id={id} name={name} />
    </Mark>
  );
}

function Tick({ id, name }: Pick<RowMarkProps, "id" | "name">) {
  const { selection, order } = useList();
  const selected = useIsSelected(id);
  return (
    <input
      type="checkbox"
      className="row__check"
      // The row itself takes the focus, and `x` selects it.
      tabIndex={-1}
      aria-label={t("Select {name}", { name })}
      checked={selected}
      onChange={(event) => {
        const { shiftKey } = event.nativeEvent as MouseEvent;
        if (shiftKey) selection.extendTo(id, order());
        else selection.toggle(id);
        // Where the keys of the list work.
        event.currentTarget
          .closest(".row")
          ?.querySelector<HTMLElement>(`[${ROW_FOCUS}]`)
          ?.focus({ preventScroll: true });
      }}
    />
  );
}

/** Takes hold of a waiting row, to drag it elsewhere. By keyboard: Alt and an arrow. */
export function RowGrip({ id }: { id: string }) {
  const { move } = useList();
  return (
    <span
      ref={holdPage}
      className="row__grip"
      title={t("Drag to another place in the queue (Alt + ↑ or ↓)")}
      aria-hidden
      onPointerDown={(event) => {
        const row = event.currentTarget.closest<HTMLElement>(`[${QUEUED}]`);
        if (event.button !== 0 || row === null) return;
        const { nativeEvent: down } = event;
        const drag = (): void => dragRow(row, down, (target) => move(id, target));
        if (event.pointerType !== "mouse") return afterRest(down, drag);
        event.preventDefault();
        drag();
      }}
    />
  );
}
