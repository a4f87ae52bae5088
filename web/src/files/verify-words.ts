/** What came of verifying, in words. Pure. */
import { t, tn } from "../words/words.ts";
import type { VerifyView } from "./verify-run.ts";

export interface VerifyWords {
  sentence: string;
  /** Paths of the files whose bytes are not those they have to be. */
  wrong: readonly string[];
}

export function verifyWords(results: VerifyView["results"]): VerifyWords {
  const counts = { right: 0, wrong: 0, unknown: 0, gone: 0 };
  const wrong: string[] = [];
  for (const { verdict, path } of results.values()) {
    counts[verdict]++;
    if (verdict === "wrong") wrong.push(path);
  }
  const parts = [
    counts.right > 0 ? tn(counts.right, "{n} file is right", "{n} files are right") : null,
    counts.wrong > 0 ? tn(counts.wrong, "{n} file is wrong", "{n} files are wrong") : null,
    counts.unknown > 0
      ? tn(counts.unknown, "{n} file has no hash to compare with", "{n} files have no hash to compare with")
      : null,
    counts.gone > 0 ? tn(counts.gone, "{n} file is gone", "{n} files are gone") : null,
  ].filter((part) => part !== null);
  return { sentence: parts.length === 0 ? t("Nothing was verified") : parts.join(", "), wrong };
}
