/** What options say of the way to an instance, collected in the order in which ssh would. */
import type { Connection, Destination } from "./connection.ts";
import { isHost, isUser, parseJumps, parsePort } from "./parse-destination.ts";

/** Names of what an option can set; `inet` and `inet6` are `-4` and `-6`. */
export type SettingName =
  | "port"
  | "user"
  | "hostName"
  | "identityFile"
  | "jumps"
  | "addressFamily"
  | "inet"
  | "inet6"
  | "compression";

export interface Settings extends Omit<Connection, "host" | "jumps" | "identityFiles"> {
  identityFiles: string[];
  /** Null while nothing was said of jumps. */
  jumps: readonly Destination[] | null;
}

export function emptySettings(): Settings {
  return {
    user: null,
    port: null,
    hostName: null,
    identityFiles: [],
    jumps: null,
    mayJump: true,
    addressFamily: null,
    compression: false,
  };
}

/** Keys of one connection; a server cuts off after six tries anyway (sshd_config, MaxAuthTries). */
const MAX_IDENTITY_FILES = 16;

/** No expansions of ssh (`%`, `$`), no quotes, nothing that could be an option. */
const PATH = /^(?!-)[^\p{C}"'`%$\\*?<>|;&]{1,1024}$/u;

/** The first value wins, as it does in ssh. Answers why the value is refused, or null. */
export function applySetting(settings: Settings, name: SettingName, value: string): string | null {
  switch (name) {
    case "port": {
      const port = parsePort(value);
      if (port === null) return `'${value.slice(0, 60)}' is not a port`;
      settings.port ??= port;
      return null;
    }
    case "user":
      if (!isUser(value)) return "what stands for the user is not a user name";
      settings.user ??= value;
      return null;
    case "hostName": {
      const host = /^\[(.*)\]$/.exec(value)?.[1] ?? value;
      if (!isHost(host)) return `'${value.slice(0, 60)}' is not a host name or address`;
      settings.hostName ??= host;
      return null;
    }
    case "identityFile":
      return addIdentityFile(settings, value);
    case "jumps":
      return setJumps(settings, value);
    case "addressFamily": {
      const family = value.toLowerCase();
      if (family !== "any" && family !== "inet" && family !== "inet6")
        return "AddressFamily is any, inet or inet6";
      settings.addressFamily ??= family;
      return null;
    }
    // Unlike all others, -4 and -6 overrule what was said before.
    case "inet":
    case "inet6":
      settings.addressFamily = name;
      return null;
    case "compression":
      settings.compression = true;
      return null;
    default:
      throw name satisfies never;
  }
}

function addIdentityFile(settings: Settings, path: string): string | null {
  if (!PATH.test(path) || path.toLowerCase() === "none")
    return `'${path.slice(0, 60)}' is not the path of a key`;
  if (settings.identityFiles.length >= MAX_IDENTITY_FILES) return `more than ${MAX_IDENTITY_FILES} keys`;
  if (!settings.identityFiles.includes(path)) settings.identityFiles.push(path);
  return null;
}

function setJumps(settings: Settings, value: string): string | null {
  const direct = value.toLowerCase() === "none";
  const outcome = direct ? { kind: "jumps" as const, jumps: [] } : parseJumps(value);
  if (outcome.kind === "refused") return `of the jumps, ${outcome.reason}`;
  if (settings.jumps !== null) return null;
  settings.jumps = outcome.jumps;
  settings.mayJump = !direct;
  return null;
}
