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
  /** Width to take where the terminal tells none. */
  columns: number | null;
}

export function readTerminalWishes(env: Readonly<Record<string, string | undefined>>): TerminalWishes {
  const dumb = env["TERM"] === "dumb";
  const columns = Number(env["COLUMNS"]);
  return {
    color: (env["NO_COLOR"] ?? "") === "" && !dumb,
    redraw: !dumb,
    columns: Number.isInteger(columns) && columns > 0 ? columns : null,
  };
}
