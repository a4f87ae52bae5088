/**
 * Builds the package that programs of others import the client from: one file of JavaScript for any Node from 22 on
 * and any browser, its types, nothing to install besides. `npm run build:client`, into `dist/client`.
 */
import { cp, mkdir, readdir, readFile, rename, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { pathToFileURL } from "node:url";
import { build } from "vite";
import { ROOT, runTool } from "./run-command.ts";

const ENTRY = join(ROOT, "src/client/haulyard.ts");
const ZOD = join(ROOT, "node_modules/zod");
/** The parts of zod that its types are in; the schemas themselves are in our one file. */
const ZOD_TYPES = ["v4/classic", "v4/core", "v4/locales"];
/** Promise.withResolvers. */
const NODE = ">=22";

/** Makes the package in a folder that may be there already; what was in it is gone. */
export async function buildClient(to: string): Promise<void> {
  const fresh = `${to}.${process.pid}`;
  try {
    await build({
      configFile: false,
      root: ROOT,
      publicDir: false,
      logLevel: "warn",
      build: {
        lib: { entry: ENTRY, formats: ["es"], fileName: () => "client.js" },
        outDir: fresh,
        emptyOutDir: true,
        minify: false,
        target: "es2022",
      },
    });
    await writeTypes(join(fresh, "types"));
    await writePackage(fresh);
    await rm(to, { recursive: true, force: true });
    await rename(fresh, to);
  } finally {
    await rm(fresh, { recursive: true, force: true });
  }
}

/** Ours as the compiler writes them, and zod's beside them: our types are made of its types. */
async function writeTypes(to: string): Promise<void> {
  const args = ["-p", join(ROOT, "tools/client-package"), "--outDir", to];
  const { code, output } = await runTool("@typescript/native/bin/tsc", args, { capture: true });
  if (code !== 0) throw new Error(`The types of the client could not be made.\n${output}`);
  for (const part of ZOD_TYPES)
    await cp(join(ZOD, part), join(to, "zod", part), {
      recursive: true,
      filter: (path) => !/\.\w+$/.test(path) || (path.endsWith(".d.ts") && !path.endsWith(".test.d.ts")),
    });
  for (const file of await filesBelow(to)) {
    if (file.startsWith(join(to, "zod"))) continue;
    const zod = relative(dirname(file), join(to, "zod/v4/classic/external.js"));
    const text = await readFile(file, "utf8");
    await writeFile(file, pointAt(text, zod.startsWith(".") ? zod : `./${zod}`));
  }
}

/** Imports as Node's rules want them in a package: what is there, by the name of its JavaScript. */
export function pointAt(declarations: string, zod: string): string {
  return declarations
    .replaceAll(/import \{ z \} from "zod";/g, `import * as z from "${zod}";`)
    .replaceAll(/import type \{ z \} from "zod";/g, `import type * as z from "${zod}";`)
    .replaceAll(/((?:from |import\()"\.{1,2}\/[^"]*)\.ts"/g, '$1.js"');
}

async function writePackage(to: string): Promise<void> {
  const { name, version, license } = JSON.parse(await readFile(join(ROOT, "package.json"), "utf8")) as {
    [field: string]: string;
  };
  const content = {
    name,
    version,
    description: "The typed client of Haulyard's HTTP interface.",
    license,
    type: "module",
    exports: {
      "./client": { types: "./types/client/haulyard.d.ts", default: "./client.js" },
      "./package.json": "./package.json",
    },
    sideEffects: false,
    engines: { node: NODE },
  };
  await writeFile(join(to, "package.json"), `${JSON.stringify(content, null, 2)}\n`);
  await cp(join(ROOT, "docs/client.md"), join(to, "README.md"));
  await cp(join(ROOT, "LICENSE"), join(to, "LICENSE"));
  await mkdir(join(to, "licenses"));
  await cp(join(ZOD, "LICENSE"), join(to, "licenses/zod.txt"));
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}

if (process.argv[1] !== undefined && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const to = join(ROOT, "dist/client");
  await mkdir(dirname(to), { recursive: true });
  await buildClient(to);
  console.log(`${relative(process.cwd(), to)} is built: npm install it, or npm pack it`);
}
