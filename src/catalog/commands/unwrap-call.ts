/** Programs that only run another one: `sudo wget …` is a call of wget. */
import type { Argument } from "./argument.ts";
import { isHarmless } from "./harmless-variable.ts";

export interface Unwrapped {
  /** Words of the program that is really called; empty where a shell is. */
  args: readonly Argument[];
  /** Why the call is not a plain one. */
  reasons: readonly string[];
  /** What is handed to `sh -c`. */
  script: Argument | null;
}

interface Wrapper {
  /** Options with a value in the next word. */
  values: string;
  /** Words between the options and the program. */
  operands?: number;
  reason?: string;
}

const WRAPPERS: Readonly<Record<string, Wrapper>> = {
  sudo: {
    values: "-u -g -h -p -C -T -U -D -R -r -t --user --group --chdir",
    reason: "it runs as another user (sudo)",
  },
  doas: { values: "-u -C", reason: "it runs as another user (doas)" },
  env: { values: "-u --unset -C --chdir" },
  nohup: { values: "" },
  setsid: { values: "" },
  time: { values: "-o -f --output --format" },
  nice: { values: "-n --adjustment" },
  ionice: { values: "-c -n --class --classdata" },
  timeout: { values: "-s -k --signal --kill-after", operands: 1 },
  stdbuf: { values: "-i -o -e --input --output --error" },
  command: { values: "" },
  exec: { values: "-a" },
};

/** Options that turn a wrapper into something else than one: `command -v wget` only looks. */
const LOOKS: Readonly<Record<string, RegExp>> = {
  command: /^-[vV]/,
  env: /^(?:-S|--split-string)/,
  sudo: /^(?:-l|-v|-i|-s|-e|--login|--shell|--edit)$/,
};

const ASSIGNMENT = /^([A-Za-z_]\w*)=/;

/** `sudo env nice …`: deeper ones are taken for the program itself. */
const MAX_WRAPPERS = 8;

export function unwrapCall(words: readonly Argument[]): Unwrapped {
  const reasons: string[] = [];
  let args = words;
  for (let depth = 0; depth < MAX_WRAPPERS; depth++) {
    const name = args[0];
    const wrapper =
      name?.unknown === null && Object.hasOwn(WRAPPERS, name.text) ? WRAPPERS[name.text] : undefined;
    if (name === undefined || wrapper === undefined) break;
    const rest = afterWrapper(name.text, wrapper, args.slice(1), reasons);
    if (rest === null || rest.length === 0) break;
    if (wrapper.reason !== undefined) reasons.push(wrapper.reason);
    args = rest;
  }
  if (!isShell(args[0])) return { args, reasons, script: null };
  const script = shellScript(args);
  return { args: script === null ? args : [], reasons: [...reasons, "it starts another shell"], script };
}

function afterWrapper(
  name: string,
  { values, operands = 0 }: Wrapper,
  words: readonly Argument[],
  reasons: string[],
): readonly Argument[] | null {
  const withValue = values.split(" ");
  let at = 0;
  for (; at < words.length; at++) {
    const { text } = words[at] ?? { text: "" };
    if (LOOKS[name]?.test(text) === true) return null;
    if (text === "--") {
      at++;
      break;
    }
    const variable = name === "env" || name === "sudo" ? ASSIGNMENT.exec(text)?.[1] : undefined;
    if (variable !== undefined) {
      if (!isHarmless(variable)) reasons.push(`it sets ${variable}`);
    } else if (!text.startsWith("-")) break;
    else if (withValue.includes(text)) at++;
  }
  return words.slice(at + operands);
}

function isShell(name: Argument | undefined): boolean {
  return name !== undefined && /^(?:.*\/)?(?:ba|da|a|z|k)?sh$/.test(name.text);
}

/** The script of `sh -c script`; null where it runs something else. */
function shellScript(args: readonly Argument[]): Argument | null {
  const at = args.findIndex(({ text }) => /^-\w*c$/.test(text));
  return at === -1 ? null : (args[at + 1] ?? null);
}
