import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { brotliDecompressSync, gunzipSync } from "node:zlib";
import { expect, test } from "vitest";
import { compressFiles } from "./compress-files.ts";

test("texts have smaller copies beside them that hold the same; pictures and tiny files have none", async () => {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-compress-"));
  try {
    await mkdir(join(folder, "assets"));
    const script = "export const words = 'again and again';\n".repeat(200);
    await writeFile(join(folder, "assets/a.js"), script);
    await writeFile(join(folder, "assets/tiny.js"), "0;");
    await writeFile(join(folder, "picture.png"), script);
    expect(compressFiles(folder)).toBe(2);
    expect((await readdir(join(folder, "assets"))).toSorted()).toEqual([
      "a.js",
      "a.js.br",
      "a.js.gz",
      "tiny.js",
    ]);
    expect(brotliDecompressSync(await readFile(join(folder, "assets/a.js.br"))).toString()).toBe(script);
    expect(gunzipSync(await readFile(join(folder, "assets/a.js.gz"))).toString()).toBe(script);
  } finally {
    await rm(folder, { recursive: true });
  }
});
