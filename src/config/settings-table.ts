/** Every setting there is. `--help`, docs/settings.md and the check at the start are made of this table. */
import { absolutePaths } from "./absolute-paths.ts";
import * as kinds from "./kinds.ts";
import type { Database } from "./kinds.ts";
import { ACCESS } from "./access-settings.ts";
import { NETWORK } from "./network-settings.ts";
import { NODE } from "./node-settings.ts";
import { NOTIFICATIONS } from "./notification-settings.ts";
import { QUEUE } from "./queue-settings.ts";
import { SOURCES } from "./source-settings.ts";
import type { Row } from "./setting-row.ts";
import type { ReuseMode } from "../job/reuse.ts";
import { REUSE_MODES } from "../job/reuse.ts";
import { below, inFolder, none, row } from "./setting-row.ts";

export const SETTINGS = {
  host: row<string>({
    section: "Server",
    env: "HAULYARD_HOST",
    kind: kinds.listenAddress,
    default: { text: "127.0.0.1", value: "127.0.0.1" },
    about: "Address to listen on; any other than loopback needs the token",
  }),
  port: row<number>({
    section: "Server",
    env: "HAULYARD_PORT",
    kind: kinds.integer(0, 65_535, "port"),
    default: { text: "8866", value: 8866 },
    about: "Port to listen on; 0 takes a free one",
  }),
  token: row<string | null>({
    section: "Server",
    env: "HAULYARD_TOKEN",
    kind: kinds.token,
    default: none("none needed on loopback; elsewhere generated into `<data>/token`"),
    about: "What clients have to show, as `Authorization: Bearer <token>`",
    secret: true,
    flag: false,
  }),
  hostNames: row<readonly string[]>({
    section: "Server",
    env: "HAULYARD_HOST_NAMES",
    kind: kinds.hostNames,
    default: { text: "none", value: [] },
    about: "Names under which a proxy on this machine passes requests on, besides localhost",
  }),
  rpcOrigins: row<readonly string[]>({
    section: "Server",
    env: "HAULYARD_RPC_ORIGINS",
    kind: kinds.origins,
    default: { text: "none", value: [] },
    about: "Origins whose pages and add-ons may use the aria2 interface without a token; see docs/aria2.md",
  }),

  data: row<string>({
    section: "Folders and files",
    env: "HAULYARD_DATA",
    kind: kinds.path("<folder>"),
    default: inFolder("data"),
    about: "Folder of the database, known hosts, logs and the token",
  }),
  databaseUrl: row<Database>({
    section: "Folders and files",
    env: "HAULYARD_DATABASE_URL",
    kind: kinds.database,
    default: {
      text: "sqlite:<data>/haulyard.db",
      from: ({ data }) => ({ kind: "sqlite", file: `${data}/haulyard.db` }),
    },
    about: "Database; postgres://… lets several machines share one queue",
    secret: true,
  }),
  ...NODE,
  downloads: row<string>({
    section: "Folders and files",
    env: "HAULYARD_DOWNLOADS",
    changeable: "next_start",
    mustWrite: true,
    kind: kinds.path("<folder>"),
    default: inFolder("downloads"),
    about: "Folder of the status files for other programs, and of downloads without a place of their own",
  }),
  resources: row<string>({
    section: "Folders and files",
    env: "HAULYARD_RESOURCES",
    changeable: "next_start",
    kind: kinds.path("<folder>"),
    default: inFolder("resources"),
    about: "Folder of the resource cards",
  }),
  uiHome: row<string>({
    section: "Folders and files",
    env: "HAULYARD_UI_HOME",
    changeable: "next_start",
    kind: kinds.path("<folder>"),
    default: { text: "/workspace/ComfyUI", value: "/workspace/ComfyUI" },
    about: "Home of ComfyUI; `$UI_HOME` in cards",
  }),
  modelsDir: row<string>({
    section: "Folders and files",
    env: "HAULYARD_MODELS_DIR",
    changeable: "next_start",
    mustWrite: true,
    kind: kinds.path("<folder>"),
    default: below(
      ({ data, uiHome, exists }) => `${exists(`${uiHome}/models`) ? uiHome : data}/models`,
      "<ui home>/models if it exists, else <data>/models",
    ),
    about: "Folder the models go to",
  }),
  roots: row<readonly string[]>({
    section: "Folders and files",
    env: "HAULYARD_ROOTS",
    // Where files may be written is not for those who may change settings over the network.
    kind: absolutePaths("folders"),
    default: { text: "none", value: [] },
    about:
      "Further folders that downloads may name and links in the models folder may lead into, separated by `:`",
  }),
  extraModelPaths: row<string>({
    section: "Folders and files",
    env: "HAULYARD_EXTRA_MODEL_PATHS",
    changeable: "next_start",
    kind: kinds.path("<file>"),
    default: below(
      ({ uiHome }) => `${uiHome}/extra_model_paths.yaml`,
      "<ui home>/extra_model_paths.yaml if it exists",
    ),
    about: "Where ComfyUI has models besides, as its `extra_model_paths.yaml` says it",
  }),
  modelConfigs: row<string>({
    section: "Folders and files",
    env: "HAULYARD_MODEL_CONFIGS",
    changeable: "next_start",
    kind: kinds.path("<file>"),
    default: inFolder("model_configs.json"),
    about:
      "Catalogue of models; until there is such a file the sample is shown, and the first edit writes it",
  }),
  imagesDir: row<string>({
    section: "Folders and files",
    env: "HAULYARD_IMAGES_DIR",
    changeable: "next_start",
    mustWrite: true,
    kind: kinds.path("<folder>"),
    default: below(({ data }) => `${data}/images`, "<data>/images"),
    about: "Folder of the VM images",
  }),
  imageCatalog: row<string | null>({
    section: "Folders and files",
    env: "HAULYARD_IMAGE_CATALOG",
    changeable: "next_start",
    kind: kinds.path("<file>"),
    default: none("the built-in catalogue"),
    about: "Catalogue of VM images, JSON or YAML",
  }),
  keepImages: row<number | null>({
    section: "Folders and files",
    env: "HAULYARD_KEEP_IMAGES",
    changeable: "next_start",
    kind: kinds.integer(1, 1000, "count"),
    default: none("all"),
    about: "Builds of a VM image that stay when a newer one has come; older ones are deleted",
  }),
  reuse: row<ReuseMode>({
    section: "Folders and files",
    env: "HAULYARD_REUSE",
    changeable: "next_start",
    kind: kinds.choice(REUSE_MODES),
    default: { text: "copy", value: "copy" },
    about:
      "Bytes that are on this machine already: `off`: fetch them anyway; else take them, see docs/files.md",
  }),
  directIo: row<"auto" | "on" | "off">({
    section: "Folders and files",
    env: "HAULYARD_DIRECT_IO",
    changeable: "next_start",
    kind: kinds.choice(["auto", "on", "off"]),
    default: { text: "auto", value: "auto" },
    about:
      "Write past the page cache: `auto`: large files; `on`: all; `off`: none, where files are read at once",
  }),

  ...QUEUE,
  ...NOTIFICATIONS,
  ...SOURCES,
  ...NETWORK,
  ...ACCESS,
} as const;

export type SettingName = keyof typeof SETTINGS;

type ValueOf<R> = R extends Row<infer T> ? T : never;

/** Everything that was set, checked; paths are absolute. */
export type Settings = { readonly [Name in SettingName]: ValueOf<(typeof SETTINGS)[Name]> };

export const SETTING_NAMES = Object.keys(SETTINGS) as readonly SettingName[];

export function isSettingName(name: string): name is SettingName {
  return Object.hasOwn(SETTINGS, name);
}

/** Whether the setting may have no value. */
export function mayBeNone(name: SettingName): boolean {
  const { default: fallback } = rowOf(name);
  return "value" in fallback && fallback.value === null;
}

/** The rows without their value types, for what treats all alike. */
export function rowOf(name: SettingName): Row<unknown> {
  return SETTINGS[name];
}

/** `--retention-hours`, or null for what is no flag. */
export function flagOf(name: SettingName): string | null {
  return rowOf(name).flag === false ? null : `--${name.replace(/[A-Z]/g, (one) => `-${one.toLowerCase()}`)}`;
}
