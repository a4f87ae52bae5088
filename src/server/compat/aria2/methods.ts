/** Every method there is, by the name it is called by. */
import type { Role } from "../../../job/access-contract.ts";
import { ACT_METHODS } from "./act-methods.ts";
import { ADD_METHODS } from "./add-methods.ts";
import { OPTION_METHODS } from "./option-methods.ts";
import type { Method } from "./rpc-context.ts";
import { SESSION_METHODS } from "./session-methods.ts";
import { TELL_METHODS } from "./tell-methods.ts";

interface NamedMethod {
  /** What the role has to be of who calls it. */
  role: Role;
  run: Method;
}

/** As for the routes that do the same: whoever may look may be told, and no more. */
const READS = /^(?:tell|get)[A-Z]/;

/** Those of aria2, which want the secret. */
export const METHODS: ReadonlyMap<string, NamedMethod> = new Map(
  Object.entries({
    ...ADD_METHODS,
    ...ACT_METHODS,
    ...TELL_METHODS,
    ...OPTION_METHODS,
    ...SESSION_METHODS,
  }).map(([name, run]) => [
    `aria2.${name}`,
    { role: READS.test(name) ? ("read" as const) : ("operate" as const), run },
  ]),
);

const MULTICALL = "system.multicall";

export const NOTIFICATIONS = {
  start: "aria2.onDownloadStart",
  pause: "aria2.onDownloadPause",
  stop: "aria2.onDownloadStop",
  complete: "aria2.onDownloadComplete",
  error: "aria2.onDownloadError",
} as const;

/** These tell nothing of this server, and want no secret. */
export const SYSTEM = {
  multicall: MULTICALL,
  listMethods: "system.listMethods",
  listNotifications: "system.listNotifications",
} as const;

export const METHOD_NAMES: readonly string[] = [...METHODS.keys(), ...Object.values(SYSTEM)];
