/** `rclone copy`, `copyto` and `copyurl`. */
import type { Call, Fetch } from "../../../job/card-contract.ts";
import type { Argument } from "../argument.ts";
import { showText } from "../argument.ts";
import { fileOf, remarksOn, showAddress } from "../address.ts";
import { readPath, splitPath } from "../command-path.ts";
import type { Described, Gathered, Hidden, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import { defineGrammar } from "../read-options.ts";

const GRAMMAR = defineGrammar([
  ["header", "value", "--header --header-download"],
  ["many", "value", "--include --exclude -f --filter"],
  ["name_from_address", "nothing", "-a --auto-filename"],
  ["name_from_server", "nothing", "--header-filename"],
  ["address", "value", "--http-url"],
  ["nothing", "nothing", "-n --dry-run"],
  [
    "risky",
    "value",
    "--config --password-command --log-file --files-from --rc-addr --backup-dir --temp-dir --metadata-set",
  ],
  [
    "risky",
    "nothing",
    "--rc --delete-after --delete-before --delete-during --delete-excluded -i --interactive",
  ],
  [
    "none",
    "nothing",
    "-P --progress -v --verbose -q --quiet -vv --stats-one-line --use-json-log -c --checksum --size-only --ignore-existing " +
      "-u --update --no-traverse --no-check-dest --immutable --fast-list --no-clobber --print-filename --ignore-times -I " +
      "--ignore-size --no-update-modtime --use-mmap --check-first --disable-http2 --error-on-no-transfer",
  ],
  [
    "none",
    "value",
    "--transfers --checkers --bwlimit --buffer-size --multi-thread-streams --multi-thread-cutoff --retries --low-level-retries " +
      "--retries-sleep --timeout --contimeout --stats --stats-log-level --log-level --max-depth --max-size --min-size " +
      "--max-age --min-age --max-transfer --max-duration --order-by --tpslimit --tpslimit-burst --user-agent --stats-unit",
  ],
]);

export type RcloneDescribed = Described | { call: Call; remarks: string[]; hidden: Hidden[] };

export function describeRclone(call: ToolCall): RcloneDescribed {
  const gathered = gatherOptions(call.args, GRAMMAR);
  const [command, source, target] = gathered.operands;
  switch (command?.text) {
    case "copyurl":
      return describe(call.tool, gathered, copyUrl(gathered, call, source, target), false);
    case "copy":
    case "copyto":
      return describe(call.tool, gathered, copy(gathered, call, source, target), false);
    default: {
      const program = `rclone ${showText(command?.text ?? "")}`.slice(0, 40).trim();
      return { call: { kind: "other", program }, remarks: gathered.remarks, hidden: gathered.hidden };
    }
  }
}

type Operand = Argument | undefined;

function copyUrl(
  { has, remarks }: Gathered,
  { folder }: ToolCall,
  source: Operand,
  target: Operand,
): Fetch[] {
  if (source === undefined || target === undefined) {
    remarks.push("copyurl needs an address and a destination");
    return [];
  }
  remarks.push(...remarksOn(source));
  const urls = [showAddress(source)];
  const place = readPath(target, folder);
  if (has.has("name_from_server")) return [{ urls, folder: place, file: null }];
  if (has.has("name_from_address"))
    return [{ urls, folder: place, file: fileOf(source, { withQuery: false }) }];
  return [{ urls, ...splitPath(place) }];
}

function copy(
  { remarks, risky, has }: Gathered,
  { folder }: ToolCall,
  source: Operand,
  target: Operand,
): Fetch[] {
  if (source === undefined || target === undefined) {
    remarks.push("it needs a source and a destination");
    return [];
  }
  // `:sftp,ssh=command:` is a remote that runs a command.
  if (source.text.startsWith(":") && !/^:https?:/.test(source.text)) risky.push("source");
  if (!source.text.includes(":")) remarks.push("its source is a folder of the instance itself");
  if (/^[\w.-]*:/.test(target.text) || target.text.startsWith(":")) {
    risky.push("destination");
    remarks.push("it copies to a remote, not to the instance");
  }
  if (has.has("nothing")) remarks.push("--dry-run looks and downloads nothing");
  return [{ urls: [showAddress(source)], folder: readPath(target, folder), file: null }];
}
