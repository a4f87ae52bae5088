/** What a test may choose of its server, and what it has of it. */
import type { ScriptedTransfers } from "../../../test/world/scripted-transfers.ts";
import type { FileKeeper } from "../../job/file-keeper-contract.ts";
import type { services } from "../../config/origin-tokens.ts";
import type { Engine } from "../../engine/engine-contract.ts";
import type { CommandPolicy } from "../../job/card-contract.ts";
import type { ReuseMode } from "../../job/reuse.ts";
import type { Clock } from "../../job/clock.ts";
import type { Finding } from "../../job/finding.ts";
import type { Hosts } from "../../job/host-contract.ts";
import type { ImageLibrary } from "../../job/image-contract.ts";
import type { JobStore } from "../../job/store-contract.ts";
import type { InstancesOptions } from "../../shell/create-instances.ts";
import type { TransferSettings } from "../../transfer/transfer-settings.ts";
import type { Server } from "../create-server.ts";
import type { ServerSettings } from "../parts.ts";
import type { Problems } from "../problems.ts";

export interface TestOptions {
  /** Where Hugging Face and Civitai are, and the tokens for them. */
  services?: Partial<Parameters<typeof services>[0]>;
  /** What the environment of the start says of the settings. */
  environment?: Record<string, string>;
  /** Goes on in the folder of an earlier server. */
  folder?: string;
  catalogue?: unknown;
  /** The image catalogue; none of its own: it is empty. */
  imageCatalogue?: unknown;
  clock?: Clock;
  requestTimeoutMs?: number;
  /** How real transfers are set up. */
  transfer?: TransferSettings;
  /** Programs that notifications may run. */
  hooks?: readonly string[];
  /** Real transfers; else scripted ones, that do what a test says when it says. */
  real?: boolean;
  settings?: Partial<ServerSettings>;
  /** What a look at the machine finds. */
  findings?: readonly Finding[];
  /** The setting. */
  limitRate?: string;
  /** Which commands of cards may run. */
  commands?: CommandPolicy;
  /** How instances are reached. */
  instances?: Partial<InstancesOptions>;
  /** What is done where the bytes of a download are here already; default: they are fetched. */
  reuse?: ReuseMode;
  /** What everything gets in place of the store. */
  storeOf?: (store: JobStore) => JobStore;
  /** Jobs at a time; 0 keeps all of them waiting. */
  localJobs?: number;
}

export interface TestServer extends AsyncDisposable {
  url: string;
  port: number;
  folder: string;
  models: string;
  downloads: string;
  catalogFile: string;
  /** Folder of the resource cards. */
  cards: string;
  imagesDir: string;
  imageCatalogFile: string;
  images: ImageLibrary;
  files: FileKeeper;
  engine: Engine;
  hosts: Hosts;
  store: JobStore;
  server: Server;
  problems: Problems;
  transfers: ScriptedTransfers;
  /** What was logged, as parsed lines. */
  log: Record<string, unknown>[];
  /** Stops everything and leaves the folder. */
  stop(): Promise<void>;
}
