/** What the server is told of the settings. */
import { join } from "node:path";
import packageJson from "../package.json" with { type: "json" };
import { lackingPrograms } from "./config/lacking-programs.ts";
import { FILES_FOLDER } from "./catalog/files-folder.ts";
import type { Settings } from "./config/settings-table.ts";
import type { Lack } from "./server/hints.ts";
import type { ServerSettings } from "./server/parts.ts";

const ROOT = join(import.meta.dirname, "..");
const HOUR_MS = 3_600_000;

/** @param settings of which some change while the server runs */
export function serverSettings(settings: Settings, token: string | null): ServerSettings {
  const { modelsDir, downloads, modelConfigs, imageCatalog, keepImages, uiHome, hostNames } = settings;
  const { trustedProxies, proxyUserHeader, proxyRole } = settings;
  const lacksSsh = lackingPrograms(["ssh"], settings.pathFolders).length > 0;
  return {
    version: packageJson.version,
    modelsDir,
    downloadsDir: downloads,
    filesDir: join(downloads, FILES_FOLDER),
    catalogFile: modelConfigs,
    imageCatalogFile: imageCatalog,
    keepImages,
    uiHome,
    webDir: join(ROOT, "web/dist"),
    get retentionMs() {
      return settings.retentionHours * HOUR_MS;
    },
    token,
    hostNames,
    rpcOrigins: settings.rpcOrigins,
    trustedProxies,
    proxyUserHeader,
    proxyRole,
    get lacks() {
      return findLacks(settings, lacksSsh);
    },
  };
}

function findLacks({ hfToken, civitaiApiKey }: Settings, lacksSsh: boolean): Lack[] {
  return [
    ...(hfToken === null ? (["hf_token"] as const) : []),
    ...(civitaiApiKey === null ? (["civitai_api_key"] as const) : []),
    ...(lacksSsh ? (["ssh"] as const) : []),
  ];
}
