/** Which settings stand together. */
export const GROUPS = {
  tokens: ["hfToken", "civitaiApiKey"],
  services: ["hfEndpoint", "civitaiEndpoint"],
  queue: ["localJobs", "perHost", "connections", "originLimits"],
  folders: ["modelsDir", "downloads", "imagesDir", "hfCache", "resources", "uiHome", "data"],
  catalogues: ["modelConfigs", "extraModelPaths", "imageCatalog"],
  files: ["reuse", "keepImages", "directIo"],
  retention: ["retentionHours"],
  stalls: ["stallMinutes", "unreachableMinutes", "retries"],
  commands: ["commands", "pathFolders"],
  disks: ["diskLow"],
  proxies: ["httpProxy", "httpsProxy", "noProxy"],
  address: ["host", "port", "hostNames"],
} as const satisfies Record<string, readonly string[]>;
