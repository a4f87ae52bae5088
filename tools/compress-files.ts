/** Puts compressed copies beside files that get smaller by it: the server sends what the browser takes. */
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";

/** What is text; pictures and fonts are compressed already. */
const TEXT = /\.(?:css|html|js|json|svg|txt|webmanifest)$/;
/** Smaller ones fit into the first packets anyway. Bytes. */
const LEAST_BYTES = 1024;
/** Of 11: the last steps cost ten times the time for two percent. */
const BROTLI_QUALITY = 9;

/** Answers how many copies there are now. */
export function compressFiles(folder: string): number {
  let copies = 0;
  for (const name of readdirSync(folder, { recursive: true, encoding: "utf8" })) {
    if (!TEXT.test(name)) continue;
    const path = join(folder, name);
    const content = readFileSync(path);
    if (content.length < LEAST_BYTES) continue;
    const quality = { params: { [constants.BROTLI_PARAM_QUALITY]: BROTLI_QUALITY } };
    for (const [end, bytes] of [
      ["br", brotliCompressSync(content, quality)],
      ["gz", gzipSync(content, { level: 9 })],
    ] as const) {
      if (bytes.length >= content.length) continue;
      writeFileSync(`${path}.${end}`, bytes);
      copies += 1;
    }
  }
  return copies;
}
