import { Check, Copy } from "lucide-react";
import { useEffect, useState } from "react";
import { noClipboard } from "./copy-and-tell.ts";
import { copyText } from "./copy-text.ts";
import { CHANGES_NOTHING } from "./focus/find-beside.ts";
import { IconButton } from "./icon-button.tsx";
import { tellProblem } from "./notify.ts";
import { t } from "../words/words.ts";

/** How long the tick is shown. */
const TICK_MS = 1_500;

/** A small button that copies `text`; `what` names it: `the path`. */
export function CopyButton({ text, what }: { text: string; what: string }) {
  const [copied, setCopied] = useState(false);
  useEffect(() => {
    if (!copied) return undefined;
    const timer = setTimeout(() => setCopied(false), TICK_MS);
    return () => clearTimeout(timer);
  }, [copied]);

  const copy = async (): Promise<void> => {
    if (await copyText(text)) setCopied(true);
    else tellProblem(...noClipboard());
  };
  const label = copied ? t("Copied") : t("Copy {what}", { what });
  return (
    <IconButton size="small" label={label} {...{ [CHANGES_NOTHING]: "" }} onClick={() => void copy()}>
      {copied ? <Check size={14} aria-hidden /> : <Copy size={14} aria-hidden />}
    </IconButton>
  );
}
