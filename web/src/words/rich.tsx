import { createElement, Fragment } from "react";
import type { ReactNode } from "react";
import type { Fills } from "./words.ts";
import { unfilled } from "./words.ts";

type Tags = Readonly<Record<string, (inside: ReactNode) => ReactNode>>;

/**
 * A sentence with parts that look different: `rich("Drop it <b>here</b>", { b: (text) => <b>{text}</b> })`. Values may be
 * elements; tags in values are text.
 */
export function rich<const S extends string>(
  sentence: S,
  tags: Tags,
  ...[values]: Fills<S, ReactNode>
): ReactNode {
  const fills: Readonly<Record<string, ReactNode>> = values ?? {};
  const parts = unfilled(sentence).split(/(<\w+>.*?<\/\w+>)/);
  return together(parts.map((part) => showPart(part, tags, fills)));
}

function showPart(part: string, tags: Tags, fills: Readonly<Record<string, ReactNode>>): ReactNode {
  const [, tag = "", inside = ""] = /^<(\w+)>(.*)<\/\1>$/.exec(part) ?? [];
  const show = tags[tag];
  return show === undefined ? fill(part, fills) : show(fill(inside, fills));
}

function fill(text: string, fills: Readonly<Record<string, ReactNode>>): ReactNode {
  return together(text.split(/\{(\w+)\}/).map((part, index) => (index % 2 === 0 ? part : fills[part])));
}

/** As if they were written one after the other: they never change places, so they need no keys. */
function together(parts: readonly ReactNode[]): ReactNode {
  return createElement(Fragment, null, ...parts);
}
