/** A curl command line, as a browser copies a request ("copy as cURL") → the downloads it asks for. Pure. */
import { findCalls } from "../commands/find-calls.ts";
import { parseShell } from "../commands/read-command.ts";
import type { Item } from "../commands/read-options.ts";
import { readOptions } from "../commands/read-options.ts";
import { CURL } from "../commands/tools/curl.ts";
import { refuseHeaders } from "../request-headers.ts";
import { parse } from "unbash";
import type { ListItem } from "./list-entry.ts";
import { entryAt } from "./list-entry.ts";

export function readCurlLine(text: string, where: string): ListItem[] {
  if (/\^\s*(?:\n|$)|\^"/.test(text))
    return [{ where, reason: "this is a command for Windows; copy it as cURL (bash)" }];
  const parsed = parseShell(text);
  if (parsed.kind === "refused") return [{ where, reason: parsed.why }];
  const { calls, reasons, error } = findCalls(parsed.script, () => parse(""));
  const [call, other] = calls;
  if (error !== null) return [{ where, reason: `no shell can read the command: ${error}` }];
  const [reason] = reasons;
  if (reason !== undefined || call === undefined || other !== undefined)
    return [{ where, reason: reason ?? "the line has to be one curl command" }];
  const [, ...args] = call.args;
  const unknown = args.find((argument) => argument.unknown !== null)?.unknown;
  if (unknown !== undefined && unknown !== null) return [{ where, reason: unknown }];
  const { items, unknown: options } = readOptions(args, CURL);
  const [option] = options;
  return option === undefined
    ? toEntries(items, where)
    : [{ where, reason: `${option} is no option of curl that is known here` }];
}

type Option = Extract<Item, { kind: "option" }>;

function toEntries(items: readonly Item[], where: string): ListItem[] {
  const options = items.filter((item): item is Option => item.kind === "option");
  const refusal = options.map(refuseOption).find((each) => each !== null);
  if (refusal !== undefined) return [{ where, reason: refusal }];
  const urls = items.flatMap((item) => {
    if (item.kind === "operand") return [item.argument.text];
    return item.meaning === "address" && item.value !== null ? [item.value.text] : [];
  });
  const outputs = options
    .filter(({ meaning }) => meaning === "file")
    .flatMap(({ value }) => value?.text ?? []);
  if (urls.length === 0) return [{ where, reason: "the command names no address" }];
  const headers = options.flatMap(headersOf).filter(isOurs);
  const dir = options.find(({ meaning }) => meaning === "folder")?.value?.text ?? null;
  return urls.map((url, index) => ({
    ...entryAt(where, [/^[a-z][a-z0-9+.-]*:/i.test(url) ? url : `http://${url}`]),
    headers,
    dir,
    out: outputs[index] ?? null,
  }));
}

/** Why a command with this option is not the fetching of a file. */
function refuseOption({ name, meaning, value }: Option): string | null {
  const text = value?.text ?? "";
  if (meaning === "nothing") return `${name} asks for headers, and downloads nothing`;
  if (SENDS.has(name)) return `${name} sends something to the server: only what is fetched can be downloaded`;
  switch (name) {
    case "-b":
    case "--cookie":
      return text.includes("=") ? null : `${name} names a file of cookies; give them as a header`;
    case "-X":
    case "--request":
      if (text.toUpperCase() === "GET") return null;
      return `${name} ${text.slice(0, 20)} is no GET: only what is fetched can be downloaded`;
    case "-H":
    case "--header":
      return text.startsWith("@") ? `${name} names a file of headers; write them out` : null;
    case "-U":
    case "--proxy-user":
    case "--pass":
      return `${name} is set for all downloads: see HTTPS_PROXY`;
    default:
      return meaning === "risky" ? `${name} is not taken over` : null;
  }
}

const SENDS = new Set(
  "-T --upload-file -F --form --form-string -d --data --data-ascii --data-binary --data-raw --data-urlencode --json".split(
    " ",
  ),
);

function headersOf({ name, value }: Option): string[] {
  const text = value?.text ?? "";
  switch (name) {
    case "-H":
    case "--header":
      return [text];
    case "-b":
    case "--cookie":
      return [`Cookie: ${text}`];
    case "-A":
    case "--user-agent":
      return [`User-Agent: ${text}`];
    case "-e":
    case "--referer":
      return [`Referer: ${text.replace(/;auto$/, "")}`];
    case "-u":
    case "--user":
      // RFC 7617 §2.
      return [`Authorization: Basic ${Buffer.from(text).toString("base64")}`];
    case "--oauth2-bearer":
      return [`Authorization: Bearer ${text}`];
    default:
      return [];
  }
}

/** Browsers copy what is their own business, too: ranges, codings, how they keep connections. */
function isOurs(header: string): boolean {
  const at = header.indexOf(":");
  const name = header.slice(0, at).trim();
  return at > 0 && refuseHeaders({ [name]: header.slice(at + 1).trim() }) === null;
}
