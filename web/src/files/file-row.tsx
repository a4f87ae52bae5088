import { File, FileCheck, FileQuestion, FileWarning } from "lucide-react";
import { memo, useCallback } from "react";
import type { FileMessage } from "../../../src/wire/files.ts";
import { formatAgo, formatTime } from "../format/time.ts";
import { useNow } from "../data/use-now.ts";
import { Bytes } from "../ui/bytes.tsx";
import { t } from "../words/words.ts";
import { FileActions } from "./file-actions.tsx";
import { hashLook, knownSentence, splitPath } from "./file-words.ts";
import type { FileKnown } from "./file-words.ts";
import { useVerifyPart } from "./use-verify.ts";
import type { VerifyView } from "./verify-run.ts";
import "../ui/badge.css";

interface FileRowProps {
  file: FileMessage;
  known: FileKnown;
}

/** A file that is here: what it is, as far as anybody knows, and whether its bytes are right. */
export const FileRow = memo(function FileRow({ file, known }: FileRowProps) {
  const { path } = file;
  const { folder, name } = splitPath(path);
  const reading = useVerifyPart(useCallback(({ running }: VerifyView) => running?.path === path, [path]));
  const now = useNow("minute");
  return (
    <article className="file" aria-label={name}>
      <FileSign file={file} known={known} />
      <div className="file__body">
        <div className="file__head">
          <h3 className="file__name truncate" title={path} dir="auto">
            {name}
          </h3>
          <HashBadge file={file} reading={reading} />
        </div>
        <p className="file__known truncate" title={knownSentence(known)}>
          {knownSentence(known)}
        </p>
        <p className="file__facts dim">
          <code className="truncate" title={folder}>
            {folder}
          </code>
          <Bytes bytes={file.size} />
          <span className="file__when" title={formatTime(file.modified_at)}>
            {t("changed {when}", { when: formatAgo(file.modified_at, now) })}
          </span>
        </p>
      </div>
      <FileActions file={file} known={known} reading={reading} />
    </article>
  );
});

function HashBadge({ file, reading }: { file: FileMessage; reading: boolean }) {
  if (reading)
    return (
      <span className="badge" data-tone="accent">
        {t("Reading…")}
      </span>
    );
  const { label, tone, sentence } = hashLook(file);
  return (
    <span className="badge" data-tone={tone} data-tip={sentence}>
      {label}
      <span className="visually-hidden">: {sentence}</span>
    </span>
  );
}

function FileSign({ file: { check }, known }: FileRowProps) {
  const [Icon, tone] =
    check?.verdict === "wrong"
      ? [FileWarning, "bad"]
      : check?.verdict === "right"
        ? [FileCheck, "ok"]
        : known.kind === "unread" || known.kind === "stranger"
          ? [FileQuestion, "plain"]
          : [File, "plain"];
  return (
    <div className="row__icon file__icon" data-tone={tone} aria-hidden>
      <Icon size={17} />
    </div>
  );
}
