/** `git clone`, `git lfs clone`, `git lfs pull` and `git lfs fetch`. */
import type { Call, CommandPath, DownloadTool } from "../../../job/card-contract.ts";
import type { Argument } from "../argument.ts";
import { showText } from "../argument.ts";
import { fileOf, showAddress } from "../address.ts";
import { below, readPath } from "../command-path.ts";
import type { Described, Hidden, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import { defineGrammar } from "../read-options.ts";
import type { Row } from "../read-options.ts";

const BEFORE = defineGrammar([
  ["folder", "value", "-C"],
  ["risky", "value", "-c --config-env --git-dir --work-tree --exec-path --namespace"],
  ["none", "nothing", "-p --paginate -P --no-pager --no-replace-objects --bare --literal-pathspecs"],
]);

const CLONE_ROWS: readonly Row[] = [
  [
    "risky",
    "value",
    "-c --config -u --upload-pack --template --reference --reference-if-able --separate-git-dir --bundle-uri",
  ],
  [
    "none",
    "nothing",
    "-v --verbose -q --quiet --progress -n --no-checkout --bare --mirror --single-branch --no-single-branch --no-tags " +
      "--shallow-submodules -4 --ipv4 -6 --ipv6 --sparse -l --local --no-hardlinks --dissociate --remote-submodules " +
      "--also-filter-submodules --reject-shallow",
  ],
  ["none", "optional", "--recurse-submodules --recursive"],
  ["none", "value", "-b --branch --depth --filter -j --jobs -o --origin --shallow-since --shallow-exclude"],
];
const CLONE = defineGrammar(CLONE_ROWS, { abbreviations: true, negations: true });
const LFS = defineGrammar([
  ...CLONE_ROWS,
  ["none", "value", "-I --include -X --exclude"],
  ["none", "nothing", "-a --all -p --prune -r --recent"],
]);

export type GitDescribed = Described | { call: Call; remarks: string[]; hidden: Hidden[] };

export function describeGit(call: ToolCall): GitDescribed {
  // The options of git itself end where its command begins.
  const at = commandAt(call.args);
  const before = gatherOptions(call.args.slice(0, at), BEFORE);
  const target = before.last.get("folder");
  const folder = target === undefined ? call.folder : readPath(target, call.folder);
  const [command, ...rest] = call.args.slice(at);
  const described = describeCommand(command?.text ?? "", rest, folder);
  if (described.call.kind !== "download") return described;
  return {
    ...described,
    call: {
      ...described.call,
      unknownOptions: [...before.unknown, ...described.call.unknownOptions],
      riskyOptions: [...before.risky, ...described.call.riskyOptions],
    },
  };
}

function commandAt(args: readonly Argument[]): number {
  for (let at = 0; at < args.length; at++) {
    const text = args[at]?.text ?? "";
    if (!text.startsWith("-")) return at;
    if (BEFORE.options.get(text)?.takes === "value") at++;
  }
  return args.length;
}

function describeCommand(command: string, args: readonly Argument[], folder: CommandPath): GitDescribed {
  if (command === "clone") return describeClone("git", args, folder, CLONE);
  const [sub, ...rest] = args;
  if (command === "lfs") {
    if (sub?.text === "clone") return describeClone("git lfs", rest, folder, LFS);
    if (sub?.text === "pull" || sub?.text === "fetch") {
      const gathered = gatherOptions(rest, LFS);
      return describe("git lfs", gathered, [{ urls: [], folder, file: null }], true);
    }
    // It tells git once for this user to fetch large files when it checks out.
    if (sub?.text === "install")
      return { call: { kind: "prepare", program: "git lfs install", paths: [] }, remarks: [], hidden: [] };
  }
  const program = `git ${showText(command)}`.slice(0, 40).trim();
  return { call: { kind: "other", program }, remarks: [], hidden: [] };
}

function describeClone(
  tool: DownloadTool,
  args: readonly Argument[],
  folder: CommandPath,
  grammar: typeof CLONE,
): Described {
  const gathered = gatherOptions(args, grammar);
  const { operands, remarks, risky } = gathered;
  const [source, target] = operands;
  if (source === undefined) {
    remarks.push("it names no repository");
    return describe(tool, gathered, [], false);
  }
  // `ext::sh -c …` runs a command, a path copies what is there.
  if (!/^(?:https?|ssh|git):\/\/|^[\w.-]+@[\w.-]+:/i.test(showText(source.text))) risky.push("source");
  const name = fileOf(source, { withQuery: false })?.replace(/\.git$/, "") ?? null;
  const place =
    target !== undefined
      ? readPath(target, folder)
      : name === null
        ? ({ base: "unknown", path: "." } as const)
        : below(folder, name);
  return describe(tool, gathered, [{ urls: [showAddress(source)], folder: place, file: null }], false);
}
