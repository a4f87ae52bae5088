/** The settings of a machine that shares a database with others: a part of the table. */
import type { Labels } from "../job/node-contract.ts";
import { httpAddress, nodeName } from "./node-kinds.ts";
import { none, row } from "./setting-row.ts";
import { labels } from "./table-kinds.ts";

export const NODE = {
  node: row<string>({
    section: "Folders and files",
    env: "HAULYARD_NODE",
    kind: nodeName,
    default: { text: "local", value: "local" },
    about: "Name of this machine to the queue; each machine that shares a database has its own",
  }),
  labels: row<Labels>({
    section: "Folders and files",
    env: "HAULYARD_LABELS",
    kind: labels,
    default: { text: "none", value: {} },
    about: "What this machine is told apart by, as `site=ams,disk=nvme`; see docs/nodes.md",
  }),
  nodeUrl: row<string | null>({
    section: "Folders and files",
    env: "HAULYARD_NODE_URL",
    kind: httpAddress,
    default: none("none: other machines do not reach it"),
    about: "Address under which other machines of the same database reach this one's server",
  }),
} as const;
