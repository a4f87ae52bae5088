/** The settings of the queue: a part of the table. */
import { TOOL_FOLDERS } from "../job/host.ts";
import type { RateSchedule } from "../job/limit/rate-schedule.ts";
import type { OriginRates } from "../job/limit/origin-rates.ts";
import type { RetryTable } from "../job/retries.ts";
import * as kinds from "./kinds.ts";
import { none, row } from "./setting-row.ts";
import { originRates, retries } from "./table-kinds.ts";

export const QUEUE = {
  localJobs: row<number>({
    section: "Queue",
    env: "HAULYARD_LOCAL_JOBS",
    changeable: "now",
    kind: kinds.integer(1, 1000, "count"),
    default: { text: "3", value: 3 },
    about: "Downloads to this machine at a time",
  }),
  connections: row<number>({
    section: "Queue",
    env: "HAULYARD_CONNECTIONS",
    changeable: "next_start",
    kind: kinds.integer(1, 64, "count"),
    default: { text: "64", value: 64 },
    about: "Connections for one file at most; no more are used than make it quicker",
  }),
  perHost: row<number>({
    section: "Queue",
    env: "HAULYARD_PER_HOST",
    changeable: "now",
    kind: kinds.integer(1, 100, "count"),
    default: { text: "1", value: 1 },
    about: "Command jobs at a time on each instance",
  }),
  limitRate: row<RateSchedule | null>({
    section: "Queue",
    env: "HAULYARD_LIMIT_RATE",
    changeable: "elsewhere",
    kind: kinds.schedule,
    default: none(),
    about: "Bytes per second for all downloads to this machine together, by day and hour if need be",
  }),
  originLimits: row<OriginRates>({
    section: "Queue",
    env: "HAULYARD_ORIGIN_LIMITS",
    changeable: "now",
    kind: originRates,
    default: { text: "none", value: {} },
    about: "Bytes per second for all downloads from one server together, by its host name",
  }),
  retentionHours: row<number>({
    section: "Queue",
    env: "HAULYARD_RETENTION_HOURS",
    changeable: "now",
    kind: kinds.positive(87_600, "hours"),
    default: { text: "24", value: 24 },
    about: "Hours after which ended jobs are forgotten; their files stay",
  }),
  stallMinutes: row<number>({
    section: "Queue",
    env: "HAULYARD_STALL_MINUTES",
    changeable: "now",
    kind: kinds.positive(1440, "minutes"),
    default: { text: "10", value: 10 },
    about: "Minutes without a byte after which a download counts as failed",
  }),
  retries: row<RetryTable>({
    section: "Queue",
    env: "HAULYARD_RETRIES",
    changeable: "now",
    kind: retries,
    default: { text: "none", value: {} },
    about:
      "How often what failed is tried again by itself, by its code, see docs/troubleshooting.md; 0: never",
  }),
  commands: row<"any" | "known">({
    section: "Queue",
    env: "HAULYARD_COMMANDS",
    changeable: "now",
    kind: kinds.choice(["any", "known"]),
    default: { text: "any", value: "any" },
    about: "Which commands of cards may run; `known`: only plain calls of known download tools",
  }),

  pathFolders: row<readonly string[]>({
    section: "Queue",
    env: "HAULYARD_PATH_FOLDERS",
    changeable: "next_start",
    kind: kinds.foldersThere,
    default: { text: TOOL_FOLDERS.join(":"), value: TOOL_FOLDERS },
    about: "Folders put before `PATH` where commands of cards run, if they are there",
  }),
  unreachableMinutes: row<number>({
    section: "Queue",
    env: "HAULYARD_UNREACHABLE_MINUTES",
    changeable: "now",
    kind: kinds.positive(10_080, "minutes"),
    default: { text: "10", value: 10 },
    about:
      "Minutes without a word from an instance after which its jobs fail; what runs there goes on, a retry meets it",
  }),
} as const;
