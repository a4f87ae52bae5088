/** The one place that touches the environment of the process. */

/** The variables as they were at the start. */
export function readEnvironment(): Readonly<Record<string, string | undefined>> {
  return { ...process.env };
}

export interface TerminalWishes {
  /** https://no-color.org: set and not empty means no colour. */
  color: boolean;
  /** A terminal that cannot move its cursor gets lines, as a file does. */
  redraw: boolean;
  /** False where the locale names a character set that is not UTF-8. */
  unicode: boolean;
  /** Width to take where the terminal tells none. */
  columns: number | null;
}

export function readTerminalWishes(env: Readonly<Record<string, string | undefined>>): TerminalWishes {
  const dumb = env["TERM"] === "dumb";
  const columns = Number(env["COLUMNS"]);
  return {
    color: (env["NO_COLOR"] ?? "") === "" && !dumb,
    redraw: !dumb,
    unicode: readsUnicode(env),
    columns: Number.isInteger(columns) && columns > 0 ? columns : null,
  };
}

/** POSIX.1 §8.2: LC_ALL over LC_CTYPE over LANG. None set, as in most containers, says nothing. */
function readsUnicode(env: Readonly<Record<string, string | undefined>>): boolean {
  const locale = [env["LC_ALL"], env["LC_CTYPE"], env["LANG"]].find((value) => (value ?? "") !== "");
  if (locale === undefined) return env["TERM"] !== "linux";
  return /utf-?8/i.test(locale);
}
