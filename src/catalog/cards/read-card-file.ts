import type { FileHandle } from "node:fs/promises";
import { open } from "node:fs/promises";
import { codeOf } from "../error-code.ts";
import type { ParsedCard } from "./parse-card.ts";
import { MAX_CARD_BYTES, parseCard } from "./parse-card.ts";

/** The card in a file; null if there is no such file. Never reads more than a card may have. */
export async function readCardFile(full: string, filepath: string): Promise<ParsedCard | null> {
  const fail = (reason: string): ParsedCard => ({
    kind: "broken",
    card: { filepath, line: null, reason, isNote: false },
  });
  let file: FileHandle;
  try {
    file = await open(full, "r");
  } catch (error) {
    return codeOf(error) === "ENOENT" ? null : fail(`it cannot be read (${codeOf(error) ?? "?"})`);
  }
  try {
    const buffer = Buffer.allocUnsafe(MAX_CARD_BYTES + 1);
    let length = 0;
    for (;;) {
      const { bytesRead } = await file.read(buffer, length, buffer.length - length, length);
      length += bytesRead;
      if (bytesRead === 0 || length === buffer.length) break;
    }
    if (length > MAX_CARD_BYTES) return fail(`it is larger than ${MAX_CARD_BYTES} bytes`);
    return parseCard(
      filepath,
      new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(buffer.subarray(0, length)),
    );
  } catch (error) {
    const code = codeOf(error);
    return fail(
      code === "ERR_ENCODING_INVALID_ENCODED_DATA"
        ? "it is no UTF-8 text"
        : `it cannot be read (${code ?? "?"})`,
    );
  } finally {
    await file.close();
  }
}
