/** The settings about who may ask for what: a part of the table. */
import type { Role } from "../job/access-contract.ts";
import { ROLES } from "../job/access-contract.ts";
import * as kinds from "./kinds.ts";
import { none, row } from "./setting-row.ts";

export const ACCESS = {
  auth: row<"auto" | "always">({
    section: "Access",
    env: "HAULYARD_AUTH",
    kind: kinds.choice(["auto", "always"]),
    default: { text: "auto", value: "auto" },
    about: "Whether requests from this machine, too, have to show a token, a key or a session: `always`",
  }),
  trustedProxies: row<readonly string[]>({
    section: "Access",
    env: "HAULYARD_TRUSTED_PROXIES",
    kind: kinds.networks,
    default: { text: "none", value: [] },
    about: "Addresses and networks of reverse proxies whose word on a client's address and TLS counts",
  }),
  proxyUserHeader: row<string | null>({
    section: "Access",
    env: "HAULYARD_PROXY_USER_HEADER",
    kind: kinds.headerName,
    default: none(),
    about: "Header in which a trusted proxy says who has signed in with it: `Remote-User`",
  }),
  proxyRole: row<Role | "none">({
    section: "Access",
    env: "HAULYARD_PROXY_ROLE",
    kind: kinds.choice(["none", ...ROLES]),
    default: { text: "read", value: "read" },
    about: "Role of those whom a trusted proxy names and who have no account here",
  }),
  privateSources: row<"admins" | "nobody">({
    section: "Access",
    env: "HAULYARD_PRIVATE_SOURCES",
    kind: kinds.choice(["admins", "nobody"]),
    default: { text: "admins", value: "admins" },
    about: "Who may have files fetched from this machine and from private networks around it",
  }),
  allowedNetworks: row<readonly string[]>({
    section: "Access",
    env: "HAULYARD_ALLOWED_NETWORKS",
    kind: kinds.networksAndNames,
    default: { text: "none", value: [] },
    about: "Private networks and hosts that everybody may have files fetched from: `10.1.0.0/16,nas.lan`",
  }),
} as const;
