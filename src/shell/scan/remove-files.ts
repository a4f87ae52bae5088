/** Removes files of a folder on an instance. */
import type { RemoveAnswer } from "../../job/host-contract.ts";
import type { Shell } from "../shell.ts";
import { capture } from "../talk/capture.ts";
import { quotePath } from "../talk/sh-quote.ts";

/** Files of one script; its text stays below what is sent at once. */
const AT_ONCE = 200;

/** @param paths absolute, below `folder` */
export async function removeFiles(
  shell: Shell,
  folder: string,
  paths: readonly string[],
  signal: AbortSignal,
): Promise<RemoveAnswer> {
  const removed: string[] = [];
  for (let from = 0; from < paths.length; from += AT_ONCE) {
    const some = paths.slice(from, from + AT_ONCE);
    const answer = await capture(shell, writeRemoval(folder, some), signal);
    if (answer.kind !== "captured") return answer;
    const gone = new Set(answer.output.split("\n"));
    removed.push(...some.filter((_, index) => gone.has(`gone ${index}`)));
  }
  return { kind: "removed", removed };
}

function writeRemoval(folder: string, paths: readonly string[]): string {
  return [
    `hy_root=$(readlink -f -- ${quotePath(folder)}) || return 1`,
    "hy_remove() {",
    // A folder on the way may be a link that leads out.
    '  hy_real=$(readlink -f -- "$(dirname -- "$2")") || return 0',
    '  case $hy_real/ in "$hy_root"/*) ;; *) return 0 ;; esac',
    '  rm -f -- "$2" && [ ! -e "$2" ] && printf "gone %s\\n" "$1"',
    "}",
    ...paths.map((path, index) => `hy_remove ${index} ${quotePath(path)}`),
    "true",
  ].join("\n");
}
