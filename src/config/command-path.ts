/** The search path that commands of cards have on this machine. */

type Environment = Readonly<Record<string, string | undefined>>;

/** The folders of the setting come first; `~/` is the home folder. */
export function commandPath(folders: readonly string[], env: Environment): string {
  const home = env["HOME"] ?? "";
  const first = folders.map((folder) => (folder.startsWith("~/") ? home + folder.slice(1) : folder));
  return [...first, env["PATH"] ?? ""].filter((folder) => folder !== "").join(":");
}
