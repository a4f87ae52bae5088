/** Puts the examples into the published document: as curl commands, and as bodies to begin with. */
import { EXAMPLE_ID, EXAMPLES } from "./examples.ts";
import type { Example } from "./examples.ts";

/** Where a server is that nobody configured. */
const BASE = "http://localhost:8866";

interface Operation {
  requestBody?: { content?: Record<string, { example?: unknown }> };
  "x-codeSamples"?: { lang: string; label: string; source: string }[];
}

export function addExamples<D extends { paths?: object | undefined }>(document: D): D {
  const paths = Object.entries((document.paths ?? {}) as Record<string, Record<string, Operation>>);
  for (const [path, operations] of paths) {
    for (const [method, operation] of Object.entries(operations)) {
      const example = EXAMPLES[`${method.toUpperCase()} ${path}`] ?? {};
      const source = writeCurl(method.toUpperCase(), path, example);
      operation["x-codeSamples"] = [{ lang: "Shell", label: "curl", source }];
      const json = operation.requestBody?.content?.["application/json"];
      if (json !== undefined && example.body !== undefined) json.example = example.body;
    }
  }
  return document;
}

/** One line, ready to be pasted into a shell of any kind. */
function writeCurl(
  method: string,
  path: string,
  { path: value = EXAMPLE_ID, query, body, curl }: Example,
): string {
  const address = BASE + path.replaceAll(/\{\w+\}/g, value) + (query === undefined ? "" : `?${query}`);
  return [
    "curl -s",
    ...(curl === undefined ? [] : [curl]),
    ...(method === "GET" || (method === "POST" && body !== undefined) ? [] : [`-X ${method}`]),
    quote(address),
    ...(body === undefined
      ? []
      : ["-H 'content-type: application/json'", `-d ${quote(JSON.stringify(body))}`]),
  ].join(" ");
}

/** For a POSIX shell: nothing in it means anything to it. */
function quote(text: string): string {
  return `'${text.replaceAll("'", String.raw`'\''`)}'`;
}
