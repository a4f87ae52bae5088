/** Finds in a file of the page what it says: through `t`, `tn` and `rich`, or, wrongly, by itself. */
import ts from "typescript";

export interface Said {
  /** The English sentence, the one for many if there are two. */
  sentence: string;
  /** Whether it is about a number. */
  counted: boolean;
  line: number;
}

export interface Loose {
  text: string;
  line: number;
}

export interface WordsFound {
  said: Said[];
  /** What people would see in English whatever their language. */
  loose: Loose[];
  /** Lines where a sentence is computed: nobody can say whether it is translated. */
  computed: number[];
}

/** Attributes of elements that people read or hear. */
const SHOWN_ATTRIBUTES = new Set(
  `label title placeholder description alt note heading valueText what error doIt
   aria-label aria-description aria-roledescription aria-valuetext`.split(/\s+/),
);

/** Fields of objects that end up on the page. */
const SHOWN_FIELDS = new Set(
  `label title sentence detail message hint placeholder description confirm cancel does doIt heading note text
   aria-label`.split(/\s+/),
);

/** Functions whose arguments people read. */
const TELLING = new Set(["tell", "tellProblem"]);

/** What is inside these is typed, not said. */
const TYPED_ELEMENTS = new Set(["code", "kbd", "pre", "Code", "Kbd"]);

/** Names are the same in every language. */
const NAMES =
  /\b(?:Haulyard|ComfyUI|Civitai|Hugging Face|OpenSSH|Metalink|Debian|Ubuntu|Enter|Esc|Ctrl|Shift|Alt)\b/g;

export function findWords(path: string, text: string): WordsFound {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const found: WordsFound = { said: [], loose: [], computed: [] };
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;

  const visit = (node: ts.Node): void => {
    takeCall(node, found, lineOf);
    for (const shown of shownBy(node)) {
      for (const part of partsOf(shown)) {
        if (isSentence(part.text)) found.loose.push({ text: part.text.trim(), line: lineOf(part.node) });
      }
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return found;
}

function takeCall(node: ts.Node, found: WordsFound, lineOf: (node: ts.Node) => number): void {
  if (!ts.isCallExpression(node) || !ts.isIdentifier(node.expression)) return;
  const name = node.expression.text;
  if (name !== "t" && name !== "tn" && name !== "rich") return;
  const counted = name === "tn";
  const sentences = counted ? node.arguments.slice(1, 3) : node.arguments.slice(0, 1);
  const literal = sentences.at(-1);
  if (literal === undefined || !sentences.every((sentence) => ts.isStringLiteralLike(sentence))) {
    found.computed.push(lineOf(node));
    return;
  }
  found.said.push({ sentence: (literal as ts.StringLiteralLike).text, counted, line: lineOf(node) });
}

/** What of a node people see. */
function shownBy(node: ts.Node): ts.Node[] {
  if (ts.isJsxText(node)) return isTyped(node.parent) ? [] : [node];
  if (ts.isJsxExpression(node) && !ts.isJsxAttribute(node.parent)) {
    return node.expression === undefined || isTyped(node.parent) ? [] : [node.expression];
  }
  if (ts.isJsxAttribute(node)) {
    if (!SHOWN_ATTRIBUTES.has(node.name.getText()) || node.initializer === undefined) return [];
    if (!ts.isJsxExpression(node.initializer)) return [node.initializer];
    return node.initializer.expression === undefined ? [] : [node.initializer.expression];
  }
  if (ts.isPropertyAssignment(node)) {
    const name = ts.isIdentifier(node.name) || ts.isStringLiteral(node.name) ? node.name.text : "";
    return SHOWN_FIELDS.has(name) ? [node.initializer] : [];
  }
  if (ts.isCallExpression(node) && ts.isIdentifier(node.expression) && TELLING.has(node.expression.text)) {
    return node.arguments.slice(0, 2);
  }
  return [];
}

/** The texts an expression may come to. */
function partsOf(node: ts.Node): { text: string; node: ts.Node }[] {
  if (ts.isJsxText(node) || ts.isStringLiteralLike(node)) return [{ text: node.text, node }];
  if (ts.isTemplateExpression(node)) {
    return [node.head, ...node.templateSpans.map(({ literal }) => literal)].map((part) => ({
      text: part.text,
      node: part,
    }));
  }
  if (ts.isParenthesizedExpression(node) || ts.isAsExpression(node)) return partsOf(node.expression);
  if (ts.isConditionalExpression(node)) return [...partsOf(node.whenTrue), ...partsOf(node.whenFalse)];
  if (ts.isArrowFunction(node) && !ts.isBlock(node.body)) return partsOf(node.body);
  if (!ts.isBinaryExpression(node)) return [];
  switch (node.operatorToken.kind) {
    case ts.SyntaxKind.AmpersandAmpersandToken:
      return partsOf(node.right);
    case ts.SyntaxKind.PlusToken:
    case ts.SyntaxKind.BarBarToken:
    case ts.SyntaxKind.QuestionQuestionToken:
      return [...partsOf(node.left), ...partsOf(node.right)];
    default:
      return [];
  }
}

function isTyped(parent: ts.Node): boolean {
  return ts.isJsxElement(parent) && TYPED_ELEMENTS.has(parent.openingElement.tagName.getText());
}

/** Whether it has words: not a number, a sign, a unit, an address, a name or a class of CSS. */
function isSentence(text: string): boolean {
  if (/^[a-z]+(?:-[a-z]+)+$/.test(text)) return false;
  const bare = text
    .replace(/&\w+;/g, " ")
    .replace(/\b\w+:\/\/\S*/g, " ")
    .replace(NAMES, " ");
  return /\p{L}\p{Ll}/u.test(bare);
}
