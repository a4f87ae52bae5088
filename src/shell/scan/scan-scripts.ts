/** What is asked of an instance: texts of POSIX sh that print a line per finding. */
import { HOST_TOOLS } from "../../job/host.ts";
import { quote, quotePath } from "../talk/sh-quote.ts";

/** Seconds a tool may take to tell its version: those of Python load for a while. */
const VERSION_LIMIT_S = 5;
/** Seconds for a look through all folders of models; on a network disk it may take for ever. */
const FILES_LIMIT_S = 20;
/** Files that are told of; more than people have. */
export const MAX_FILES = 5000;
/** Lines of the list, folders among them. */
export const MAX_LINES = 2 * MAX_FILES;
/** Folders in each other. A link to a folder above leads round in circles, and the find of busybox after it. */
const MAX_DEPTH = 12;
/** Bytes of their list: what one answer of a script holds, with room to spare. */
const MAX_LIST_BYTES = 900_000;

/** A tool that has another way of telling its version, or none that ends. */
const VERSION_ARGUMENTS: Readonly<Record<string, string>> = {
  busybox: "",
  hf: "version",
  "huggingface-cli": "version",
  rclone: "version",
};

/** `system`, `home`, `disk`, `tool` lines. */
export function findingsScript(uiHome: string, toolFolders: readonly string[]): string {
  return [
    ...(toolFolders.length === 0 ? [] : [`PATH=${toolFolders.map(quotePath).join(":")}:"$PATH"`]),
    `hy_home=${quotePath(uiHome)}`,
    // No login shell, no terminal: some tools would ask, or draw.
    "TERM=dumb; export TERM",
    `printf 'system %s\\n' "$(uname -sm)"`,
    `[ -d "$hy_home" ] && printf 'home\\n'`,
    `while [ ! -d "$hy_home" ] && [ "$hy_home" != / ] && [ "$hy_home" != . ]; do hy_home=$(dirname -- "$hy_home"); done`,
    // XCU df: -P for lines that can be read, -k for a known unit.
    `df -Pk "$hy_home" 2>/dev/null | sed -n '2s/^/disk /p'`,
    // Where there is no timeout(1), better no version than a scan that hangs. That of busybox ends the tool alone: what the
    // tool has started would keep the pipe open.
    `hy_ask() { setsid timeout ${VERSION_LIMIT_S} "$@" 2>&1 </dev/null & wait $!; kill -s KILL "-$!" 2>/dev/null; }`,
    `hy_version() { hy_ask "$@" | head -n 3 | tr '\\n\\t' '  ' | cut -c 1-200; }`,
    `hy_tool() { hy_path=$(command -v "$1") || return 0; printf 'tool %s %s\\t%s\\n' "$1" "$hy_path" "$(hy_version "$@")"; }`,
    ...HOST_TOOLS.map((tool) => `hy_tool ${quote(tool)} ${VERSION_ARGUMENTS[tool] ?? "--version"} &`),
    "wait",
    "true",
  ].join("\n");
}

/** `<mode, hexadecimal> <disk>:<inode> <bytes> <path>` lines of a folder's files and folders; no dotfiles, no hidden folders. */
export function filesScript(folder: string): string {
  return [
    `cd ${quotePath(folder)} 2>/dev/null || return 0`,
    // -L: models are often linked into their folders. stat: find's own -printf is GNU's alone.
    `timeout ${FILES_LIMIT_S} find -L . -maxdepth ${MAX_DEPTH} -name '.?*' -prune -o \\( -type f -o -type d \\) -exec stat -L -c '%f %d:%i %s %n' {} + 2>/dev/null | head -n ${
      MAX_LINES + 1
    } | head -c ${MAX_LIST_BYTES}`,
    "true",
  ].join("\n");
}
