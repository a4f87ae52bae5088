import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { ROW_LIST } from "../downloads/row-keys.ts";
import { t } from "../words/words.ts";
import { TaskRow } from "./task-row.tsx";
import "./tasks.css";

/** Shown before somebody asks for all: what is at work and what needs a person comes first. */
const SHOWN = 6;

/** The tasks of one machine. */
export function TaskList({ ids, label }: { ids: readonly string[]; label: string }) {
  const [all, setAll] = useState(false);
  const id = useId();
  const more = ids.length - SHOWN;
  return (
    <div className="tasks">
      <ul id={id} aria-label={label} {...{ [ROW_LIST]: "" }}>
        {(all ? ids : ids.slice(0, SHOWN)).map((each) => (
          <TaskRow key={each} id={each} />
        ))}
      </ul>
      {more > 0 && (
        <Button
          size="compact-sm"
          variant="subtle"
          color="gray"
          aria-expanded={all}
          aria-controls={id}
          onClick={() => setAll(!all)}
        >
          {all ? t("Show fewer") : t("Show {count} more", { count: more })}
        </Button>
      )}
    </div>
  );
}
