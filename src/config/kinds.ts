/** The kinds of values settings have: what is expected, and how it is read from text or from JSON. */
import { isIP, isIPv4 } from "node:net";
import { resolve } from "node:path";
import { formatSchedule, formatSize } from "../job/limit/format-rate.ts";
import { parseSize, SIZE_FORM } from "../job/limit/parse-size.ts";
import { parseSchedule, SCHEDULE_FORM } from "../job/limit/rate-schedule.ts";
import type { RateSchedule } from "../job/limit/rate-schedule.ts";

/** Where relative paths and `~/` lead from. */
export interface Base {
  folder: string;
  home: string | null;
}

export interface Kind<T> {
  /** Follows "expected". */
  expects: string;
  /** In help texts: `<port>`. */
  placeholder: string;
  /** What it is, for those who make a field for it; left out: a text. */
  form?: "number" | "folder" | "file";
  /** What can be chosen, where the values are words of a few. */
  choices?: readonly string[];
  /** The value, or undefined if it is none. Flags and variables give text, the file any JSON. */
  read(raw: unknown, base: Base): T | undefined;
  /** As text that reads as the same value; left out where `String` does that. */
  write?(value: T): string;
}

/** A value of a kind as text that reads as the same value. */
export function writeValue(kind: Kind<unknown>, value: unknown): string {
  if (kind.write !== undefined) return kind.write(value);
  if (typeof value === "string" || typeof value === "number") return String(value);
  throw new TypeError(`a value of ${kind.placeholder} wants a way to be written`);
}

/** Which database, as `HAULYARD_DATABASE_URL` says it. */
export type Database = { kind: "sqlite"; file: string } | { kind: "postgres"; url: string };

/** Longest text of a setting; longer is a mistake (a file's content in place of its name). */
const MAX_TEXT = 4096;
// oxlint-disable-next-line no-control-regex -- they are what is refused
export const CONTROL = /[\u0000-\u001f\u007f]/;
/** RFC 6454 §6.2: scheme, host and port, and no path. */
const ORIGIN = /^[a-z][a-z0-9+.-]{1,30}:\/\/(?:[a-z0-9._-]{1,253}|\[[0-9a-f:]+\])(?::\d{1,5})?$/;
const HOST_NAME = /^[a-z0-9_](?:[a-z0-9_.-]{0,251}[a-z0-9_])?$/i;

export function text(expects: string, placeholder: string, fits: (value: string) => boolean): Kind<string> {
  return {
    expects,
    placeholder,
    read: (raw) => {
      const value = readText(raw);
      return value !== undefined && fits(value) ? value : undefined;
    },
  };
}

export function integer(least: number, most: number, what = "number"): Kind<number> {
  return {
    expects: `a whole number from ${least} to ${most}`,
    form: "number",
    placeholder: `<${what}>`,
    read: (raw) => {
      const value = readNumber(raw, /^\d{1,15}$/);
      return value !== undefined && Number.isInteger(value) && value >= least && value <= most
        ? value
        : undefined;
    },
  };
}

/** More than 0, up to `most`; fractions are fine. */
export function positive(most: number, what: string): Kind<number> {
  return {
    expects: `a number of ${what} greater than 0 and at most ${most}`,
    form: "number",
    placeholder: `<${what}>`,
    read: (raw) => {
      const value = readNumber(raw, /^\d{1,15}(?:\.\d{1,9})?$/);
      return value !== undefined && value > 0 && value <= most ? value : undefined;
    },
  };
}

/** An absolute path made of what is written: relative to the folder it is written in, `~/` from home. */
export function path(placeholder: "<folder>" | "<file>"): Kind<string> {
  const form = placeholder === "<folder>" ? "folder" : "file";
  return { expects: "a path", placeholder, form, read: readPath };
}

export function choice<const C extends string>(choices: readonly C[]): Kind<C> {
  return {
    expects: choices.map((word) => `'${word}'`).join(" or "),
    placeholder: `<${choices.join("|")}>`,
    choices,
    read: (raw) => choices.find((word) => word === raw),
  };
}

export const address: Kind<string> = text("an IP address or a host name", "<address>", isHost);

/** Where the address is one in brackets, as in a URL, they are taken off. */
export const listenAddress: Kind<string> = {
  ...address,
  read: (raw, base) => {
    const value = readText(raw);
    return value === undefined ? undefined : address.read(value.replace(/^\[(.*)\]$/, "$1"), base);
  },
};

/** Comma-separated, or a JSON array. */
export const hostNames: Kind<readonly string[]> = {
  expects: "host names, separated by commas",
  placeholder: "<names>",
  read: (raw) => readList(raw, isHost),
  write: writeList,
};

/** Addresses, with the length of a network behind them or without: `10.0.0.0/8`, `::1`. */
export const networks: Kind<readonly string[]> = {
  expects: "IP addresses and networks like 10.0.0.0/8, separated by commas",
  placeholder: "<networks>",
  read: (raw) => readList(raw, isNetwork),
  write: writeList,
};

export const networksAndNames: Kind<readonly string[]> = {
  expects: "IP addresses, networks like 10.0.0.0/8 and host names, separated by commas",
  placeholder: "<networks>",
  read: (raw) => readList(raw, (word) => isNetwork(word) || isHost(word)),
  write: writeList,
};

/** RFC 9110 §5.1; in lower case, as Node gives headers. */
export const headerName: Kind<string> = {
  expects: "the name of a header",
  placeholder: "<name>",
  read: (raw) => {
    const name = readText(raw)?.toLowerCase();
    return name !== undefined && /^[a-z0-9-]{1,100}$/.test(name) ? name : undefined;
  },
};

