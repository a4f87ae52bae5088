/** The settings of a machine that shares a database with others: a part of the table. */
import type { Labels } from "../job/node-contract.ts";
import * as kinds from "./kinds.ts";
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
  shareHost: row<string | null>({
    section: "Folders and files",
    env: "HAULYARD_SHARE_HOST",
    kind: kinds.listenAddress,
    default: none("none: it gives no files"),
    about:
      "Address at which other machines of its site may fetch shared files from this one; see docs/groups.md",
  }),
  sharePort: row<number>({
    section: "Folders and files",
    env: "HAULYARD_SHARE_PORT",
    kind: kinds.integer(0, 65_535, "port"),
    default: { text: "8868", value: 8868 },
    about: "Port for that; 0 takes a free one",
  }),
  shareUrl: row<string | null>({
    section: "Folders and files",
    env: "HAULYARD_SHARE_URL",
    kind: httpAddress,
    default: none("none: at that address and port"),
    about: "Where the others find it, if they need another address, as for a machine in a container",
  }),
} as const;
