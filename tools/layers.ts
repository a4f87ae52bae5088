/** Who may import whom. The one place where it is written; `check-layers.ts` and ARCHITECTURE.md follow it. */

/** Folder under `src/` → the folders under `src/` it may import, besides itself. */
export const LAYERS = {
  job: [],
  disk: [],
  wire: ["job"],
  store: ["job"],
  transfer: ["job"],
  shell: ["job", "disk"],
  catalog: ["job", "disk"],
  files: ["job"],
  notify: ["job"],
  sharing: ["job"],
  config: ["job", "disk"],
  log: ["job", "disk"],
  doctor: ["job"],
  metrics: ["job"],
  service: ["job"],
  // The database is most of a backup; the catalog knows which cards hold secrets.
  backup: ["job", "disk", "store", "catalog"],
  // Nothing but databases; a restore that was broken off is finished before a queue is moved.
  move: ["job", "store", "backup"],
  engine: ["job", "disk"],
  server: ["job", "wire", "disk", "engine"],
  client: ["job", "wire"],
  // Transfer for `get`, catalog for `cards check`, shell for `progress`, doctor, backup, move: they work without a server.
  cli: ["job", "wire", "client", "config", "transfer", "catalog", "shell", "doctor", "backup", "move"],
} as const satisfies Record<string, readonly string[]>;

export type Layer = keyof typeof LAYERS;

/** They run in a browser too: all the page (`web/src`) may import of `src/`. */
export const BROWSER_SAFE: readonly Layer[] = ["job", "wire", "client"];

/** Layers that keep to these packages; the others may use any that package.json lists. */
export const PACKAGES: Partial<Record<Layer, readonly string[]>> = {
  job: [],
  wire: ["zod"],
  client: ["zod"],
};

/** The tables of contents: they join all layers. */
export const ENTRIES: readonly string[] = [
  "src/main.ts",
  "src/start-worker.ts",
  "src/open-base.ts",
  "src/build-engine.ts",
  "src/stop-words.ts",
  "src/server-settings.ts",
  "src/start-parts.ts",
  "src/haulyard.ts",
];

/** The only layer that reads the environment; everything else is given what it read. */
export const READS_ENVIRONMENT: Layer = "config";

export function isLayer(folder: string): folder is Layer {
  return Object.hasOwn(LAYERS, folder);
}
