/** Holds every source file to the table of `layers.ts`. Run: `tools/n tools/check-layers.ts`. */
import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, normalize, relative } from "node:path/posix";
import { pathToFileURL } from "node:url";
import type { ImportFound } from "./find-imports.ts";
import { readFacts } from "./find-imports.ts";
import { BROWSER_SAFE, ENTRIES, isLayer, LAYERS, type Layer, PACKAGES, READS_ENVIRONMENT } from "./layers.ts";

const ROOTS = ["src", "web/src", "tools", "test", "bench"];

/** Tests and what only they use, wherever it lies. */
const TESTS = /^test\/|\.(?:test|suite)\.tsx?$|\/(?:testing|suite|fixtures)(?:\/|\.ts$)/;

export interface Report {
  problems: string[];
  /** Files read per place: a layer's name, `web`, `tests`, `entries`, `tools`. */
  files: Map<string, number>;
  imports: number;
}

type Zone =
  | { kind: "layer"; layer: Layer }
  | { kind: "web" }
  /** May import anything: the entries, tests wherever they lie, tools, benchmarks. */
  | { kind: "free"; name: "entries" | "tests" | "tools" }
  | { kind: "unknown" };

export function checkTree(root: string): Report {
  const report: Report = { problems: [], files: new Map(), imports: 0 };
  for (const path of ROOTS.flatMap((folder) => listSources(root, folder))) {
    const checked = checkFile(path, readFileSync(join(root, path), "utf8"));
    report.problems.push(...checked.problems);
    report.imports += checked.imports;
    const place = placeOf(zoneOf(path));
    report.files.set(place, (report.files.get(place) ?? 0) + 1);
  }
  return report;
}

/** `path` is relative to the repository, with forward slashes. */
export function checkFile(path: string, text: string): { problems: string[]; imports: number } {
  const zone = zoneOf(path);
  if (zone.kind === "unknown") {
    return { problems: [`${path}: lies in no layer; add its folder to tools/layers.ts`], imports: 0 };
  }
  const facts = readFacts(path, text);
  const problems: string[] = [];
  const say = (line: number, what: string): void => void problems.push(`${path}:${line}: ${what}`);
  for (const found of facts.imports) {
    const refusal = refuseImport(path, zone, found);
    if (refusal !== null) say(found.line, refusal);
  }
  if (zone.kind === "free") return { problems, imports: facts.imports.length };

  const mayReadEnvironment = zone.kind === "layer" && zone.layer === READS_ENVIRONMENT;
  if (!mayReadEnvironment) {
    for (const line of facts.environment) say(line, `only src/${READS_ENVIRONMENT} reads process.env`);
  }
  if (isBrowserSafe(zone)) {
    for (const { name, line } of facts.nodeGlobals)
      say(line, `'${name}' does not exist in a browser, where this file runs too`);
  }
  return { problems, imports: facts.imports.length };
}

function refuseImport(path: string, zone: Zone, { specifier }: ImportFound): string | null {
  if (specifier === null) return "an import that is computed at run time cannot be checked; name the file";
  if (!specifier.startsWith(".")) return refusePackage(zone, specifier);
  const allowed = zone.kind === "web" ? /\.(?:tsx?|css|svg|json)(?:\?\w+)?$/ : /\.(?:tsx?|json)$/;
  if (!allowed.test(specifier)) return `'${specifier}': a relative import names its file, '.ts' included`;
  const target = normalize(join(dirname(path), specifier));
  if (target.startsWith("..")) return `'${specifier}' leaves the repository`;
  if (target === "package.json") return null;
  return refuseTarget(zone, target);
}

function refuseTarget(from: Zone, target: string): string | null {
  if (from.kind === "free") return null;
  const to = zoneOf(target);
  if (to.kind === "free") return `${nameOf(from)} must not import ${target} (${to.name})`;
  if (to.kind === "web") return from.kind === "web" ? null : `${nameOf(from)} must not import the page`;
  if (to.kind === "unknown") return from.kind === "web" ? null : `${target} lies in no layer`;
  const may: readonly Layer[] = from.kind === "layer" ? [from.layer, ...LAYERS[from.layer]] : BROWSER_SAFE;
  if (may.includes(to.layer)) return null;
  const list = may.map((layer) => `src/${layer}`).join(", ");
  return `${nameOf(from)} must not import src/${to.layer} (${target}); it may import ${list}`;
}

function refusePackage(zone: Zone, specifier: string): string | null {
  if (specifier.startsWith("node:")) {
    return isBrowserSafe(zone) ? `'${specifier}': ${nameOf(zone)} runs in a browser too` : null;
  }
  if (zone.kind !== "layer") return null;
  const allowed = PACKAGES[zone.layer];
  const name = specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
  if (allowed === undefined || allowed.includes(name)) return null;
  return `'${name}': ${nameOf(zone)} uses ${allowed.length === 0 ? "no package" : `only ${allowed.join(", ")}`}`;
}

function isBrowserSafe(zone: Zone): boolean {
  return zone.kind === "web" || (zone.kind === "layer" && BROWSER_SAFE.includes(zone.layer));
}

function nameOf(zone: Zone): string {
  return zone.kind === "layer" ? `src/${zone.layer}` : zone.kind;
}

function placeOf(zone: Zone): string {
  if (zone.kind === "layer") return zone.layer;
  return zone.kind === "free" ? zone.name : zone.kind;
}

function zoneOf(path: string): Zone {
  if (ENTRIES.includes(path)) return { kind: "free", name: "entries" };
  if (TESTS.test(path)) return { kind: "free", name: "tests" };
  if (path.startsWith("tools/") || path.startsWith("bench/")) return { kind: "free", name: "tools" };
  if (path.startsWith("web/src/")) return { kind: "web" };
  const folder = /^src\/([^/]+)\//.exec(path)?.[1];
  return folder !== undefined && isLayer(folder) ? { kind: "layer", layer: folder } : { kind: "unknown" };
}

function listSources(root: string, folder: string): string[] {
  try {
    return readdirSync(join(root, folder), { recursive: true, withFileTypes: true })
      .filter((entry) => entry.isFile() && /\.tsx?$/.test(entry.name))
      .map((entry) => relative(root, join(entry.parentPath, entry.name)))
      .toSorted();
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return [];
    throw error;
  }
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const { problems, files, imports } = checkTree(join(import.meta.dirname, ".."));
  for (const problem of problems) console.error(problem);
  const total = [...files.values()].reduce((sum, count) => sum + count, 0);
  console.log(
    problems.length === 0
      ? `layers: ${total} files, ${imports} imports, all as tools/layers.ts allows`
      : `layers: ${problems.length} problems in ${total} files`,
  );
  process.exitCode = problems.length === 0 ? 0 : 1;
}
