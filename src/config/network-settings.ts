/** The settings of the network: a part of the table. */
import * as kinds from "./kinds.ts";
import { readableFile } from "./readable-file.ts";
import { none, row } from "./setting-row.ts";

export const NETWORK = {
  httpProxy: row<string | null>({
    section: "Network",
    env: "HTTP_PROXY",
    alsoEnv: ["http_proxy"],
    changeable: "next_start",
    kind: kinds.proxy,
    default: none(),
    about: "Proxy for http:// addresses",
    secret: true,
    flag: false,
  }),
  httpsProxy: row<string | null>({
    section: "Network",
    env: "HTTPS_PROXY",
    alsoEnv: ["https_proxy"],
    changeable: "next_start",
    kind: kinds.proxy,
    default: none(),
    about: "Proxy for https:// addresses",
    secret: true,
    flag: false,
  }),
  noProxy: row<string | null>({
    section: "Network",
    env: "NO_PROXY",
    alsoEnv: ["no_proxy"],
    changeable: "next_start",
    kind: kinds.text("host names, separated by commas", "<names>", () => true),
    default: none(),
    about: "Hosts that are reached without a proxy: `host`, `.domain`, `host:port`, `*`",
    // Commander reads `--no-…` as a negation.
    flag: false,
  }),
  privateRedirects: row<"refuse" | "allow">({
    section: "Network",
    env: "HAULYARD_PRIVATE_REDIRECTS",
    kind: kinds.choice(["refuse", "allow"]),
    default: { text: "refuse", value: "refuse" },
    about: "Whether servers of the internet may redirect to this machine or to private networks around it",
  }),
  extraCaCerts: row<string | null>({
    section: "Network",
    env: "NODE_EXTRA_CA_CERTS",
    kind: readableFile("certificates (PEM)"),
    default: none(),
    about: "Certificates (PEM) to trust besides the usual ones",
    flag: false,
    envOnly: true,
  }),
} as const;
