import { useLocalStorage } from "@mantine/hooks";
import { ChevronRight, Server } from "lucide-react";
import { useState } from "react";
import { useHosts } from "../data/use-hosts.ts";
import { TaskList } from "../tasks/task-list.tsx";
import { useTaskPlaces, useTasks } from "../tasks/use-tasks.ts";
import { t, tn } from "../words/words.ts";
import "../ui/set.css";

/** What is being installed, machine by machine; nothing where nothing was asked for. */
export function InstallTasks() {
  const places = useTaskPlaces();
  const { hosts } = useHosts();
  if (places.length === 0) return null;
  return (
    <div className="install-tasks">
      {places.map((place) => (
        <PlaceTasks
          key={place ?? ""}
          place={place}
          name={
            place === null
              ? t("This machine")
              : (hosts?.find(({ id }) => id === place)?.label ?? t("An instance that was removed"))
          }
        />
      ))}
    </div>
  );
}

function PlaceTasks({ place, name }: { place: string | null; name: string }) {
  const tasks = useTasks(place);
  const [chosen, setChosen] = useLocalStorage<boolean | null>({
    key: `haulyard-tasks-folded:${place ?? "here"}`,
    defaultValue: null,
    getInitialValueInEffect: false,
  });
  // What is over when the page opens needs no room; what begins is shown, and stays when it ends.
  const toGo = tasks.running + tasks.waiting + tasks.asked.length;
  const isOpen = toGo + tasks.problems + tasks.paused > 0;
  const [wasOpen, setWasOpen] = useState(isOpen);
  if (isOpen && !wasOpen) setWasOpen(true);
  const folded = chosen ?? !wasOpen;
  const listId = `tasks-${place ?? "here"}`;
  return (
    <section className="set surface" aria-label={t("Tasks of {name}", { name })}>
      <div className="set__head">
        <h2 className="set__heading">
          <button
            type="button"
            className="set__fold"
            aria-expanded={!folded}
            aria-controls={listId}
            onClick={() => setChosen(!folded)}
          >
            <ChevronRight size={16} className="set__chevron" aria-hidden />
            <Server size={15} aria-hidden />
            <span className="truncate" dir="auto">
              {name}
            </span>
          </button>
        </h2>
        <span className="dim install-tasks__count">
          {toGo > 0
            ? tn(toGo, "{n} task to go", "{n} tasks to go")
            : tn(tasks.ids.length, "{n} task", "{n} tasks")}
        </span>
      </div>
      <div id={listId} hidden={folded}>
        {!folded && <TaskList tasks={tasks} label={t("Tasks of {name}", { name })} />}
      </div>
    </section>
  );
}
