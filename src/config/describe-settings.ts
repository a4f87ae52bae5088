/** The table of settings in words: for `--help` and for docs/settings.md. */
import { CONFIG_FILE } from "./config-file.ts";
import { SCHEDULE_FORM } from "../job/limit/rate-schedule.ts";
import { SIZE_FORM } from "../job/limit/parse-size.ts";
import { SECTIONS } from "./setting-row.ts";
import { flagOf, rowOf, SETTING_NAMES } from "./settings-table.ts";
import type { Section } from "./setting-row.ts";
import type { SettingName } from "./settings-table.ts";

const ORDER = `Order: flag, environment variable, ${CONFIG_FILE} in the folder of the start, default.`;

/** The settings as `haulyard serve --help` shows them, wrapped to a width. */
export function settingsHelp(columns: number): string {
  const parts = SECTIONS.map((section) => {
    const entries = namesIn(section).map((name) => helpEntry(name, columns));
    return `${section}:\n${entries.join("\n")}`;
  });
  return `${parts.join("\n\n")}\n\n${wrap(ORDER, 0, columns)}`;
}

function helpEntry(name: SettingName, columns: number): string {
  const row = rowOf(name);
  const flag = flagOf(name);
  const head = flag === null ? row.env : `${flag} ${row.kind.placeholder}`;
  const env = flag === null ? "" : `  (${row.env})`;
  const about = `${plain(row.about)}. Default: ${plain(row.default.text)}.`;
  return `  ${head}${env}\n${wrap(about, 6, columns)}`;
}

/** docs/settings.md, whole. */
export function settingsPage(): string {
  const tables = SECTIONS.map((section) => `## ${section}\n\n${table(namesIn(section).map(pageRow))}\n`);
  return `${PAGE_HEAD}\n${tables.join("\n")}\n${changesPart()}\n${PAGE_FOOT}`;
}

/** Which settings can be changed while the server runs. */
function changesPart(): string {
  const named = (change: string): string =>
    SETTING_NAMES.filter((name) => rowOf(name).changeable === change)
      .map((name) => `\`${name}\``)
      .join(", ");
  return `${CHANGES_HEAD}
- **at once**: ${named("now")}
- **from the next start on**: ${named("next_start")}

${CHANGES_FOOT}`;
}

const CHANGES_HEAD = `## Changes while the server runs

On the page under Settings, with \`haulyard settings set\`, or over HTTP (\`PATCH /settings\`) an administrator can change
many settings without a restart. A change is kept in the database and counts in place of what flag, variable, file or
default gave, over restarts too, until it is given up (\`haulyard settings reset\`); \`haulyard settings\` shows where each
value comes from. They count
`;

const CHANGES_FOOT = `The others are decided where the server is started: how it is reached and guarded, where its data is, and where tokens are
sent. Waiting times for instances count for what is begun after the change. A folder that cannot be written to is refused.
Tokens are stored as they are, in a database that only its owner can read, and are never shown again: not on the page, not
over HTTP, not in the log.
`;

function pageRow(name: SettingName): string[] {
  const row = rowOf(name);
  const flag = flagOf(name);
  const key = row.envOnly === true ? "" : `\`${name}\``;
  const both = [flag === null ? "" : `\`${flag}\``, key].filter((part) => part !== "").join("<br>");
  const variables = [row.env, ...(row.alsoEnv ?? [])].map((variable) => `\`${variable}\``).join("<br>");
  return [variables, both, row.kind.expects, code(row.default.text), `${row.about}.`].map(escape);
}

/** Columns of equal width, as the formatter of this repository leaves them. */
function table(rows: readonly string[][]): string {
  const head = ["environment", "flag, key", "value", "default", "what it is"];
  const widths = head.map((cell, column) =>
    Math.max(...[head, ...rows].map((row) => (row[column] ?? cell).length)),
  );
  const line = (cells: readonly string[], fill = " "): string =>
    `| ${cells.map((cell, column) => cell.padEnd(widths[column] ?? 0, fill)).join(" | ")} |`;
  const rule = line(
    head.map(() => ""),
    "-",
  );
  return [line(head), rule, ...rows.map((row) => line(row))].join("\n");
}

const PAGE_HEAD = `# Settings

<!-- Made from src/config/settings-table.ts; write it anew with: npx vitest run --project unit src/config -u -->

A setting is looked for in this order, and the first place that gives it counts: flag of \`haulyard serve\`,
environment variable, \`${CONFIG_FILE}\` in the folder the server is started in, default. An empty variable
gives nothing. Everything is checked once, at the start: a wrong value, an unknown \`HAULYARD_…\` variable or an
unknown key of the file stops the start with one line that names it (exit code 2).

Relative paths begin in the folder of the start; \`~/\` is the home folder. Secrets have no flag, because the
command line of a process can be read by everybody on the machine.

\`\`\`json
{ "port": 9000, "modelsDir": "/srv/models", "limitRate": "mon-fri 08:00-18:00=5M, 50M" }
\`\`\`
`;

const PAGE_FOOT = `## Rates

${SIZE_FORM[0]?.toUpperCase()}${SIZE_FORM.slice(1)}; a single letter counts by 1024, as wget and curl have it.
\`20M\`, \`1.5GiB\`, \`500kB\`, \`20MB/s\`. At least 1024 bytes per second.

\`HAULYARD_LIMIT_RATE\` is ${SCHEDULE_FORM}.
Windows are \`[days] HH:MM-HH:MM=rate\` or \`rate [days] HH:MM-HH:MM\`, separated by commas; the first that fits
counts. Days are \`mon tue wed thu fri sat sun\`, as a range (\`mon-fri\`) or a sum (\`sat+sun\`), every day without
them. Hours are those of the local clock (\`TZ\`), also on the days on which it is changed. A window that ends before
it begins ends on the next day. \`none\` is no limit, \`off\` lets downloads wait until the window ends. The last part,
without a window, holds at all other times; without it there is no limit then.

The limit can be changed while the server runs, on the page, with \`haulyard limit\` or over HTTP. Such a change is
kept, also over a restart, and counts in place of the setting until it is given up (\`haulyard limit --reset\`).

## The command line

\`haulyard add\`, \`ls\`, \`watch\` and the other commands that talk to a server read two variables: \`HAULYARD_URL\`
(default \`http://127.0.0.1:8866\`) and \`HAULYARD_TOKEN\`. \`haulyard get\` needs no server and reads the variables
of the section Network only. \`NO_COLOR\` is heeded everywhere.
`;

function namesIn(section: Section): SettingName[] {
  return SETTING_NAMES.filter((name) => rowOf(name).section === section);
}

/** Values in code, words as words. */
function code(text: string): string {
  return /[ `]/.test(text) || text === "none" ? text : `\`${text}\``;
}

/** Outside of code, `<data>` would be taken for a tag. */
function escape(cell: string): string {
  const parts = cell
    .split("`")
    .map((part, index) => (index % 2 === 0 ? part.replace(/<(?!br>)/g, "&lt;") : part));
  return parts.join("`").replaceAll("|", "\\|");
}

function plain(text: string): string {
  return text.replaceAll("`", "");
}

function wrap(text: string, indent: number, columns: number): string {
  const room = Math.max(30, columns - indent);
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(" ")) {
    if (line !== "" && line.length + 1 + word.length > room) {
      lines.push(line);
      line = "";
    }
    line = line === "" ? word : `${line} ${word}`;
  }
  return [...lines, line].map((each) => " ".repeat(indent) + each).join("\n");
}
