/** The settings of notifications: a part of the table. */
import { absolutePaths } from "./absolute-paths.ts";
import * as kinds from "./kinds.ts";
import { row } from "./setting-row.ts";

const GIB = 1024 ** 3;

export const NOTIFICATIONS = {
  hooks: row<readonly string[]>({
    section: "Notifications",
    env: "HAULYARD_HOOKS",
    kind: absolutePaths("programs"),
    default: { text: "none", value: [] },
    about: "Programs that notifications may run, by their absolute paths, separated by `:`",
    // Whoever may change settings over the network must not get to run programs by that.
    flag: false,
  }),
  diskLow: row<number>({
    section: "Notifications",
    env: "HAULYARD_DISK_LOW",
    kind: kinds.size,
    default: { text: "10G", value: 10 * GIB },
    changeable: "now",
    about: "Free space below which a disk that downloads go to is reported as low; 0: never",
  }),
} as const;
