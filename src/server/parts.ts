/** What the server is built of. */
import type { FastifyBaseLogger } from "fastify";
import type { AccessStore, Role } from "../job/access-contract.ts";
import type { Engine } from "../engine/engine-contract.ts";
import type { CardLibrary } from "../job/card-contract.ts";
import type { FileKeeper } from "../job/file-keeper-contract.ts";
import type { ImageLibrary } from "../job/image-contract.ts";
import type { CardPlanner, ModelCatalogStore, ModelFolders, Plan } from "../job/catalog-contract.ts";
import type { MakeBackup, Restores } from "../job/backup-contract.ts";
import type { Clock } from "../job/clock.ts";
import type { Checksum } from "../job/job.ts";
import type { Examine } from "../job/finding.ts";
import type { Metrics } from "../job/metrics-contract.ts";
import type { Locks } from "../job/lock-contract.ts";
import type { Notifications } from "../job/notify/notify-contract.ts";
import type { Hosts } from "../job/host-contract.ts";
import type { NodeStore } from "../job/node-contract.ts";
import type { SettingsKeeper } from "../job/settings-contract.ts";
import type { JobStore } from "../job/store-contract.ts";
import type { InspectExisting, LookAtFile } from "../job/transfer-contract.ts";
import type { Lack } from "./hints.ts";
import type { Problems } from "./problems.ts";

/** A property is to be read at each use: some change while the server runs. */
export interface ServerSettings {
  version: string;
  /** Absolute paths. */
  modelsDir: string;
  downloadsDir: string;
  /** Where files go that are asked for by their address alone. */
  filesDir: string;
  /** The model catalogue. */
  catalogFile: string;
  /** Somebody's own catalogue of images, or null. */
  imageCatalogFile: string | null;
  /** Builds of an image that stay when a newer one has come; null: all. */
  keepImages: number | null;
  /** `$UI_HOME` where an instance has none of its own. */
  uiHome: string;
  /** The built page; it need not exist. */
  webDir: string;
  /** How long ended jobs are kept. */
  retentionMs: number;
  /** What a client has to show; null: none needed, on loopback only. */
  token: string | null;
  /** Addresses and networks of reverse proxies whose word on clients counts. */
  trustedProxies: readonly string[];
  /** In lower case; what a trusted proxy says in it is who asks. Null: nobody is believed. */
  proxyUserHeader: string | null;
  /** What those may do that a proxy names and who have no account here. */
  proxyRole: Role | "none";
  /** Names besides loopback's under which this server is reached (a reverse proxy's, a machine's). */
  hostNames: readonly string[];
  /** Origins whose pages may call aria2's methods although no token is wanted. */
  rpcOrigins: readonly string[];
  /** Event streams at once; as many as we think right if left out. */
  maxStreams?: number;
  /** What is not set up on this machine. */
  lacks: readonly Lack[];
}

/** What a Metalink tells of one of its files. */
export interface MetalinkFileFacts {
  /** Relative path, checked: it stays in its folder. */
  name: string;
  size: number | null;
  checksum: Checksum | null;
  /** Most wanted first; never empty. */
  urls: readonly { url: string }[];
}

/** The reader of Metalinks is the transfers': it is given to the server. */
export type ParseMetalink = (bytes: Uint8Array) => Promise<
  | {
      kind: "metalink";
      metalink: {
        files: readonly MetalinkFileFacts[];
        /** Files that cannot be fetched as they are described, and why. */
        faults: readonly { name: string; reason: string }[];
      };
    }
  /** Goes on from "the Metalink". */
  | { kind: "refused"; reason: string }
>;

export interface ServerParts {
  engine: Engine;
  catalog: ModelCatalogStore;
  /** Where models are, as it is said now. */
  places: () => Promise<ModelFolders>;
  cards: CardLibrary;
  images: ImageLibrary;
  /** The index of the files that are here. */
  files: FileKeeper;
  planner: CardPlanner;
  hosts: Hosts;
  plan: Plan;
  parseMetalink: ParseMetalink;
  locks: Locks;
  inspect: InspectExisting;
  look: LookAtFile;
  access: AccessStore;
  /** The machines that share the store. */
  nodes: NodeStore;
  facts: Pick<JobStore, "getFact" | "setFact">;
  /** Who is told what happens. */
  notifications: Notifications;
  problems: Problems;
  metrics: Metrics;
  backup: MakeBackup;
  /** Null: the database is no file of this machine. */
  restores: Restores | null;
  /** Settings, and changes of them. */
  settingsKeeper: SettingsKeeper;
  /** Looks at what is around the server. */
  examine: Examine;
  clock: Clock;
  /** A request has to be here by then, body included; tests are less patient. */
  requestTimeoutMs?: number;
  /** pino's, or one like it. */
  logger: FastifyBaseLogger;
  settings: ServerSettings;
}
