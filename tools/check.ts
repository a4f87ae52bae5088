/**
 * `npm run check`: everything that can be known without running the whole system.
 *
 *   npm run check                  all parts
 *   npm run check -- lint layers   only these
 *   npm run check -- --except unit all but these
 */
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Ran } from "./run-command.ts";
import { colors, ROOT, runCommand, runTool } from "./run-command.ts";

const quiet = { capture: true, env: colors };
const tsc = "@typescript/native/bin/tsc";

/** The longest first: they run side by side, as many as there are processors. */
const PARTS: Record<string, () => Promise<Ran>> = {
  unit: () => runTool("vitest/vitest.mjs", ["run", "--project", "unit*"], quiet),
  lint: () => runTool("oxlint/bin/oxlint", [], quiet),
  dead: () => runTool("knip/bin/knip.js", [], quiet),
  "types-page": () => runTool(tsc, ["--project", "web"], quiet),
  "types-test": () => runTool(tsc, ["--project", "test"], quiet),
  types: () => runTool(tsc, ["--project", "."], quiet),
  layers: () => runCommand(process.execPath, [join(ROOT, "tools/check-layers.ts")], quiet),
  words: () => runCommand(process.execPath, [join(ROOT, "tools/check-words.ts")], quiet),
  format: () => runTool("oxfmt/bin/oxfmt", ["--check"], quiet),
};

const MEANING: Record<string, string> = {
  unit: "unit tests",
  lint: "oxlint, with types",
  dead: "knip: unused files, exports, packages",
  "types-page": "TypeScript, the page",
  "types-test": "TypeScript, tests in the browser",
  types: "TypeScript, all else",
  layers: "who may import whom",
  words: "the page in all its languages",
  format: "oxfmt",
};

const parts = chooseParts(process.argv.slice(2));
const failed: string[] = [];
const started = performance.now();
await Promise.all(Array.from({ length: availableParallelism() }, worker));

const seconds = ((performance.now() - started) / 1000).toFixed(1);
if (failed.length === 0) {
  console.log(`check: all well, ${seconds} s`);
} else {
  console.error(`check: failed: ${failed.join(", ")} (${seconds} s)`);
  process.exitCode = 1;
}

async function worker(): Promise<void> {
  for (let part = parts.shift(); part !== undefined; part = parts.shift()) await runPart(part);
}

async function runPart(name: string): Promise<void> {
  const ran = await PARTS[name]?.();
  if (ran === undefined) return;
  const took = `${(ran.ms / 1000).toFixed(1)} s`;
  if (ran.code === 0) {
    console.log(`✓ ${name} (${MEANING[name]}) ${took}`);
    return;
  }
  failed.push(name);
  console.error(`\n✗ ${name} (${MEANING[name]}) ${took}\n${ran.output.trimEnd()}\n`);
}

function chooseParts(args: readonly string[]): string[] {
  const except = args[0] === "--except";
  const named = except ? args.slice(1) : args;
  const unknown = named.filter((name) => !Object.hasOwn(PARTS, name));
  if (unknown.length > 0) {
    console.error(`check: no part ${unknown.join(", ")}; there are ${Object.keys(PARTS).join(", ")}`);
    process.exit(2);
  }
  return Object.keys(PARTS).filter((name) => named.length === 0 || named.includes(name) !== except);
}
