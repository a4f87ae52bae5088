import type { ReactNode } from "react";
import type { NodeMessage } from "../../../../src/wire/nodes.ts";
import { useNow } from "../../data/use-now.ts";
import { formatBytes } from "../../format/bytes.ts";
import { formatTime } from "../../format/time.ts";
import { t } from "../../words/words.ts";
import { MachineActs } from "./machine-acts.tsx";
import { folderWord, heardWords, kindWord, stateLook, workWords } from "./machine-words.ts";
import "./machines.css";

/** One machine: what it is, what it has, and what can be done about it. */
export function MachineCard({ machine, alone }: { machine: NodeMessage; alone: boolean }) {
  const now = useNow("minute");
  const state = stateLook(machine);
  const labels = Object.entries(machine.labels);
  return (
    <article className="machine surface" aria-label={machine.name}>
      <header className="machine__head">
        <h3 className="machine__name">{machine.name}</h3>
        <span className="badge" data-tone={state.tone}>
          {state.label}
        </span>
        <span className="badge">{kindWord(machine)}</span>
        {machine.is_this && !alone && <span className="badge">{t("This one answers you")}</span>}
        <div className="machine__acts">
          <MachineActs machine={machine} alone={alone} />
        </div>
      </header>
      <dl className="machine__facts">
        <Fact name={t("Jobs")}>{workWords(machine)}</Fact>
        <Fact name={t("Last heard of")}>
          <span title={formatTime(machine.heartbeat_at)}>{heardWords(machine, now)}</span>
        </Fact>
        <Fact name={t("Version")}>{machine.version}</Fact>
        {machine.address !== null && <Fact name={t("Address")}>{machine.address}</Fact>}
        {/* One that is away gives nothing to anybody. */}
        {machine.share_address !== null && machine.state !== "away" && (
          <Fact name={t("Gives files at")}>{machine.share_address}</Fact>
        )}
        {labels.length > 0 && (
          <Fact name={t("Labels")}>
            <ul className="machine__labels">
              {labels.map(([name, value]) => (
                <li key={name} className="badge">{`${name}=${value}`}</li>
              ))}
            </ul>
          </Fact>
        )}
        <Folders machine={machine} />
      </dl>
    </article>
  );
}

function Fact({ name, wide = false, children }: { name: string; wide?: boolean; children: ReactNode }) {
  return (
    <div className="machine__fact" data-wide={wide || undefined}>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}

function Folders({ machine: { folders, free_bytes: free } }: { machine: NodeMessage }) {
  const all = Object.entries(folders);
  if (all.length === 0) return null;
  return (
    <Fact name={t("Folders")} wide>
      <ul className="machine__folders">
        {all.map(([name, path]) => (
          <li key={name}>
            <span className="dim">{folderWord(name)}</span> <code>{path}</code>
            {free[name] !== undefined && (
              <span className="machine__free"> {t("{bytes} free", { bytes: formatBytes(free[name]) })}</span>
            )}
          </li>
        ))}
      </ul>
    </Fact>
  );
}
