import { ChevronRight, Folder, HardDrive } from "lucide-react";
import { useEffect, useRef } from "react";
import type { FolderListMessage } from "../../../src/wire/files.ts";
import { formatBytes } from "../format/bytes.ts";
import { Bytes } from "../ui/bytes.tsx";
import { t, tn } from "../words/words.ts";
import { totalOf, usesBelow, wayTo } from "./disk-use.ts";
import type { Use } from "./disk-use.ts";

interface DiskUseProps {
  list: FolderListMessage;
  /** The folder that is looked into; null for all. */
  at: string | null;
  onGo: (at: string | null) => void;
}

/** Which folder takes how much, level by level. */
export function DiskUse({ list, at, onGo }: DiskUseProps) {
  const uses = usesBelow(list, at);
  const total = totalOf(list, at);
  const largest = uses[0]?.bytes ?? 0;
  const section = useRef<HTMLElement>(null);
  const shown = useRef(at);
  useEffect(() => {
    if (shown.current === at) return;
    shown.current = at;
    // The line that was pressed is gone: without this the next Tab would begin at the top of the page.
    section.current?.querySelector<HTMLElement>(".disk__here")?.focus();
  }, [at]);
  return (
    <section ref={section} className="set surface" aria-label={t("Disk use")}>
      <div className="disk__head">
        <Way at={at} roots={list.roots} onGo={onGo} />
        <p className="disk__total">
          <Bytes bytes={total.bytes} />
          <span className="dim">{tn(total.files, "{n} file", "{n} files")}</span>
          {total.unreadBytes > 0 && (
            <span className="dim" title={list.reading ?? undefined}>
              {t("{size} not read for hashes yet", { size: formatBytes(total.unreadBytes) })}
            </span>
          )}
        </p>
      </div>
      {uses.length > 0 && (
        <ul className="disk__list">
          {uses.map((use) => (
            <FolderLine key={use.path} use={use} largest={largest} isRoot={at === null} onGo={onGo} />
          ))}
        </ul>
      )}
      {!list.complete && <p className="disk__note dim">{t("The folders are still being looked through…")}</p>}
      {list.troubles.map((trouble) => (
        <p key={trouble} className="disk__note disk__note_bad">
          {trouble}
        </p>
      ))}
    </section>
  );
}

/** From all folders to the one that is looked into. */
function Way({ at, roots, onGo }: Omit<DiskUseProps, "list"> & { roots: readonly string[] }) {
  const way = wayTo(at, roots);
  return (
    <nav className="disk__way" aria-label={t("Folders")}>
      <ol>
        <li>
          {way.length === 0 ? (
            <h2 className="disk__here" tabIndex={-1}>
              {t("Disk use")}
            </h2>
          ) : (
            <button type="button" className="link-button" onClick={() => onGo(null)}>
              {t("All folders")}
            </button>
          )}
        </li>
        {way.map(({ path, name }, index) => (
          <li key={path}>
            <ChevronRight size={14} aria-hidden />
            {index === way.length - 1 ? (
              <h2 className="disk__here" tabIndex={-1} dir="auto">
                {name}
              </h2>
            ) : (
              <button type="button" className="link-button" dir="auto" onClick={() => onGo(path)}>
                {name}
              </button>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

interface FolderLineProps {
  use: Use;
  /** Bytes of the largest beside it. */
  largest: number;
  isRoot: boolean;
  onGo: (at: string) => void;
}

function FolderLine({ use, largest, isRoot, onGo }: FolderLineProps) {
  const Icon = isRoot ? HardDrive : Folder;
  return (
    <li>
      <button type="button" className="disk__line" onClick={() => onGo(use.path)}>
        <Icon size={16} aria-hidden />
        <span className="disk__name truncate" dir="auto" title={use.path}>
          {use.name}
        </span>
        <span className="disk__meter" aria-hidden>
          <span style={{ transform: `scaleX(${largest === 0 ? 0 : use.bytes / largest})` }} />
        </span>
        <span className="disk__files dim">{tn(use.files, "{n} file", "{n} files")}</span>
        <span className="disk__bytes">
          <Bytes bytes={use.bytes} />
        </span>
      </button>
    </li>
  );
}
