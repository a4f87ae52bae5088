/** docs/cli.md, of the same table as the help texts. Pure. */
import { EXIT_MEANING } from "../exit-codes.ts";
import type { CommandFacts } from "./describe-commands.ts";

export function writeReference(commands: readonly CommandFacts[]): string {
  const [program, ...rest] = commands;
  if (program === undefined) throw new Error("there is a program");
  return `${[HEAD, ...rest.map(section), exitCodes()].join("\n\n")}\n`;
}

const HEAD = `# The command line

<!-- Made of the commands in src/cli; write it anew with: npx vitest run --project unit src/cli/completion -u -->

\`bin/haulyard\` in the clone; \`haulyard <command> --help\` says the same, with examples. \`get\`, \`cards\`, \`progress\`,
\`completion\` and \`man\` need no server. The others talk to the one at \`HAULYARD_URL\` (default http://127.0.0.1:8866), and show it
\`HAULYARD_TOKEN\` where it wants one. What \`--json\` prints is in [cli-json.md](cli-json.md), the settings of \`serve\` are in
[settings.md](settings.md).`;

function section({ path, args, about, options }: CommandFacts): string {
  const words = args.map(({ name, required, variadic }) => {
    const word = variadic ? `${name}...` : name;
    return required ? `<${word}>` : `[${word}]`;
  });
  const rows = [
    ...args.map(({ name, about: text }) => [name, text]),
    ...options.map(({ flags, about: text }) => [flags, text]),
  ].filter(([, text]) => text !== "");
  const level = "#".repeat(path.length + 1);
  const usage = ["haulyard", ...path, ...words].join(" ");
  const parts = [`${level} haulyard ${path.join(" ")}`, sentence(about), `\`${usage}\``, table(rows)];
  return parts.filter((part) => part !== "").join("\n\n");
}

const UNREAD = `Whatever reads the output may leave (\`haulyard ls | head\`): a command does what it was asked to, all the same, and a
server serves on. What shows things as they come (\`watch\`, \`logs -f\`) ends then, with 130. Where a full disk did not take all
of the output, the exit code is 6.`;

function exitCodes(): string {
  const codes = table(EXIT_MEANING.map(([code, meaning]) => [String(code), meaning]));
  return `## Exit codes\n\n${codes}\n\n${UNREAD}`;
}

/** Columns of equal width, as the formatter of this repository leaves them; without a head there is an empty one. */
function table(rows: readonly (readonly (string | undefined)[])[]): string {
  if (rows.length === 0) return "";
  const cells = rows.map(
    ([name = "", text = ""]) => [`\`${name.replaceAll("|", "\\|")}\``, escape(text)] as const,
  );
  const widths = [0, 1].map((column) => Math.max(3, ...cells.map((row) => row[column]?.length ?? 0)));
  const line = (one: string, other: string, fill = " "): string =>
    `| ${one.padEnd(widths[0] ?? 0, fill)} | ${other.padEnd(widths[1] ?? 0, fill)} |`;
  return [line("", ""), line("", "", "-"), ...cells.map(([name, text]) => line(name, text))].join("\n");
}

function sentence(text: string): string {
  const first = text.charAt(0).toUpperCase() + text.slice(1);
  return escape(/[.!?]$/.test(first) ? first : `${first}.`);
}

/** A bar would end the cell, stars would be emphasis, angle brackets a tag. */
function escape(text: string): string {
  return text
    .replaceAll("\n", " ")
    .replaceAll(/[|*]/g, "\\$&")
    .replaceAll(/<(?=\w)/g, "\\<");
}
