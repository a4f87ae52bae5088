/** Reads what a source file refers to from its syntax tree: comments and strings that look like imports do not count. */
import ts from "typescript";

export interface ImportFound {
  /** `url`: `new URL("./x.ts", import.meta.url)`, the way a worker's file is named. */
  kind: "import" | "export" | "type" | "dynamic" | "url";
  /** Null when it is computed at run time. */
  specifier: string | null;
  /** From 1. */
  line: number;
}

export interface NameFound {
  name: string;
  line: number;
}

export interface FileFacts {
  imports: ImportFound[];
  /** Where the environment is read: `process.env`, or `env` of `node:process`. */
  environment: number[];
  /** Uses of names that only Node has. */
  nodeGlobals: NameFound[];
}

const NODE_GLOBALS = new Set(["process", "Buffer", "global", "__dirname", "__filename", "setImmediate"]);

export function readFacts(path: string, text: string): FileFacts {
  const kind = path.endsWith("x") ? ts.ScriptKind.TSX : ts.ScriptKind.TS;
  const file = ts.createSourceFile(path, text, ts.ScriptTarget.Latest, true, kind);
  const facts: FileFacts = { imports: [], environment: [], nodeGlobals: [] };
  const lineOf = (node: ts.Node): number => file.getLineAndCharacterOfPosition(node.getStart(file)).line + 1;
  const visit = (node: ts.Node): void => {
    const found = importOf(node);
    if (found !== null) facts.imports.push({ ...found, line: lineOf(node) });
    if (readsEnvironment(node)) facts.environment.push(lineOf(node));
    if (ts.isIdentifier(node) && NODE_GLOBALS.has(node.text) && isUse(node)) {
      facts.nodeGlobals.push({ name: node.text, line: lineOf(node) });
    }
    ts.forEachChild(node, visit);
  };
  visit(file);
  return facts;
}

function importOf(node: ts.Node): Omit<ImportFound, "line"> | null {
  if (ts.isImportDeclaration(node)) return { kind: "import", specifier: textOf(node.moduleSpecifier) };
  if (ts.isExportDeclaration(node) && node.moduleSpecifier !== undefined) {
    return { kind: "export", specifier: textOf(node.moduleSpecifier) };
  }
  if (ts.isImportTypeNode(node)) {
    const { argument } = node;
    return {
      kind: "type",
      specifier: ts.isLiteralTypeNode(argument) ? textOf(argument.literal) : null,
    };
  }
  if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
    return { kind: "dynamic", specifier: textOf(node.arguments[0]) };
  }
  return moduleUrlOf(node);
}

/** Only TypeScript files count: other files beside a module are data. */
function moduleUrlOf(node: ts.Node): Omit<ImportFound, "line"> | null {
  if (!ts.isNewExpression(node) || !ts.isIdentifier(node.expression) || node.expression.text !== "URL")
    return null;
  const specifier = textOf(node.arguments?.[0]);
  if (specifier === null || !/^\.{1,2}\/.*\.tsx?$/.test(specifier)) return null;
  return { kind: "url", specifier };
}

function readsEnvironment(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return isProcess(node.expression) && node.name.text === "env";
  if (ts.isElementAccessExpression(node)) {
    return isProcess(node.expression) && textOf(node.argumentExpression) === "env";
  }
  if (ts.isVariableDeclaration(node) && node.initializer !== undefined && isProcess(node.initializer)) {
    return ts.isObjectBindingPattern(node.name) && node.name.elements.some((part) => nameOf(part) === "env");
  }
  return (
    ts.isImportSpecifier(node) &&
    (node.propertyName ?? node.name).text === "env" &&
    /^(?:node:)?process$/.test(textOf(node.parent.parent.parent.moduleSpecifier) ?? "")
  );
}

function nameOf(part: ts.BindingElement): string | null {
  const name = part.propertyName ?? part.name;
  return ts.isIdentifier(name) ? name.text : null;
}

function isProcess(node: ts.Node): boolean {
  if (ts.isIdentifier(node)) return node.text === "process";
  return (
    ts.isPropertyAccessExpression(node) &&
    ts.isIdentifier(node.expression) &&
    node.expression.text === "globalThis" &&
    node.name.text === "process"
  );
}

/** A use of a global's value, not a property, a field or a parameter that shares its name. */
function isUse(node: ts.Identifier): boolean {
  const { parent } = node;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  if (ts.isShorthandPropertyAssignment(parent)) return true;
  return !(ts.isPropertySignature(parent) || ts.isMethodSignature(parent) || ts.isBindingElement(parent));
}

function textOf(node: ts.Node | undefined): string | null {
  return node !== undefined && ts.isStringLiteralLike(node) ? node.text : null;
}
