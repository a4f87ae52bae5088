/** The text of a file → a card, or why it is none. Never throws, and takes time in proportion to the text. */
import type { BrokenCard, Card, CardCommand, CardFacts, CardRemark } from "../../job/card-contract.ts";
import { readCommand } from "../commands/read-command.ts";
import { readFacts } from "./read-facts.ts";
import { readFrontMatter } from "./read-front-matter.ts";
import type { Field } from "./read-front-matter.ts";
import { splitCard } from "./split-card.ts";
import type { CodeBlock } from "./split-card.ts";
import { splitScript } from "./split-script.ts";

/** Largest card in bytes: twenty pages of text. A larger file holds something else (an embedded picture). */
export const MAX_CARD_BYTES = 64 * 1024;
/** Commands of one card; more belong into a script of their own. */
const MAX_COMMANDS = 200;
/** Largest front matter in characters. */
const MAX_FRONT_MATTER = 16 * 1024;

export type ParsedCard = { kind: "card"; card: Card } | { kind: "broken"; card: BrokenCard };

/** @param filepath below the folder of the cards */
export function parseCard(filepath: string, content: string): ParsedCard {
  const fail = (line: number | null, reason: string, isNote = false): ParsedCard => ({
    kind: "broken",
    card: { filepath, line, reason, isNote },
  });
  if (content.length > MAX_CARD_BYTES) return fail(null, `it is larger than ${MAX_CARD_BYTES} bytes`);
  if (content.includes("\0")) return fail(null, "it is no text: it holds null bytes");
  const text = content.replace(/^\ufeff/, "").replaceAll(/\r\n?/g, "\n");
  const split = splitCard(text);
  if (split.kind === "broken") return fail(split.line, split.reason, split.isNote);
  const { frontMatter, description, heading, blocks, remarks } = split.parts;
  if ((frontMatter?.text.length ?? 0) > MAX_FRONT_MATTER)
    return fail(1, `the front matter is longer than ${MAX_FRONT_MATTER} characters`);
  const matter = frontMatter === null ? NONE : readFrontMatter(frontMatter.text, frontMatter.line);
  if (matter.kind === "broken") return fail(matter.line, matter.reason);
  const read = readFacts(matter.fields, titleOf(filepath, heading));
  const found = readBlocks(blocks);
  if (found.kind === "broken") return fail(found.line, found.reason);
  const { commands } = found;
  if (commands.length === 0) return fail(blocks[0]?.line ?? 1, "there is no command in the code block");
  if (commands.length > MAX_COMMANDS)
    return fail(blocks[0]?.line ?? 1, `it has more than ${MAX_COMMANDS} commands`);
  const missing =
    frontMatter === null ? [{ line: 1, message: "it has no front matter: no title, no tags" }] : [];
  const all = [
    ...missing,
    ...read.remarks,
    ...remarks,
    ...found.remarks,
    ...remarksOn(commands, read.facts, matter.fields),
  ];
  return {
    kind: "card",
    card: {
      filepath,
      facts: read.facts,
      frontMatter: Object.fromEntries([...matter.fields].map(([name, { value }]) => [name, value])),
      description,
      script: blocks.map((block) => block.text.trim()).join("\n"),
      commands,
      remarks: all.toSorted((a, b) => a.line - b.line),
    },
  };
}

const NONE = { kind: "read", fields: new Map<string, Field>() } as const;

/** A first heading other than Description, else the file's name. */
function titleOf(filepath: string, heading: string | null): string {
  if (heading !== null && !/^description$/i.test(heading)) return heading;
  return filepath.slice(filepath.lastIndexOf("/") + 1).replace(/\.md$/i, "");
}

type Blocks =
  | { kind: "read"; commands: CardCommand[]; remarks: CardRemark[] }
  | { kind: "broken"; line: number; reason: string };

function readBlocks(blocks: readonly CodeBlock[]): Blocks {
  const commands: CardCommand[] = [];
  const remarks: CardRemark[] = [];
  for (const { text, line } of blocks) {
    const script = splitScript(text, line);
    if (script.kind === "broken") return script;
    remarks.push(...script.remarks);
    // What is too much is refused before it is read.
    if (commands.length + script.commands.length > MAX_COMMANDS)
      return { kind: "broken", line, reason: `it has more than ${MAX_COMMANDS} commands` };
    commands.push(...script.commands.map((command) => ({ ...command, ...readCommand(command.text) })));
  }
  return { kind: "read", commands, remarks };
}

function remarksOn(
  commands: readonly CardCommand[],
  { hashes }: CardFacts,
  fields: ReadonlyMap<string, Field>,
): CardRemark[] {
  const remarks = commands.flatMap((command) =>
    [...command.remarks, ...lonely(command, commands.length)].map((message) => ({
      line: command.line,
      message,
    })),
  );
  const calls = commands.flatMap((command) => command.calls);
  if (!calls.some(({ kind }) => kind === "download"))
    remarks.push({
      line: commands[0]?.line ?? 1,
      message: "none of the commands calls a download tool that is known here",
    });
  const fetches = calls.flatMap((call) => (call.kind === "download" ? call.fetches : []));
  const line = fields.get("sha256")?.line ?? 1;
  for (const { file } of hashes) {
    if (
      file === null
        ? fetches.length === 1
        : fetches.some((fetch) => fetch.file === file || fetch.file === null)
    )
      continue;
    remarks.push({
      line,
      message:
        file === null
          ? "sha256 has to name the file of each hash, there are several"
          : `sha256 names ${file}, which no command fetches`,
    });
  }
  return remarks;
}

/** What is set up for a command that runs in another shell. */
function lonely({ calls, notPlain }: CardCommand, count: number): string[] {
  if (count === 1) return [];
  const isCd = calls.length > 0 && calls.every((call) => call.kind === "prepare" && call.program === "cd");
  const isSetting =
    (calls.length === 0 && notPlain?.startsWith("it sets ") === true) ||
    (calls.length > 0 && calls.every((call) => call.kind === "other" && call.program === "export"));
  if (!isCd && !isSetting) return [];
  const what = isCd ? "cd" : "a variable";
  return [`each command runs in a shell of its own: ${what} has to stand in one line with it (&&)`];
}
