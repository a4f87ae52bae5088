/**
 * XML as a series of elements that end, strictly: whatever is not well-formed is refused, as is every document type
 * (no entities but the five XML knows, so nothing can swell or be fetched). Pure.
 */
import { SaxesParser } from "saxes";

/** What describes downloads needs five; without a bound a parser spends quadratic time on `<a><a><a>…`. */
const MAX_DEPTH = 16;
/** Longest text of one element, in characters: URLs have two thousand at most. A longer one counts as none. */
const MAX_TEXT = 16 * 1024;

export interface XmlElement {
  /** Local names from the root, joined with `/`; `*` stands for an element of another namespace than the root's. */
  path: string;
  /** By local name, those without a namespace only. */
  attributes: ReadonlyMap<string, string>;
}

export interface XmlWatcher {
  /** The first element. Null lets it go on, a text says why not. */
  root(namespace: string, name: string, attributes: XmlElement["attributes"]): string | null;
  open(element: XmlElement): void;
  /** @param text of an element without others in it, trimmed */
  close(element: XmlElement, text: string): void;
}

/** Ends the parser early: it goes on after its own errors. Never leaves this file. */
class Refused extends Error {}

interface Open extends XmlElement {
  text: string;
  /** Characters of the text, those left out included. */
  length: number;
}

/** Null, or what is wrong with the document: goes on from "it". */
export function readXml(document: string, watcher: XmlWatcher): string | null {
  const parser = new SaxesParser({ xmlns: true, position: false });
  const open: Open[] = [];
  let rootNamespace = "";
  parser.on("error", ({ message }) => refuse(`is not well-formed XML (${message})`));
  parser.on("doctype", () => refuse("has a document type (DOCTYPE), which may hold entities"));
  parser.on("xmldecl", ({ encoding = "utf-8" }) => {
    if (!/^(?:utf-?8|us-ascii)$/i.test(encoding)) refuse(`is in ${encoding.slice(0, 20)}, not in UTF-8`);
  });
  // Before the attributes are looked at, which takes time that grows with the depth.
  parser.on("opentagstart", () => {
    if (open.length >= MAX_DEPTH) refuse(`is nested more than ${MAX_DEPTH} deep`);
  });
  parser.on("opentag", (tag) => {
    const attributes = new Map(
      Object.values(tag.attributes)
        .filter(({ uri }) => uri === "")
        .map(({ local, value }) => [local, value]),
    );
    const parent = open.at(-1);
    // What stands between elements is for people; thousands of line ends are no text.
    if (parent !== undefined) Object.assign(parent, { text: "", length: 0 });
    if (parent === undefined) {
      rootNamespace = tag.uri;
      const refusal = watcher.root(tag.uri, tag.local, attributes);
      if (refusal !== null) refuse(refusal);
    }
    const name = tag.uri === rootNamespace ? tag.local : "*";
    const path = parent === undefined ? name : `${parent.path}/${name}`;
    open.push({ path, attributes, text: "", length: 0 });
    watcher.open({ path, attributes });
  });
  const addText = (text: string): void => {
    const element = open.at(-1);
    if (element === undefined) return;
    element.length += text.length;
    element.text = element.length > MAX_TEXT ? "" : element.text + text;
  };
  parser.on("text", addText);
  parser.on("cdata", addText);
  parser.on("closetag", () => {
    const element = open.pop();
    if (element !== undefined) watcher.close(element, element.text.trim());
  });
  try {
    parser.write(document).close();
    return null;
  } catch (error) {
    if (error instanceof Refused) return error.message;
    throw error;
  }
}

function refuse(reason: string): never {
  throw new Refused(reason);
}
