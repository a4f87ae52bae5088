import type { ReactNode } from "react";
import { formatLabels } from "../../../src/job/labels.ts";
import type { HostMessage } from "../../../src/wire/hosts.ts";
import { formatBytes, formatExactBytes } from "../format/bytes.ts";
import type { Tasks } from "../tasks/use-tasks.ts";
import { t, tn } from "../words/words.ts";
import { diskUse, sortTools } from "./instance-state.ts";
import type { ToolShown } from "./instance-state.ts";

/** Free space, tools, `$UI_HOME`, jobs: as of the last look. */
export function InstanceFacts({ host, tasks }: { host: HostMessage; tasks: Tasks }) {
  return (
    <dl className="instance__facts">
      <Fact name={t("Free space")}>
        <Space host={host} />
      </Fact>
      <Fact name={t("Jobs")}>
        <Jobs tasks={tasks} />
      </Fact>
      <Fact name={t("UI home")}>
        <UiHome host={host} />
      </Fact>
      {Object.keys(host.needs).length > 0 && (
        <Fact name={t("Needs")}>
          <code>{formatLabels(host.needs)}</code>
        </Fact>
      )}
      <Fact name={t("Tools")} wide>
        <Tools host={host} />
      </Fact>
    </dl>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className="instance__fact" data-wide={wide || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

const NOT_YET = <span className="dim">{t("Not looked at yet")}</span>;

function Space({ host }: { host: HostMessage }) {
  const { free_bytes: free, total_bytes: total } = host;
  const use = diskUse(host);
  if (free === null) return NOT_YET;
  return (
    <span title={t("{bytes} free", { bytes: formatExactBytes(free) })}>
      {formatBytes(free)}{" "}
      {total !== null && <span className="dim">{t("of {total}", { total: formatBytes(total) })}</span>}
      {use !== null && (
        <span className="instance__meter" data-tone={use > 0.9 ? "bad" : undefined} aria-hidden>
          <span style={{ transform: `scaleX(${use})` }} />
        </span>
      )}
    </span>
  );
}

function Jobs({ tasks: { running, waiting, problems, paused } }: { tasks: Tasks }) {
  const parts = [
    ...(running > 0 ? [tn(running, "{n} running", "{n} running")] : []),
    ...(waiting > 0 ? [tn(waiting, "{n} waiting", "{n} waiting")] : []),
    ...(paused > 0 ? [tn(paused, "{n} paused", "{n} paused")] : []),
  ];
  if (parts.length === 0 && problems === 0) return <span className="dim">{t("None")}</span>;
  return (
    <>
      {parts.join(", ")}
      {parts.length > 0 && problems > 0 && ", "}
      {problems > 0 && (
        <span className="instance__problems">{tn(problems, "{n} needs you", "{n} need you")}</span>
      )}
    </>
  );
}

function UiHome({ host }: { host: HostMessage }) {
  const { ui_home: own, ui_home_exists: exists } = host;
  return (
    <>
      {own === null ? <span className="dim">{t("As the setting says")}</span> : <code>{own}</code>}
      {exists === false && <span className="instance__missing"> {t("is not there yet")}</span>}
    </>
  );
}

function Tools({ host }: { host: HostMessage }) {
  if (host.scanned_at === null) return NOT_YET;
  const { fetchers, others } = sortTools(host.tools);
  return (
    <ul className="instance__tools">
      {fetchers.length === 0 && <li className="instance__missing">{t("None that could download")}</li>}
      {fetchers.map((tool) => (
        <Tool key={tool.tool} shown={tool} tone="accent" />
      ))}
      {others.map((tool) => (
        <Tool key={tool.tool} shown={tool} />
      ))}
      {host.system !== null && <li className="dim">{host.system}</li>}
    </ul>
  );
}

function Tool({ shown: { tool, version, path }, tone }: { shown: ToolShown; tone?: "accent" }) {
  return (
    <li>
      <span className="badge" data-tone={tone} data-tip={`${version ?? t("version unknown")}, ${path}`}>
        {tool}
        {version !== null && <span className="visually-hidden"> {version}</span>}
      </span>
    </li>
  );
}
