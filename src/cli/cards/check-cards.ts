/** `haulyard cards check`: what cards would run, and what is wrong with them. */
import { stat } from "node:fs/promises";
import { basename, join, relative, resolve } from "node:path";
import { createCardLibrary } from "../../catalog/cards/card-library.ts";
import { isCardName } from "../../catalog/cards/scan-folder.ts";
import { readCardFile } from "../../catalog/cards/read-card-file.ts";
import { judgeCommand } from "../../catalog/commands/judge-command.ts";
import { readEnvironment } from "../../config/environment.ts";
import { readFromEnvironment } from "../../config/read-settings.ts";
import type {
  Card,
  CardCollection,
  CardRemark,
  CommandPolicy,
  CommandReading,
  CommandVerdict,
  Dependency,
} from "../../job/card-contract.ts";
import { combineExitCodes, EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { cleanText } from "../screen/clean-text.ts";
import { openTerminal } from "../screen/terminal.ts";
import { UsageError } from "../usage-error.ts";
import type { Checked, CheckedCard } from "./checked.ts";
import { printChecked, printSummary } from "./print-checked.ts";
import { sayChecked, saySummary } from "./say-checked.ts";
import { sumUp } from "./sum-up.ts";

/** As commander gives them. */
export interface CheckOptions {
  commands?: string;
  quiet?: true;
  json?: true;
}

interface Rules {
  /** The folder of the server's cards: dependencies of its cards may lie anywhere in it. */
  resources: string;
  judge: (command: CommandReading) => CommandVerdict;
}

export async function runCheck(files: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const rules = readRules(options);
  const terminal = openTerminal();
  const checked: Checked[] = [];
  const missing: string[] = [];
  for (const file of files.length === 0 ? [rules.resources] : files) {
    const found = await check(resolve(file), rules);
    if (found === null) missing.push(file);
    else checked.push(...found);
  }
  const summary = sumUp(checked);
  const code = combineExitCodes([
    ...missing.map(() => EXIT.notFound),
    summary.broken > 0 || summary.refused > 0 ? EXIT.failed : EXIT.done,
  ]);
  if (options.json === true) {
    for (const each of checked) sayChecked(terminal, each);
    for (const file of missing) sayChecked(terminal, { kind: "missing", file });
    saySummary(terminal, summary, code);
    return code;
  }
  for (const each of checked) if (options.quiet !== true || isWrong(each)) printChecked(terminal, each);
  for (const file of missing) terminal.tell(`haulyard: ${cleanText(file)}: there is no such file or folder.`);
  if (checked.length > 0 || missing.length === 0) printSummary(terminal, summary);
  return code;
}

function readRules(options: CheckOptions): Rules {
  const read = readFromEnvironment(["resources", "commands", "uiHome"], {
    env: readEnvironment(),
    folder: process.cwd(),
  });
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const { resources, uiHome } = read.settings;
  const policy = options.commands === undefined ? read.settings.commands : readPolicy(options.commands);
  return { resources, judge: (command) => judgeCommand(policy, command, uiHome) };
}

function readPolicy(word: string): CommandPolicy {
  if (word === "any" || word === "known") return word;
  throw new UsageError(`--commands: expected 'any' or 'known', got ${JSON.stringify(word)}.`);
}

/** Null: there is nothing. */
async function check(full: string, rules: Rules): Promise<Checked[] | null> {
  const stats = await stat(full).catch(() => null);
  if (stats === null) return null;
  return stats.isDirectory() ? checkFolder(full, rules) : checkFile(full, rules);
}

async function checkFolder(folder: string, rules: Rules): Promise<Checked[]> {
  const top = isWithin(folder, rules.resources) ? rules.resources : folder;
  const { cards, broken, dependenciesOf } = await readFolder(top);
  const fileOf = ({ filepath }: { filepath: string }): string => join(top, filepath);
  const checked: Checked[] = [
    ...broken.map((card): Checked => ({ kind: card.isNote ? "note" : "broken", file: fileOf(card), card })),
    ...cards.map((card) => toChecked(fileOf(card), card, dependenciesOf(card), rules)),
  ];
  return checked
    .filter(({ file }) => isWithin(file, folder))
    .map((each) => ({ ...each, file: shown(each.file) }))
    .sort((a, b) => (a.file < b.file ? -1 : 1));
}

async function checkFile(full: string, rules: Rules): Promise<Checked[] | null> {
  const isShelved = isWithin(full, rules.resources);
  const file = shown(full);
  const parsed = await readCardFile(full, isShelved ? relative(rules.resources, full) : basename(full));
  if (parsed === null) return null;
  // A file that was named was meant to be a card.
  if (parsed.kind === "broken") return [{ kind: "broken", file, card: parsed.card }];
  const { card } = parsed;
  const dependencies = isShelved ? (await readFolder(rules.resources)).dependenciesOf(card) : [];
  const checked = toChecked(file, card, dependencies, rules);
  if (isCardName(basename(full))) return [checked];
  const name = { line: 1, message: "a server does not take a file of this name for a card" };
  return [{ ...checked, remarks: [name, ...checked.remarks] }];
}

function readFolder(folder: string): Promise<CardCollection> {
  return createCardLibrary({ folder, policy: () => "any", uiHome: "/" }).read();
}

function toChecked(
  file: string,
  card: Card,
  dependencies: readonly Dependency[],
  { judge }: Rules,
): CheckedCard {
  const missing = dependencies.flatMap(({ name, problem }): CardRemark[] =>
    problem === null ? [] : [{ line: 1, message: `dependency ${name}: ${problem}` }],
  );
  return { kind: "card", file, card, dependencies, judge, remarks: [...missing, ...card.remarks] };
}

function isWithin(full: string, folder: string): boolean {
  return full === folder || full.startsWith(folder.endsWith("/") ? folder : `${folder}/`);
}

/** As short as it can be said from here. */
function shown(full: string): string {
  const short = relative(process.cwd(), full);
  return short === "" || short.startsWith("../../") ? full : short;
}

function isWrong(checked: Checked): boolean {
  switch (checked.kind) {
    case "broken":
      return true;
    case "note":
    case "missing":
      return false;
    case "card":
      return (
        checked.remarks.length > 0 ||
        checked.card.commands.some((each) => checked.judge(each).kind === "refused")
      );
    default:
      throw checked satisfies never;
  }
}
