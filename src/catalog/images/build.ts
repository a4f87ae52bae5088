/** Builds: what publishers count their images by. `20240423`, `9.8-20260525.0`, `20261001-2618`. Pure. */

import { compareBuilds } from "../../job/compare-builds.ts";

/** Stands for the build in the addresses and names of a rule. */
export const BUILD = "{build}";

/** Digits with dots, dashes and underscores between them: `latest`, `daily` and `ext4-…` are none. */
const SHAPE = /^\d[\d._-]{0,63}$/;

export function isBuild(text: string): boolean {
  return SHAPE.test(text);
}

/** What stands in the place of `{build}` in the highest of the names that have the form, or null. */
export function newestBuild(names: Iterable<string>, form: string): string | null {
  const [before = "", after = ""] = form.split(BUILD);
  let newest: string | null = null;
  for (const name of names) {
    if (name.length <= before.length + after.length) continue;
    if (!name.startsWith(before) || !name.endsWith(after)) continue;
    const build = name.slice(before.length, name.length - after.length);
    if (isBuild(build) && (newest === null || compareBuilds(build, newest) > 0)) newest = build;
  }
  return newest;
}

export function withBuild(form: string, build: string): string {
  return form.replaceAll(BUILD, build);
}

/** The name of the file that an address leads to, or a form of one: with `{build}` in it. */
export function lastPart(address: string): string {
  const part =
    address
      .replace(/[?#].*$/s, "")
      .split("/")
      .at(-1) ?? "";
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
