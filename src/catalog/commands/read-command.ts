/** What a shell command does, told from its text alone. Nothing is run. */
import { parse } from "unbash";
import type { ParsedScript } from "unbash";
import type { CommandReading } from "../../job/card-contract.ts";
import { redactText } from "../../job/redact.ts";
import { isUnset, MARKS } from "./argument.ts";
import { describeCall } from "./describe-call.ts";
import type { FoundCall } from "./find-calls.ts";
import { findCalls } from "./find-calls.ts";
import type { Hidden } from "./gather-options.ts";

/**
 * Longest text that is given to the shell's parser, in characters: a hundred long downloads. It takes time in
 * proportion to length and nesting.
 */
const MAX_LENGTH = 32 * 1024;
/** Brackets, braces and backticks in it, plain `${NAME}` not counted. */
const MAX_OPENERS = 100;

export type Parsed = { kind: "parsed"; script: ParsedScript } | { kind: "refused"; why: string };

/** The syntax tree, unless the text would take long to read. A tree may hold errors. */
export function parseShell(text: string): Parsed {
  if (text.length > MAX_LENGTH) return refused(`it is longer than ${MAX_LENGTH} characters`);
  if (MARKS.test(text)) return refused("it holds characters of no meaning (private use)");
  const openers = text.replaceAll(/\$\{\w+\}/g, "").match(/[({`]/g)?.length ?? 0;
  if (openers > MAX_OPENERS) return refused(`it holds more than ${MAX_OPENERS} brackets`);
  return { kind: "parsed", script: parse(text) };
}

function refused(why: string): Parsed {
  return { kind: "refused", why };
}

/** Shown for text whose words cannot be told apart: a secret might be any of them. */
const UNREADABLE = "(a command that no shell can read)";

export function readCommand(text: string): CommandReading {
  const parsed = parseShell(text);
  if (parsed.kind === "refused") return { shown: UNREADABLE, calls: [], notPlain: parsed.why, remarks: [] };
  const { calls, reasons, remarks, error } = findCalls(parsed.script, parseInner);
  const described = calls.map((found) => ({ found, ...describeCall(found) }));
  const causes = [
    ...(error === null ? [] : [`the shell cannot read it: ${error}`]),
    ...reasons,
    ...described.flatMap((each) => each.reasons),
    ...(calls.length === 0 ? ["it calls no program"] : []),
  ];
  // A variable may be set by the loop or the line it is used in.
  const unset = reasons.length > 0 ? [] : described.flatMap((each) => each.reasons.filter(isUnset));
  const hidden = described.flatMap((each) => placeHidden(each.found, each.hidden));
  return {
    shown: error === null ? redactText(hide(text, hidden)) : UNREADABLE,
    calls: described.map(({ call }) => call),
    notPlain: causes[0] ?? null,
    remarks: [
      ...new Set([
        ...remarksOnText(text),
        ...remarks,
        ...unset,
        ...described.flatMap((each) => each.remarks),
      ]),
    ],
  };
}

function parseInner(text: string): ParsedScript {
  const parsed = parseShell(text);
  return parsed.kind === "parsed" ? parsed.script : parse("");
}

/** A word without a place of its own in the text hides all that stands for it. */
function placeHidden({ inside }: FoundCall, hidden: readonly Hidden[]): readonly Hidden[] {
  return inside === null || hidden.length === 0 ? hidden : [{ ...inside, shown: "***" }];
}

function hide(text: string, hidden: readonly Hidden[]): string {
  let shown = "";
  let at = 0;
  for (const { pos, end, shown: replacement } of hidden.toSorted((a, b) => a.pos - b.pos)) {
    if (pos < at) continue;
    shown += text.slice(at, pos) + replacement;
    at = end;
  }
  return shown + text.slice(at);
}

/** What word processors and web pages make of a command on its way. */
function remarksOnText(text: string): string[] {
  const remarks: string[] = [];
  if (/[\u201c\u201d\u201e\u2018\u2019]/.test(text))
    remarks.push("it holds typographic quotes, which the shell does not take for quotes");
  if (/(?:^|\s)[\u2013\u2014]\w/.test(text))
    remarks.push("it holds a dash (–) in place of the hyphen of an option");
  if (/[\u00a0\u2007\u202f]/.test(text)) remarks.push("it holds a no-break space, which separates no words");
  if (/[\u00ad\u200b-\u200f\u2060\ufeff]/.test(text)) remarks.push("it holds an invisible character");
  return remarks;
}
