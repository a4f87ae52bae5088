/** A found call → what it does. */
import type { Call, CommandPath, DownloadTool } from "../../job/card-contract.ts";
import type { Argument } from "./argument.ts";
import { showText } from "./argument.ts";
import { readPath } from "./command-path.ts";
import type { FoundCall } from "./find-calls.ts";
import type { Hidden, ToolCall } from "./gather-options.ts";
import { describeAria2c } from "./tools/aria2c.ts";
import { describeCivitdl } from "./tools/civitdl.ts";
import { describeCurl } from "./tools/curl.ts";
import { describeGit } from "./tools/git.ts";
import { describeHf } from "./tools/hf.ts";
import { describeRclone } from "./tools/rclone.ts";
import { describeWget } from "./tools/wget.ts";

export interface DescribedCall {
  call: Call;
  remarks: readonly string[];
  hidden: readonly Hidden[];
  /** Why it is no plain call. */
  reasons: readonly string[];
}

export function describeCall(found: FoundCall): DescribedCall {
  const [first, ...rest] = found.args;
  if (first === undefined || first.unknown !== null)
    return other(showText(first?.text ?? ""), [first?.unknown ?? "it names no program"]);
  const { program, args } = readProgram(first, rest);
  const reasons = first.text.includes("/") ? [`it calls ${program} by a path`] : [];
  for (const { unknown } of args) if (unknown !== null) reasons.push(unknown);
  const written = args.flatMap(({ remarks }) => remarks);
  const described = describeProgram(program, args, found.folder);
  return { ...described, reasons, remarks: [...written, ...described.remarks] };
}

type Described = Omit<DescribedCall, "reasons">;

function describeProgram(program: string, args: readonly Argument[], folder: CommandPath): Described {
  const call = (tool: DownloadTool): ToolCall => ({ tool, args, folder });
  switch (program) {
    case "wget":
    case "wget2":
    case "busybox wget":
      return describeWget(call(program));
    case "curl":
      return describeCurl(call(program));
    case "aria2c":
      return describeAria2c(call(program));
    case "civitdl":
      return describeCivitdl(call(program));
    case "hf":
    case "huggingface-cli":
      return describeHf(call(program));
    case "git":
      return describeGit(call(program));
    case "rclone":
      return describeRclone(call(program));
    case "mkdir":
    case "cd":
      return prepare(program, args, folder);
    default:
      return other(program, []);
  }
}

/** `/usr/bin/wget` is wget, and busybox is what its first word says. */
function readProgram(
  first: Argument,
  rest: readonly Argument[],
): { program: string; args: readonly Argument[] } {
  const program = showText(first.text.slice(first.text.lastIndexOf("/") + 1));
  const applet = rest[0]?.text;
  return program === "busybox" && applet === "wget"
    ? { program: "busybox wget", args: rest.slice(1) }
    : { program, args: rest };
}

/** `-m MODE` is the one option of mkdir that takes a value. */
function prepare(program: string, args: readonly Argument[], folder: CommandPath): Described {
  const paths = args.filter(({ text }, index) => !text.startsWith("-") && args[index - 1]?.text !== "-m");
  const call: Call = { kind: "prepare", program, paths: paths.map((path) => readPath(path, folder)) };
  return { call, remarks: [], hidden: [] };
}

/** Longest name of a program that is repeated. */
const MAX_NAME = 60;

function other(program: string, reasons: readonly string[]): DescribedCall {
  const name = program.length > MAX_NAME ? `${program.slice(0, MAX_NAME)}…` : program;
  const remarks = program === "$" ? ["the prompt sign $ belongs to no command"] : [];
  return { call: { kind: "other", program: name }, remarks, hidden: [], reasons };
}
