/** civitdl: sources (addresses, numbers of models, files with a list of them), then the folder they go to. */
import type { Fetch } from "../../../job/card-contract.ts";
import { isAddress, showAddress } from "../address.ts";
import { readPath } from "../command-path.ts";
import type { Described, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import { defineGrammar } from "../read-options.ts";

const GRAMMAR = defineGrammar(
  [
    ["secret", "value", "-k --api-key"],
    // A name of its own, or a file of Python that is run.
    ["risky", "value", "-s --sorter"],
    [
      "none",
      "nothing",
      "--with-prompt --no-with-prompt --model-overwrite --no-model-overwrite --verbose --no-verbose " +
        "--with-color --no-with-color --no-without-model",
    ],
    ["nothing", "nothing", "--without-model"],
    ["none", "value", "-i --max-images --limit-rate --retry-count --pause-time --cache-mode --nsfw-mode"],
  ],
  { abbreviations: true },
);

/** Anything else is the name of a file with sources. */
const KINDS = /^(?:\d[\d,\s]*|https?:\/\/.*|urn:air:.*)$/i;

/** Sorters that come with it. */
const SORTERS: ReadonlySet<string> = new Set(["basic", "tags"]);

export function describeCivitdl({ tool, args, folder }: ToolCall): Described {
  const gathered = gatherOptions(args, GRAMMAR);
  const { operands, last, has, remarks } = gathered;
  if (SORTERS.has(last.get("risky")?.text ?? "")) gathered.risky.length = 0;
  if (has.has("nothing")) remarks.push("--without-model downloads everything but the model");
  const root = operands.at(-1);
  if (root === undefined || operands.length < 2) {
    const isSource = root !== undefined && isAddress(root);
    remarks.push(
      isSource
        ? "it names no folder after the source, civitdl will refuse it"
        : "it needs a source and then a folder",
    );
    const urls = root === undefined ? [] : [showAddress(root)];
    return describe(tool, gathered, [{ urls, folder, file: null }], false);
  }
  if (isAddress(root)) remarks.push("the last word has to be the folder, it is an address");
  const place = readPath(root, folder);
  const fetches = operands.slice(0, -1).map((source): Fetch => {
    remarks.push(...remarksOnSource(source.text));
    if (!KINDS.test(source.text)) gathered.risky.push("source");
    return { urls: [showAddress(source)], folder: place, file: null };
  });
  return describe(tool, gathered, fetches, false);
}

function remarksOnSource(source: string): string[] {
  if (!/^https?:\/\//i.test(source)) return [];
  const url = URL.parse(source);
  if (url === null) return [`${source.slice(0, 100)} is no address`];
  if (!/(?:^|\.)civitai\.(?:com|green|red)$/.test(url.hostname))
    return [`civitdl fetches from Civitai only, not from ${url.hostname}`];
  const hasVersion = url.searchParams.has("modelVersionId") || /\/api\//.test(url.pathname);
  return hasVersion
    ? []
    : ["the address names no version (?modelVersionId=…): it will be the newest of the day"];
}
