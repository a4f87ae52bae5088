/** `hf download` and its older name `huggingface-cli download`. It finds the token in `HF_TOKEN`. */
import type { Call, CommandPath, Fetch } from "../../../job/card-contract.ts";
import { showText } from "../argument.ts";
import { readPath, splitPath } from "../command-path.ts";
import type { Described, Gathered, Hidden, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import type { Row } from "../read-options.ts";
import { defineGrammar } from "../read-options.ts";

const COMMON: readonly Row[] = [
  ["folder", "value", "--local-dir"],
  ["risky", "value", "--cache-dir"],
  ["secret", "value", "--token"],
  ["revision", "value", "--revision"],
  ["repo_type", "value", "--repo-type --type"],
  ["nothing", "nothing", "--dry-run"],
  ["none", "nothing", "--quiet -q --force-download --resume-download --no-quiet --no-force-download"],
  ["none", "value", "--max-workers --local-dir-use-symlinks --format"],
];
const HF = defineGrammar([...COMMON, ["many", "value", "--include --exclude"]]);
/** It takes several patterns after one option. */
const OLD = defineGrammar([...COMMON, ["many", "many", "--include --exclude"]], { abbreviations: true });

const WITH_SECRETS = defineGrammar([["secret", "value", "--token"]]);

export type HfDescribed = Described | { call: Call; remarks: string[]; hidden: Hidden[] };

export function describeHf({ tool, args, folder }: ToolCall): HfDescribed {
  const [command, ...rest] = args;
  if (command?.text !== "download") {
    const program = `${tool} ${showText(command?.text ?? "").slice(0, 40)}`.trim();
    const { hidden, remarks } = gatherOptions(args, WITH_SECRETS);
    return { call: { kind: "other", program }, remarks, hidden };
  }
  const gathered = gatherOptions(rest, tool === "hf" ? HF : OLD);
  const { last, has, remarks } = gathered;
  const target = last.get("folder");
  if (target === undefined)
    remarks.push("without --local-dir the files go to the cache of Hugging Face, not into a models folder");
  if (has.has("nothing")) remarks.push("--dry-run looks and downloads nothing");
  const place: CommandPath =
    target === undefined ? { base: "home", path: ".cache/huggingface/hub" } : readPath(target, folder);
  return describe(tool, gathered, fetchesOf(gathered, place), true);
}

function fetchesOf({ operands, last, has, remarks }: Gathered, place: CommandPath): Fetch[] {
  const [repo, ...files] = operands;
  if (repo === undefined) {
    remarks.push("it names no repository (owner/name)");
    return [];
  }
  // `hf://owner/name/file`: it holds kind and revision itself.
  if (repo.text.startsWith("hf://")) return [{ urls: [showText(repo.text)], folder: place, file: null }];
  if (repo.unknown === null && !/^[\w.-]+(?:\/[\w.-]+)?$/.test(repo.text))
    remarks.push(`${showText(repo.text).slice(0, 100)} is no repository (owner/name)`);
  const kind = showText(last.get("repo_type")?.text ?? "model");
  const base = `https://huggingface.co/${kind === "model" ? "" : `${kind}s/`}${showText(repo.text)}`;
  if (files.length === 0) {
    if (!has.has("many")) remarks.push("it fetches the whole repository");
    return [{ urls: [base], folder: place, file: null }];
  }
  if (has.has("many")) remarks.push("--include and --exclude are ignored where files are named");
  const revision = showText(last.get("revision")?.text ?? "main");
  return files.map(({ text, unknown }): Fetch => {
    const urls = [`${base}/resolve/${revision}/${showText(text)}`];
    // A file keeps its path in the repository; a name with a slash at the end is a folder there.
    const where = readPath({ text: `./${text}`, unknown }, place);
    return text.endsWith("/") ? { urls, folder: where, file: null } : { urls, ...splitPath(where) };
  });
}
