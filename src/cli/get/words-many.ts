/** The sentences of `haulyard get` about many files. Pure. */
import { cleanText, fitEnd, textWidth } from "../screen/clean-text.ts";
import { formatBytes, formatBytesOf, formatCountdown, formatSpeed } from "../screen/format.ts";
import type { GetResult } from "./get-file.ts";
import type { Total } from "./report.ts";
import { checksumWords } from "./words.ts";

/** `saved a.bin  1.0 MB  verified sha256 (from the list)`. */
export function endedLine(name: string, result: Extract<GetResult, { kind: "done" }>): string {
  const { size, alreadyThere, checksumState } = result;
  const word = alreadyThere ? "there already" : "saved";
  return `${word} ${name}  ${formatBytes(size)}  ${checksumWords(checksumState)}`;
}

const GAP = "  ";

/** `412/1000 files  3 failed  95 MB/s  0:12 left  430 MB  16 connections`, as much of it as there is room for. */
export function totalLine(total: Total, columns = Infinity): string {
  const { count, done, failed, bytesDone, bytesTotal, bytesPerSecond, etaSeconds, connections } = total;
  const parts = [
    ...(failed > 0 ? [`${failed} failed`] : []),
    ...(bytesPerSecond > 0 ? [formatSpeed(bytesPerSecond)] : []),
    ...(etaSeconds === null ? [] : [`${formatCountdown(etaSeconds)} left`]),
    bytesTotal === null ? formatBytes(bytesDone) : formatBytesOf(bytesDone, bytesTotal),
    ...(connections > 1 ? [`${connections} connections`] : []),
  ];
  let line = fitEnd(`${done + failed}/${count} files`, columns);
  for (const part of parts) {
    if (textWidth(line + GAP + part) <= columns) line += GAP + part;
  }
  return line;
}

/** So few lines are still on the screen. */
const FEW = 10;
/** A list of more is looked through with other means: `--json`, or what stderr was kept in. */
const MOST_TOLD = 50;

/** What failed, once more; nothing where it is in sight. */
export function troubleAgain(failed: readonly { name: string; message: string }[], ended: number): string[] {
  if (failed.length === 0 || ended <= FEW) return [];
  const lines = failed.slice(0, MOST_TOLD).map(({ name, message }) => `  ${name}: ${cleanText(message)}`);
  const more = failed.length > MOST_TOLD ? [`  … and ${failed.length - MOST_TOLD} more`] : [];
  return [`haulyard: ${failed.length} failed:`, ...lines, ...more];
}
