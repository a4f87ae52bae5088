/** Paths that commands name: worked out as far as that goes without the instance. */
import type { CommandPath } from "../../job/card-contract.ts";
import type { Argument } from "./argument.ts";
import { holdsVariable, mark, showText } from "./argument.ts";

/** The folder a command starts in. */
export const START: CommandPath = { base: "start", path: "" };

const UI_HOME = mark("UI_HOME");
const HOME = mark("HOME");

/** @param folder what a relative path starts from */
export function readPath(
  { text, unknown }: Pick<Argument, "text" | "unknown">,
  folder: CommandPath,
): CommandPath {
  if (unknown !== null) return { base: "unknown", path: showText(text) };
  for (const [variable, base] of [
    [UI_HOME, "ui_home"],
    [HOME, "home"],
  ] as const) {
    if (!text.startsWith(variable)) continue;
    const rest = text.slice(variable.length);
    if (!holdsVariable(rest) && (rest === "" || rest.startsWith("/"))) return { base, path: normalise(rest) };
  }
  if (holdsVariable(text)) return { base: "unknown", path: showText(text) };
  if (text.startsWith("/")) return { base: "root", path: normalise(text).replace(/^(?:\.\.(?:\/|$))+/, "") };
  return below(folder, text);
}

/** A relative path in a folder. */
export function below(folder: CommandPath, path: string): CommandPath {
  const joined = `${folder.path}/${path}`;
  if (folder.base === "unknown") return { base: "unknown", path: joined };
  const normal = normalise(joined);
  return {
    base: folder.base,
    path: folder.base === "root" ? normal.replace(/^(?:\.\.(?:\/|$))+/, "") : normal,
  };
}

/** Folder and name of a file's path. */
export function splitPath(full: CommandPath): { folder: CommandPath; file: string | null } {
  const at = full.path.lastIndexOf("/");
  const file = full.path.slice(at + 1);
  const folder = { base: full.base, path: at === -1 ? "" : full.path.slice(0, at) };
  return { folder, file: file === "" || file === ".." || full.base === "unknown" ? null : file };
}

/** @param uiHome what `$UI_HOME` is there: absolute paths below it are inside, too */
export function isInUiHome({ base, path }: CommandPath, uiHome: string): boolean {
  if (base === "ui_home") return !/^\.\.(?:\/|$)/.test(path);
  if (base !== "root") return false;
  const home = normalise(uiHome);
  return path === home || path.startsWith(`${home}/`);
}

/** Without empty and `.` parts, `..` taken off against what stands before it; none at the ends. */
function normalise(path: string): string {
  const parts: string[] = [];
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part === ".." && parts.length > 0 && parts.at(-1) !== "..") parts.pop();
    else parts.push(part);
  }
  return parts.join("/");
}
