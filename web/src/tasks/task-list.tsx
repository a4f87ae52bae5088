import { Button } from "@mantine/core";
import { useId, useState } from "react";
import { ROW_LIST } from "../downloads/row-keys.ts";
import { t } from "../words/words.ts";
import { AskedRow } from "./asked-row.tsx";
import { TaskRow } from "./task-row.tsx";
import type { Tasks } from "./use-tasks.ts";
import "./tasks.css";

/** Shown before somebody asks for all: what is at work and what needs a person comes first. */
const SHOWN = 6;

/** The tasks of one machine. */
export function TaskList({ tasks, label }: { tasks: Tasks; label: string }) {
  const [all, setAll] = useState(false);
  const id = useId();
  const { ids, asked, running, problems, waiting } = tasks;
  const behind = running + problems + waiting;
  const rows = [
    ...ids.slice(0, behind).map((each) => <TaskRow key={each} id={each} />),
    ...asked.map((one) => <AskedRow key={`asked ${one.id}`} name={one.name} />),
    ...ids.slice(behind).map((each) => <TaskRow key={each} id={each} />),
  ];
  const more = rows.length - SHOWN;
  return (
    <div className="tasks">
      <ul id={id} aria-label={label} {...{ [ROW_LIST]: "" }}>
        {all ? rows : rows.slice(0, SHOWN)}
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
