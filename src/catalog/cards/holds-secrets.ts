/** Whether a card's text gives a secret away. */
import { REDACTED, redactProse, redactText } from "../../job/redact.ts";
import { WRITTEN_OUT } from "../commands/gather-options.ts";
import { parseCard } from "./parse-card.ts";

/** `$HF_TOKEN` names a secret and is none. */
const VARIABLE = /(?:\b(?:bearer|basic|token)\s{1,4})?\$(?:\w+|\{\w+\})/gi;

export function holdsSecrets(content: string): boolean {
  if (changes(redactProse, content)) return true;
  const parsed = parseCard("card.md", content);
  // Nobody can tell which words of a broken card are a command.
  if (parsed.kind === "broken") return changes(redactText, content);
  return parsed.card.commands.some(
    ({ text, remarks }) =>
      remarks.some((remark) => remark.startsWith(WRITTEN_OUT)) || changes(redactText, text),
  );
}

function changes(redact: (text: string) => string, text: string): boolean {
  const plain = text.replaceAll(VARIABLE, REDACTED);
  return redact(plain) !== plain;
}
