import { Server } from "lucide-react";
import { memo } from "react";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { useNow } from "../data/use-now.ts";
import { formatAgo, formatTime } from "../format/time.ts";
import { VerifyLink } from "../host-keys/verify-link.tsx";
import { TaskList } from "../tasks/task-list.tsx";
import { useTasks } from "../tasks/use-tasks.ts";
import { t } from "../words/words.ts";
import { InstanceActions } from "./instance-actions.tsx";
import { InstanceFacts } from "./instance-facts.tsx";
import { instanceState } from "./instance-state.ts";
import { TestResult } from "./test-result.tsx";
import "../ui/badge.css";

/** One machine: how it stands, what it has, what it does. */
export const InstanceCard = memo(function InstanceCard({ host }: { host: HostMessage }) {
  const tasks = useTasks(host.id);
  return (
    <article className="instance surface" aria-label={host.label}>
      <div className="instance__head">
        <div className="row__icon" data-tone={tasks.running > 0 ? "accent" : undefined} aria-hidden>
          <Server size={17} />
        </div>
        <div className="instance__name">
          <div className="instance__title">
            <h2 className="truncate" title={host.label} dir="auto">
              {host.label}
            </h2>
            <StateBadge host={host} />
          </div>
          <code className="instance__line truncate" title={host.connection}>
            {host.connection}
          </code>
        </div>
        <InstanceActions host={host} />
      </div>
      <TestResult hostId={host.id} label={host.label} />
      <InstanceFacts host={host} tasks={tasks} />
      {tasks.ids.length + tasks.asked.length > 0 && (
        <TaskList tasks={tasks} label={t("Tasks of {name}", { name: host.label })} />
      )}
    </article>
  );
});

function StateBadge({ host }: { host: HostMessage }) {
  const state = instanceState(host);
  const now = useNow("at" in state ? "minute" : "never");
  switch (state.kind) {
    case "verify":
      return <VerifyLink hostId={host.id} of={host.label} />;
    case "new":
      return <span className="badge">{t("Not reached yet")}</span>;
    case "seen":
    case "known":
      return (
        <span className="badge" data-tone="ok" title={formatTime(state.at)}>
          {t("Seen {ago}", { ago: formatAgo(state.at, now) })}
        </span>
      );
    default:
      throw state satisfies never;
  }
}
