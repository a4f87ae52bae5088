/** What the options of a download tool amount to, the same for all tools. */
import type { CommandPath, DownloadCall, DownloadTool, Fetch } from "../../job/card-contract.ts";
import { REDACTED, redactHeaders, redactUrl } from "../../job/redact.ts";
import type { Argument } from "./argument.ts";
import { isByVariable, showText } from "./argument.ts";
import type { Grammar, Item, Meaning } from "./read-options.ts";
import { readOptions } from "./read-options.ts";

/** A call of a tool: the words after its name, and where it is called. */
export interface ToolCall {
  tool: DownloadTool;
  args: readonly Argument[];
  folder: CommandPath;
}

/** A word of the command that holds a secret, and what is shown in its place. */
export interface Hidden {
  pos: number;
  end: number;
  shown: string;
}

export interface Described {
  call: DownloadCall;
  remarks: string[];
  hidden: Hidden[];
}

export interface Gathered {
  items: readonly Item[];
  operands: readonly Argument[];
  /** The last value of each kind: that is the one that counts. */
  last: ReadonlyMap<Meaning, Argument>;
  has: ReadonlySet<Meaning>;
  headers: string[];
  credentials: string[];
  unknown: readonly string[];
  risky: string[];
  /** Options that change how a file is asked for or written, or keep it from being fetched at all. */
  manners: string[];
  remarks: string[];
  hidden: Hidden[];
}

export function gatherOptions(args: readonly Argument[], grammar: Grammar): Gathered {
  const { items, unknown } = readOptions(args, grammar);
  const last = new Map<Meaning, Argument>();
  const gathered: Gathered = {
    items,
    operands: items.flatMap((item) => (item.kind === "operand" ? [item.argument] : [])),
    last,
    has: new Set(items.flatMap((item) => (item.kind === "option" ? [item.meaning] : []))),
    headers: [],
    credentials: [],
    unknown: [...new Set(unknown)],
    risky: [],
    manners: [],
    remarks: [],
    hidden: [],
  };
  for (const item of items) {
    if (item.kind !== "option") continue;
    if (item.value !== null) last.set(item.meaning, item.value);
    if (item.meaning === "risky") gathered.risky.push(item.name);
    if (item.meaning === "manner" || item.meaning === "nothing") gathered.manners.push(item.name);
    if (item.meaning === "header" && item.value !== null) takeHeader(gathered, item.value);
    if (item.meaning === "secret" && item.value !== null) takeSecret(gathered, item.name, item.value);
  }
  return gathered;
}

function takeHeader(gathered: Gathered, value: Argument): void {
  const at = value.text.indexOf(":");
  const name = showText(at === -1 ? value.text : value.text.slice(0, at)).trim();
  if (at === -1 || !/^[\w!#$%&'*+.^`|~-]{1,100}$/.test(name)) {
    // curl and others read `@file`.
    if (value.text.startsWith("@")) gathered.risky.push(`header ${showText(value.text)}`);
    else gathered.remarks.push("a header has no 'Name: value' form");
    gathered.hidden.push(hide(value));
    return;
  }
  gathered.headers.push(name);
  const content = value.text.slice(at + 1).trim();
  const isSecret = redactHeaders({ [name]: content })[name] !== content;
  if (!isSecret) return;
  gathered.credentials.push(`${name} header`);
  if (isByVariable(value.text)) warnOfArgv(gathered, value);
  // After the word cookie all of a line counts as secret.
  else if (/cookie/i.test(name)) gathered.hidden.push(hide(value));
  else gathered.hidden.push({ ...hide(value), shown: `${value.before}"${name}: ${REDACTED}"` });
  if (!isByVariable(value.text)) warnOfSecret(gathered, value, `the ${name} header`);
}

function takeSecret(gathered: Gathered, name: string, value: Argument): void {
  gathered.credentials.push(name);
  if (isByVariable(value.text)) {
    warnOfArgv(gathered, value);
    return;
  }
  gathered.hidden.push(hide(value));
  warnOfSecret(gathered, value, name);
}

/** How the remark on a secret in a command's own text begins. */
export const WRITTEN_OUT = "a secret is written out";

function warnOfSecret(gathered: Gathered, value: Argument, what: string): void {
  if (value.unknown === null)
    gathered.remarks.push(
      `${WRITTEN_OUT} (${what}), for all who read this: the server has settings for HF_TOKEN and CIVITAI_API_KEY`,
    );
}

function warnOfArgv(gathered: Gathered, value: Argument): void {
  gathered.remarks.push(
    `${showText(value.text.replace(/^[^\ue000]*/, ""))} shows in the list of processes of the instance`,
  );
}

function hide({ pos, end, before }: Argument): Hidden {
  return { pos, end, shown: `${before}${REDACTED}` };
}

/** The description of a call whose files are known. */
export function describe(
  tool: DownloadTool,
  gathered: Gathered,
  fetches: readonly Fetch[],
  resumes: boolean,
): Described {
  const { headers, credentials, unknown, risky, manners, remarks, hidden } = gathered;
  const signed = fetches.flatMap(({ urls }) => urls).some((url) => redactUrl(url) !== url);
  return {
    call: {
      kind: "download",
      tool,
      fetches,
      resumes,
      headers: [...new Set(headers)],
      credentials: [...new Set([...credentials, ...(signed ? ["address"] : [])])],
      unknownOptions: unknown,
      riskyOptions: [...new Set(risky)],
      manners,
    },
    remarks,
    hidden,
  };
}
