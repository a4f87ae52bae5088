/** Builds the page and the manual into `web/dist` when what they are made of has changed. `npm run build`, and part of `npm start`. */
import { createHash } from "node:crypto";
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { compressFiles } from "./compress-files.ts";
import { buildManual, listPages } from "./manual/build-manual.ts";
import { colors, ROOT, runTool } from "./run-command.ts";

/** All the page is made of: its own files, what it imports of `src/`, and the packages. */
const SOURCES = [
  "web",
  "src/job",
  "src/wire",
  "src/client",
  "package-lock.json",
  "tools/build-page.ts",
  "tools/compress-files.ts",
  "tools/manual",
  "docs/screenshots",
];
const DIST = join(ROOT, "web/dist");
/** Inside the built page: the hash of the sources it was built of. */
const STAMP = ".sources";

export type Built = { kind: "current" } | { kind: "built"; ms: number } | { kind: "failed"; output: string };

export async function buildPage(): Promise<Built> {
  const sources = hashSources(ROOT, [...SOURCES, ...listPages(ROOT)]);
  if (readStamp() === sources) return { kind: "current" };
  // Built aside and moved into place with its stamp, so that a build cut short is never taken for a page.
  const fresh = `${DIST}.${process.pid}`;
  try {
    const { code, output, ms } = await runTool(
      "vite/bin/vite.js",
      ["build", "web", "--outDir", fresh, "--emptyOutDir", "--logLevel", "warn"],
      { capture: true, env: colors },
    );
    if (code !== 0) return { kind: "failed", output };
    buildManual(ROOT, fresh);
    compressFiles(fresh);
    writeFileSync(join(fresh, STAMP), sources);
    return moveIntoPlace(fresh, sources) ? { kind: "built", ms } : { kind: "current" };
  } finally {
    rmSync(fresh, { recursive: true, force: true });
  }
}

/** Two test files may build at once: whoever comes second finds the other's page there, and leaves it. */
function moveIntoPlace(fresh: string, sources: string): boolean {
  for (;;) {
    if (readStamp() === sources) return false;
    try {
      rmSync(DIST, { recursive: true, force: true });
      renameSync(fresh, DIST);
      return true;
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code !== "ENOTEMPTY" && code !== "EEXIST") throw error;
    }
  }
}

/** Changes with any name or byte of the files below; tests and what was built before do not count. */
export function hashSources(root: string, sources: readonly string[]): string {
  const hash = createHash("sha256");
  for (const path of sources.flatMap((source) => listFiles(join(root, source))).toSorted()) {
    const content = readFileSync(path);
    hash.update(`${relative(root, path)}\0${content.length}\0`).update(content);
  }
  return hash.digest("hex");
}

function listFiles(path: string): string[] {
  let entries;
  try {
    entries = readdirSync(path, { withFileTypes: true });
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOTDIR") return [path];
    throw error;
  }
  return entries.flatMap((entry) => {
    if (entry.name.startsWith("dist") || entry.name === "node_modules") return [];
    if (entry.isDirectory()) return listFiles(join(path, entry.name));
    return entry.isFile() && !/\.test\.tsx?$/.test(entry.name) ? [join(path, entry.name)] : [];
  });
}

function readStamp(): string | null {
  try {
    return readFileSync(join(DIST, STAMP), "utf8");
  } catch {
    return null;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const built = await buildPage();
  if (built.kind === "failed") {
    console.error(built.output);
    console.error("The page could not be built.");
    process.exitCode = 1;
  } else {
    const how = built.kind === "current" ? "is up to date" : `built in ${(built.ms / 1000).toFixed(1)} s`;
    console.log(`web/dist ${how}`);
  }
}
