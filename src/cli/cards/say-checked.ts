/** `haulyard cards check --json`. */
import { toResourceDetail } from "../../wire/translate-card.ts";
import type { ExitCode } from "../exit-codes.ts";
import { sayJson } from "../queue/say-json.ts";
import type { Terminal } from "../screen/terminal.ts";
import type { Checked } from "./checked.ts";
import type { Summary } from "./sum-up.ts";

export function sayChecked(terminal: Terminal, checked: Checked): void {
  const { file } = checked;
  switch (checked.kind) {
    case "card": {
      const { card, dependencies, judge, remarks } = checked;
      const resource = toResourceDetail({ ...card, remarks }, dependencies, judge);
      sayJson(terminal, { event: "card", file, resource });
      return;
    }
    case "broken":
    case "note": {
      const { line, reason } = checked.card;
      sayJson(terminal, { event: checked.kind, file, line, reason });
      return;
    }
    case "missing":
      sayJson(terminal, { event: "missing", file });
      return;
    default:
      throw checked satisfies never;
  }
}

export function saySummary(terminal: Terminal, summary: Summary, exitCode: ExitCode): void {
  sayJson(terminal, { event: "summary", ...summary, exit_code: exitCode });
}
