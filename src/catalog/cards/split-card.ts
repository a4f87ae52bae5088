/** The parts of a card's text: front matter, description, and the code blocks below the Download heading. */
import { fromMarkdown } from "mdast-util-from-markdown";
import { frontmatterFromMarkdown } from "mdast-util-frontmatter";
import { frontmatter } from "micromark-extension-frontmatter";
import { trimMarks } from "./trim-marks.ts";

export interface CardParts {
  /** YAML, and the line of the file it begins in. */
  frontMatter: { text: string; line: number } | null;
  /** Markdown between front matter and Download heading. */
  description: string;
  /** The first heading of the description, without marks. */
  heading: string | null;
  /** At least one. */
  blocks: readonly CodeBlock[];
  remarks: readonly { line: number; message: string }[];
}

export interface CodeBlock {
  text: string;
  /** Line of the file that the first line of the text is. */
  line: number;
}

export type SplitOutcome =
  | { kind: "split"; parts: CardParts }
  | { kind: "broken"; line: number; reason: string; isNote: boolean };

/**
 * Constructs that a card needs are headings and fenced code. Without the others Markdown is read in time in
 * proportion to its length, and nothing nests: a block in a list counts as one of the document, a quoted one
 * does not.
 */
const NOT_READ = [
  "attention",
  "autolink",
  "blockQuote",
  "characterEscape",
  "characterReference",
  "codeIndented",
  "codeText",
  "definition",
  "hardBreakEscape",
  "htmlText",
  "labelEnd",
  "labelStartImage",
  "labelStartLink",
  "list",
  "setextUnderline",
];

const EXTENSIONS = {
  extensions: [frontmatter(["yaml"]), { disable: { null: NOT_READ } }],
  mdastExtensions: [frontmatterFromMarkdown(["yaml"])],
};

/** Deepest Download heading. */
const MAX_DEPTH = 3;
const SHELLS: ReadonlySet<string> = new Set(["bash", "sh"]);

type Node = ReturnType<typeof fromMarkdown>["children"][number];
type Heading = Extract<Node, { type: "heading" }>;
type Code = Extract<Node, { type: "code" }>;

/** @param text with line ends `\n` and no byte order mark */
export function splitCard(text: string): SplitOutcome {
  const nodes = fromMarkdown(text, EXTENSIONS).children;
  const [first] = nodes;
  const matter = first?.type === "yaml" ? { text: first.value, line: 2 } : null;
  if (matter === null && /^---(?!-)/.test(text)) return brokenFrontMatter(text);
  const sections = findSections(nodes, text.split("\n"));
  const used = sections.find(({ blocks }) => blocks.some(isShell));
  if (used === undefined) return withoutCommands(nodes, sections);
  const blocks: CodeBlock[] = [];
  for (const { text: code, line, isClosed } of used.blocks.filter(isShell)) {
    if (!isClosed) return broken(line - 1, "the code block that begins here is not closed");
    blocks.push({ text: code, line });
  }
  const bodyFrom = first?.type === "yaml" ? (first.position?.end.offset ?? 0) : 0;
  const description = text.slice(bodyFrom, used.offset).trim();
  const heading = nodes.find((node): node is Heading => node.type === "heading" && lineOf(node) < used.line);
  return {
    kind: "split",
    parts: {
      frontMatter: matter,
      description,
      heading: heading === undefined ? null : plainText(heading),
      blocks,
      remarks: remarksOn(sections, used),
    },
  };
}

interface Section {
  line: number;
  offset: number;
  blocks: Block[];
}

interface Block extends CodeBlock {
  /** In small letters, or null. */
  language: string | null;
  isClosed: boolean;
}

/** Download sections: from their heading to the next one that is not below it. */
function findSections(nodes: readonly Node[], lines: readonly string[]): Section[] {
  const sections: Section[] = [];
  let depth: number | null = null;
  for (const node of nodes) {
    if (node.type === "heading") {
      if (node.depth <= MAX_DEPTH && isDownload(node)) {
        depth = node.depth;
        sections.push({ line: lineOf(node), offset: node.position?.start.offset ?? 0, blocks: [] });
      } else if (depth !== null && node.depth <= depth) depth = null;
    } else if (node.type === "code" && depth !== null) {
      sections.at(-1)?.blocks.push(readBlock(node, lines));
    }
  }
  return sections;
}

