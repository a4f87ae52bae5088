/** What a run may look like: held before anything of it reaches a shell. */
import type { RunSpec } from "../../job/run-contract.ts";

const ID = /^[a-z0-9][a-z0-9-]{0,63}$/;
const VARIABLE = /^[A-Za-z_][A-Za-z0-9_]{0,127}$/;
/** What the supervisor itself stands on. */
const OURS = /^(?:HY_|hy_|HAULYARD_|IFS$|ENV$|BASH_ENV$|PATH$|PWD$|OLDPWD$|PS4$)/;
/** Characters of all texts together; the longest cards have a few thousand. */
const MAX_SIZE = 256 * 1024;
/** Commands of one card. */
const MAX_STEPS = 1000;

export function isRunId(id: string): boolean {
  return ID.test(id);
}

/** Why this is no run, in a sentence, or null. */
export function refuseSpec(spec: RunSpec): string | null {
  if (!isRunId(spec.id)) return "A run's id is made of lower-case letters, digits and '-'.";
  if (spec.steps.length === 0 || spec.steps.length > MAX_STEPS)
    return `A run has 1 to ${MAX_STEPS} steps, this one has ${spec.steps.length}.`;
  const names = [...Object.keys(spec.environment), ...Object.keys(spec.secrets), ...spec.unset];
  for (const name of names) {
    if (!VARIABLE.test(name) || OURS.test(name)) return `'${name.slice(0, 60)}' is no variable for a run.`;
  }
  const texts = [
    ...spec.steps,
    ...Object.values(spec.environment),
    ...Object.values(spec.secrets),
    ...spec.pathFolders,
    spec.folder ?? "",
  ];
  if (texts.some((text) => text.includes("\0"))) return "A shell cannot take the character NUL.";
  if (spec.pathFolders.some((folder) => !isAnchored(folder) || folder.includes(":")))
    return "Folders of PATH are absolute or begin with '~/', and hold no ':'.";
  if (spec.folder !== null && !isAnchored(spec.folder))
    return "The folder of a run is absolute or begins with '~/'.";
  const size = texts.reduce((sum, text) => sum + text.length, 0);
  return size > MAX_SIZE ? `A run of ${size} characters is longer than ${MAX_SIZE}.` : null;
}

/** Whether it means the same wherever the shell is. */
export function isAnchored(path: string): boolean {
  return path.startsWith("/") || path === "~" || path.startsWith("~/");
}
