import { Textarea } from "@mantine/core";
import { Workflow, X } from "lucide-react";
import type { ClipboardEvent, KeyboardEvent } from "react";
import { formatBytes } from "../format/bytes.ts";
import type { DraftForm } from "../ui/use-draft.ts";
import { IconButton } from "../ui/icon-button.tsx";
import { t } from "../words/words.ts";
import type { AddDraft, Attachment } from "./add-draft.ts";
import { FileButton } from "./file-button.tsx";
import { useAddDownload } from "./use-add-download.tsx";

/** Lines the box shows at the least and at the most. */
const ROWS = { least: 3, most: 9 };

/** Characters. Browsers paste line by line, so that it can be undone: ten thousand lines would take them minutes. */
const LONG_PASTE = 20_000;

const EXAMPLES = "https://…   hf://org/repo   civitai://…   debian-13";

interface SourceBoxProps {
  field: ReturnType<DraftForm<AddDraft>["field"]>;
  attachments: readonly Attachment[];
  refused: readonly string[];
  onRemove: (key: string) => void;
  /** Enter was pressed on a single line, or with Ctrl on any. */
  onSend: () => void;
}

/** Where everything goes that can be downloaded: text of any kind, and files that are sources by themselves. */
export function SourceBox({ field, attachments, refused, onRemove, onSend }: SourceBoxProps) {
  const { handFiles } = useAddDownload();
  const isLong = /[\r\n]/.test(field.value);
  const pressed = (event: KeyboardEvent): void => {
    if (event.key !== "Enter" || event.shiftKey || event.nativeEvent.isComposing) return;
    if (isLong && !event.ctrlKey && !event.metaKey) return;
    event.preventDefault();
    onSend();
  };
  const pasted = (event: ClipboardEvent<HTMLTextAreaElement>): void => {
    const files = [...event.clipboardData.files];
    if (files.length > 0) {
      event.preventDefault();
      return handFiles(files);
    }
    const text = event.clipboardData.getData("text/plain");
    if (text.length < LONG_PASTE) return;
    event.preventDefault();
    const { value, selectionStart: from, selectionEnd: to } = event.currentTarget;
    field.onChange({ currentTarget: { value: value.slice(0, from) + text + value.slice(to) } });
  };
  return (
    <div className="source-box">
      <Textarea
        {...field}
        label={t("Addresses, lists, commands, ids")}
        placeholder={EXAMPLES}
        description={
          isLong
            ? t("Ctrl Enter starts")
            : t("Enter starts, Shift Enter begins another line; files can be dropped anywhere")
        }
        rows={rowsFor(field.value)}
        resize="vertical"
        spellCheck={false}
        autoCapitalize="none"
        classNames={{ input: "mono source-box__text" }}
        data-autofocus
        onKeyDown={pressed}
        onPaste={pasted}
      />
      <div className="source-box__choose">
        <FileButton label={t("Choose a file")} onFiles={handFiles} />
      </div>
      <Attachments attachments={attachments} onRemove={onRemove} />
      {refused.map((reason) => (
        <p key={reason} className="source-box__refused" role="alert">
          {reason}
        </p>
      ))}
    </div>
  );
}

function Attachments({ attachments, onRemove }: Pick<SourceBoxProps, "attachments" | "onRemove">) {
  if (attachments.length === 0) return null;
  return (
    <ul className="attachments" aria-label={t("Files")}>
      {attachments.map(({ key, name, size }) => (
        <li key={key} className="attachment">
          <Workflow size={14} aria-hidden />
          <span className="truncate" title={name} dir="auto">
            {name}
          </span>
          <span className="dim">{formatBytes(size)}</span>
          <IconButton size="small" label={t("Take {name} out", { name })} onClick={() => onRemove(key)}>
            <X size={13} aria-hidden />
          </IconButton>
        </li>
      ))}
    </ul>
  );
}

/** A fixed number of lines for long text: measuring ten thousand of them at every key would be felt. */
function rowsFor(text: string): number {
  let lines = 1;
  for (let at = text.indexOf("\n"); at >= 0 && lines < ROWS.most; at = text.indexOf("\n", at + 1)) lines++;
  return Math.max(ROWS.least, lines);
}