/** As browsers send them in `Origin`, add-ons' included; comma-separated, or a JSON array. */
export const origins: Kind<readonly string[]> = {
  expects: "origins like http://localhost:6880 or chrome-extension://abc, separated by commas",
  placeholder: "<origins>",
  read: (raw) => readList(raw, (origin) => ORIGIN.test(origin)),
  write: writeList,
};

/** Of another machine: they are not resolved here. Separated by `:` as in PATH, or a JSON array. */
export const foldersThere: Kind<readonly string[]> = {
  expects: "folders that begin with '/' or '~/', separated by ':'",
  placeholder: "<folders>",
  read: (raw) => {
    const folders: unknown[] | undefined = Array.isArray(raw) ? raw : readText(raw)?.split(":");
    const clean = folders?.map((folder) => (typeof folder === "string" ? folder.trim() : ""));
    return clean?.every((folder) => /^(?:~?\/)[^:]*$/.test(folder) && !CONTROL.test(folder)) === true
      ? clean
      : undefined;
  },
  write: (folders) => folders.join(":"),
};

/** Bytes, as people write them. */
export const size: Kind<number> = {
  expects: SIZE_FORM,
  placeholder: "<size>",
  read: (raw) => {
    if (typeof raw === "number") return Number.isSafeInteger(raw) && raw >= 0 ? raw : undefined;
    return parseSize(readText(raw) ?? "") ?? undefined;
  },
  write: formatSize,
};

/** Without a slash at the end. */
export const endpoint: Kind<string> = {
  expects: "an http:// or https:// address",
  placeholder: "<url>",
  read: (raw) => {
    const url = readUrl(readText(raw));
    if (url === undefined || !/^https?:$/.test(url.protocol) || url.search !== "" || url.hash !== "")
      return undefined;
    return url.href.replace(/\/+$/, "");
  },
};

/** As curl and others take it: without a scheme it is http. */
export const proxy: Kind<string> = {
  expects: "an http:// or https:// proxy",
  placeholder: "<url>",
  read: (raw) => {
    const value = readText(raw);
    if (value === undefined) return undefined;
    const url = readUrl(value.includes("://") ? value : `http://${value}`);
    const isPlain = url !== undefined && /^\/?$/.test(url.pathname) && url.search === "";
    return isPlain && /^https?:$/.test(url.protocol) ? url.href : undefined;
  },
};

/** RFC 6750 §2.1 asks for fewer characters; anything a header can hold as one word will do. */
export const token: Kind<string> = text("a word of visible ASCII characters", "<token>", (value) =>
  /^[\u0021-\u007e]+$/.test(value),
);

export const schedule: Kind<RateSchedule> = {
  expects: SCHEDULE_FORM,
  placeholder: "<rate>",
  read: (raw) => {
    const value = readText(typeof raw === "number" ? String(raw) : raw);
    return value === undefined ? undefined : (parseSchedule(value) ?? undefined);
  },
  write: formatSchedule,
};

export const database: Kind<Database> = {
  expects: "sqlite:<file> or postgres://<user>@<host>/<database>",
  placeholder: "<url>",
  read: (raw, base) => {
    const value = readText(raw);
    if (value === undefined) return undefined;
    const file = /^sqlite:(?:\/\/(?=\/))?(.+)$/.exec(value)?.[1];
    if (file !== undefined) {
      const resolved = readPath(file, base);
      return resolved === undefined ? undefined : { kind: "sqlite", file: resolved };
    }
    const url = readUrl(value);
    return url !== undefined && /^postgres(?:ql)?:$/.test(url.protocol) && url.hostname !== ""
      ? { kind: "postgres", url: value }
      : undefined;
  },
  write: (value) => (value.kind === "sqlite" ? `sqlite:${value.file}` : value.url),
};

function writeList(words: readonly string[]): string {
  return words.join(",");
}

export function readText(raw: unknown): string | undefined {
  if (typeof raw !== "string" || raw.length > MAX_TEXT || CONTROL.test(raw)) return undefined;
  const value = raw.trim();
  return value === "" ? undefined : value;
}

function readNumber(raw: unknown, form: RegExp): number | undefined {
  if (typeof raw === "number") return Number.isFinite(raw) ? raw : undefined;
  const value = readText(raw);
  return value !== undefined && form.test(value) ? Number(value) : undefined;
}

export function readPath(raw: unknown, base: Base): string | undefined {
  const value = readText(raw);
  if (value === undefined) return undefined;
  if (value !== "~" && !value.startsWith("~/")) return resolve(base.folder, value);
  return base.home === null ? undefined : resolve(base.home, `.${value.slice(1)}`);
}

function readList(raw: unknown, fits: (word: string) => boolean): readonly string[] | undefined {
  const words: unknown[] | undefined = Array.isArray(raw) ? raw : readText(raw)?.split(",");
  const clean = words?.map((word) => (typeof word === "string" ? word.trim().toLowerCase() : ""));
  return clean?.every(fits) === true ? clean : undefined;
}

function isNetwork(word: string): boolean {
  const [, address = "", length] = /^([^/%]+)(?:\/(\d{1,3}))?$/.exec(word) ?? [];
  return isIP(address) !== 0 && (length === undefined || Number(length) <= (isIPv4(address) ? 32 : 128));
}

export function readUrl(value: string | undefined): URL | undefined {
  return value === undefined ? undefined : (URL.parse(value) ?? undefined);
}

function isHost(value: string): boolean {
  if (isIP(value) !== 0) return true;
  // Four numbers that are no address are a slip, not a name.
  return HOST_NAME.test(value) && !value.includes("..") && !/^[\d.]+$/.test(value);
}