function readBlock({ lang, value, position }: Code, lines: readonly string[]): Block {
  const [from = 1, to = 1] = [position?.start.line, position?.end.line];
  const isClosed = to > from && closes(lines[to - 1] ?? "", lines[from - 1] ?? "");
  return { text: value, line: from + 1, language: lang?.toLowerCase() ?? null, isClosed };
}

/** CommonMark §4.5: a closing fence is at least as long as the opening one. */
function closes(line: string, opening: string): boolean {
  const fence = /^\s*(`{3,}|~{3,})/.exec(opening)?.[1] ?? "```";
  const end = line.trim();
  return end.startsWith(fence) && trimMarks(end, fence.charAt(0)) === "";
}

function isShell({ language }: Block): boolean {
  return language !== null && SHELLS.has(language);
}

/** `# Download`, `### 📥 **Download**`, `## download:`. */
function isDownload(heading: Heading): boolean {
  return /^[^\p{L}\p{N}]*download[^\p{L}\p{N}]*$/iu.test(textOf(heading));
}

function textOf({ children }: Heading): string {
  return children.map((child) => (child.type === "text" ? child.value : "")).join("");
}

function plainText(heading: Heading): string | null {
  const text = trimMarks(textOf(heading), "*_`~");
  return text === "" ? null : text;
}

function lineOf(node: Node): number {
  return node.position?.start.line ?? 1;
}

function remarksOn(sections: readonly Section[], used: Section): { line: number; message: string }[] {
  const others = sections
    .filter((section) => section !== used && section.blocks.some(isShell))
    .map(({ line }) => ({
      line,
      message: "only the first Download heading with commands counts, not this one",
    }));
  const unused = used.blocks
    .filter((block) => !isShell(block))
    .map(({ line, language }) => ({
      line: line - 1,
      message: `this block is not run: it is ${language === null ? "not marked as bash or sh" : `marked as ${cut(language)}`}`,
    }));
  return [...unused, ...others];
}

function withoutCommands(nodes: readonly Node[], sections: readonly Section[]): SplitOutcome {
  const block = sections.flatMap(({ blocks }) => blocks)[0];
  if (block !== undefined) {
    const what = block.language === null ? "names no language" : `is marked as ${cut(block.language)}`;
    return broken(block.line - 1, `the code block ${what}; commands stand in a block marked as bash or sh`);
  }
  const [section] = sections;
  if (section !== undefined)
    return broken(section.line, "no code block with commands follows the Download heading");
  const headings = nodes.filter((node): node is Heading => node.type === "heading");
  const deep = headings.find(isDownload);
  if (deep !== undefined)
    return broken(
      lineOf(deep),
      `the Download heading is of level ${deep.depth}, it has to be of level 1 to ${MAX_DEPTH}`,
    );
  const near = headings.find((heading) => /download/i.test(textOf(heading)));
  const line = near === undefined ? (nodes.at(-1)?.position?.end.line ?? 1) : lineOf(near);
  const meant = near === undefined ? "" : `; this heading says ${JSON.stringify(cut(textOf(near)))}`;
  return { kind: "broken", line, reason: `it has no Download heading${meant}`, isNote: near === undefined };
}

function brokenFrontMatter(text: string): SplitOutcome {
  const first = text.split("\n", 1)[0] ?? "";
  return broken(
    1,
    /^---[ \t]*$/.test(first)
      ? "the front matter that begins here is not closed by a line of ---"
      : `front matter is YAML between lines of --- alone, this line is ${JSON.stringify(cut(first))}`,
  );
}

function broken(line: number, reason: string): SplitOutcome {
  return { kind: "broken", line, reason, isNote: false };
}

const MAX_QUOTE = 60;

function cut(text: string): string {
  return text.length > MAX_QUOTE ? `${text.slice(0, MAX_QUOTE)}…` : text;
}
