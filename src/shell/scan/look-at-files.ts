/** Which of some files are on an instance, how large they are, and the space on their disk. */
import type { FileThere, FilesAnswer } from "../../job/host-contract.ts";
import type { Shell } from "../shell.ts";
import { capture } from "../talk/capture.ts";
import { quotePath } from "../talk/sh-quote.ts";
import { readDisk } from "./read-scan.ts";

/** Files asked about at a time: their paths are the arguments of one program. */
const AT_ONCE = 500;
/** Seconds for one such question; on a network disk it may take for ever. */
const LIMIT_S = 20;

/** @param paths absolute */
export async function lookAtFiles(
  shell: Shell,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<FilesAnswer> {
  const files: FileThere[] = [];
  let freeBytes: number | null = null;
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE);
    const answer = await capture(shell, writeLook(some), signal);
    if (answer.kind !== "captured") return answer;
    const sizes = readSizes(answer.output);
    freeBytes ??= readDisk(
      answer.output.split("\n").find((line) => line.startsWith("disk ")) ?? "",
    ).freeBytes;
    for (const path of some)
      files.push({
        path,
        bytes: sizes.get(path) ?? null,
        partBytes: sizes.get(`${path}.part`) ?? null,
      });
  }
  return { kind: "looked", files, freeBytes };
}

function writeLook(paths: readonly string[]): string {
  const both = paths.flatMap((path) => [quotePath(path), quotePath(`${path}.part`)]);
  return [
    `hy_at=${quotePath(paths[0] ?? "/")}`,
    'while [ ! -d "$hy_at" ] && [ "$hy_at" != / ]; do hy_at=$(dirname -- "$hy_at"); done',
    `df -Pk "$hy_at" 2>/dev/null | sed -n '2s/^/disk /p'`,
    // -L: models are often linked into their folders. What is not there is told on the standard error.
    `timeout ${LIMIT_S} stat -L -c '%f %s %n' -- ${both.join(" ")} 2>/dev/null`,
    "true",
  ].join("\n");
}

/** Of plain files only. Nothing an instance prints makes it throw. */
function readSizes(output: string): Map<string, number> {
  const lines = output.split("\n").map((line) => /^8[0-9a-f]{3} (\d{1,15}) (.+)$/.exec(line));
  return new Map(
    lines.flatMap((found) => (found === null ? [] : [[found[2] ?? "", Number(found[1])] as const])),
  );
}
