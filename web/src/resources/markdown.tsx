/**
 * Markdown of cards as elements. Cards come from anywhere: no HTML of theirs is ever made, links lead to web pages only
 * and tell nobody where they were followed from, and pictures are named, not fetched.
 */
import { fromMarkdown } from "mdast-util-from-markdown";
import { createElement, Fragment } from "react";
import type { ReactNode } from "react";
import { t } from "../words/words.ts";
import { safeLink } from "./safe-link.ts";

/** Deeper quotes and lists than this are shown as text: no page is that deep, an attack is. */
const MAX_DEPTH = 24;

type RootContent = ReturnType<typeof fromMarkdown>["children"][number];
type Definition = Extract<RootContent, { type: "definition" }>;
type Definitions = ReadonlyMap<string, Definition>;

export function Markdown({ text }: { text: string }) {
  const tree = fromMarkdown(text);
  const definitions = new Map<string, Definition>();
  for (const node of tree.children) if (node.type === "definition") definitions.set(node.identifier, node);
  return <div className="markdown">{show(tree.children, definitions, 0)}</div>;
}

function show(nodes: readonly RootContent[], definitions: Definitions, depth: number): ReactNode {
  // They never change places, so they need no keys.
  return createElement(Fragment, null, ...nodes.map((node) => showNode(node, definitions, depth + 1)));
}

function showNode(node: RootContent, definitions: Definitions, depth: number): ReactNode {
  if (depth > MAX_DEPTH) return textOf(node);
  const inside = (): ReactNode => ("children" in node ? show(node.children, definitions, depth) : null);
  switch (node.type) {
    case "text":
      return node.value;
    case "paragraph":
      return <p dir="auto">{inside()}</p>;
    case "heading":
      // The card's title is the second level of the page.
      return createElement(`h${Math.min(6, node.depth + 2)}`, { dir: "auto" }, inside());
    case "strong":
      return <strong>{inside()}</strong>;
    case "emphasis":
      return <em>{inside()}</em>;
    case "inlineCode":
      return <code>{node.value}</code>;
    case "code":
      return (
        // Wider than its place: who has no mouse goes there and scrolls with the arrows.
        // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex
        <pre tabIndex={0}>
          <code>{node.value}</code>
        </pre>
      );
    case "blockquote":
      return <blockquote dir="auto">{inside()}</blockquote>;
    case "list":
      return node.ordered === true ? <ol start={node.start ?? 1}>{inside()}</ol> : <ul>{inside()}</ul>;
    case "listItem":
      return <li dir="auto">{inside()}</li>;
    case "break":
      return <br />;
    case "thematicBreak":
      return <hr />;
    case "link":
      return <WebLink url={node.url}>{inside()}</WebLink>;
    case "linkReference":
      return <WebLink url={definitions.get(node.identifier)?.url ?? ""}>{inside()}</WebLink>;
    case "image":
      return <Picture url={node.url} alt={node.alt ?? ""} />;
    case "imageReference":
      return <Picture url={definitions.get(node.identifier)?.url ?? ""} alt={node.alt ?? ""} />;
    case "html":
      return <code>{node.value}</code>;
    default:
      // Definitions, front matter, and what extensions that are not used here would bring.
      return null;
  }
}

function WebLink({ url, children }: { url: string; children: ReactNode }) {
  const href = safeLink(url);
  if (href === null) return <>{children}</>;
  return (
    <a href={href} target="_blank" rel="noopener noreferrer nofollow" title={href}>
      {children}
    </a>
  );
}

function Picture({ url, alt }: { url: string; alt: string }) {
  const href = safeLink(url);
  const name = alt === "" ? t("Picture") : t("Picture: {what}", { what: alt });
  return href === null ? <span className="dim">{name}</span> : <WebLink url={href}>{name}</WebLink>;
}

function textOf(node: RootContent): string {
  return "value" in node ? node.value : "";
}
