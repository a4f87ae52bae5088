import { Check } from "lucide-react";
import { formatBytes } from "../format/bytes.ts";
import { t } from "../words/words.ts";
import type { PlannedCard, PlannedCommand, PlannedFile } from "./install-plan.ts";
import "../ui/badge.css";

/** One card of the plan: what becomes of it, and its commands. */
export function PlannedCardView({ card }: { card: PlannedCard }) {
  const { title, size, problem, commands } = card;
  return (
    <li className="planned">
      <div className="planned__head">
        <h3 className="planned__title truncate" dir="auto" title={title}>
          {title}
        </h3>
        {size !== null && <span className="dim">{formatBytes(size)}</span>}
        <StateBadge state={card.state} />
      </div>
      {problem !== null && <p className="planned__problem">{problem}</p>}
      <ol className="planned__commands">
        {commands.map((command, index) => (
          // Commands never change places, and two may be the same.
          // oxlint-disable-next-line react/no-array-index-key
          <Command key={index} command={command} />
        ))}
      </ol>
    </li>
  );
}

function StateBadge({ state }: Pick<PlannedCard, "state">) {
  switch (state) {
    case "new":
      return (
        <span className="badge" data-tone="accent">
          {t("Will be queued")}
        </span>
      );
    case "queued":
      return <span className="badge">{t("In the queue already")}</span>;
    case "there":
      return (
        <span className="badge" data-tone="ok">
          {t("There already")}
        </span>
      );
    case "refused":
      return (
        <span className="badge" data-tone="bad">
          {t("Cannot be installed")}
        </span>
      );
    default:
      throw state satisfies never;
  }
}

function Command({ command: { line, title, tool, files } }: { command: PlannedCommand }) {
  return (
    <li className="planned__command">
      <div className="planned__line">
        {tool !== "auto" && <span className="badge">{tool}</span>}
        {title !== null && <span dir="auto">{title}</span>}
      </div>
      <code className="planned__code">{line}</code>
      {files.length > 0 && (
        <ul>
          {files.map((file) => (
            <File key={`${file.folder} ${file.name}`} file={file} />
          ))}
        </ul>
      )}
    </li>
  );
}

function File({ file: { folder, name, size, there } }: { file: PlannedFile }) {
  return (
    <li className="planned__file">
      <code>{name === null ? `${folder}/` : `${folder}/${name}`}</code>
      {size !== null && <span className="dim">{formatBytes(size)}</span>}
      {there === true && (
        <span className="planned__there">
          <Check size={13} aria-hidden /> {t("there")}
        </span>
      )}
    </li>
  );
}
