import type { CommandPath, Fetch } from "../../../job/card-contract.ts";
import { fileOf, remarksOn, showAddress } from "../address.ts";
import type { Argument } from "../argument.ts";
import { readPath, splitPath } from "../command-path.ts";
import type { Described, Gathered, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import { defineGrammar } from "../read-options.ts";

export const CURL = defineGrammar(
  [
    ["file", "value", "-o --output"],
    ["name_from_address", "nothing", "-O --remote-name"],
    ["separate", "nothing", "--remote-name-all"],
    ["name_from_server", "nothing", "-J --remote-header-name"],
    ["folder", "value", "--output-dir"],
    ["resume", "value", "-C --continue-at"],
    ["follow", "nothing", "-L --location"],
    ["strict", "nothing", "-f --fail --fail-with-body"],
    ["address", "value", "--url"],
    ["header", "value", "-H --header"],
    ["secret", "value", "-u --user --oauth2-bearer -b --cookie -U --proxy-user --pass"],
    ["nothing", "nothing", "-I --head"],
    [
      "risky",
      "value",
      "-K --config -T --upload-file -F --form --form-string -d --data --data-ascii --data-binary --data-raw " +
        "--data-urlencode --json -X --request -x --proxy --preproxy --socks4 --socks4a --socks5 --socks5-hostname " +
        "--resolve --connect-to --doh-url -c --cookie-jar -D --dump-header --netrc-file -Q --quote --unix-socket " +
        "--abstract-unix-socket --trace --trace-ascii --stderr --libcurl --hsts --alt-svc --engine --etag-save",
    ],
    ["risky", "nothing", "--location-trusted -: --next -n --netrc --netrc-optional"],
    [
      "none",
      "nothing",
      "-s --silent -S --show-error -v --verbose -# --progress-bar --no-progress-meter --create-dirs -R --remote-time " +
        "--retry-all-errors --retry-connrefused -N --no-buffer --fail-early --tcp-nodelay --tcp-fastopen " +
        "--styled-output --no-keepalive",
    ],
    [
      "manner",
      "nothing",
      "-k --insecure --compressed -4 --ipv4 -6 --ipv6 -Z --parallel --parallel-immediate --http1.0 -0 --http1.1 --http2 " +
        "--http2-prior-knowledge --http3 --no-clobber --remove-on-error -g --globoff --ssl-reqd --tlsv1.2 --tlsv1.3 -1 " +
        "-q --disable --path-as-is",
    ],
    [
      "none",
      "value",
      "--retry --retry-delay --retry-max-time --connect-timeout -Y --speed-limit -y --speed-time -w --write-out " +
        "--keepalive-time",
    ],
    [
      "manner",
      "value",
      "-A --user-agent -e --referer -m --max-time --limit-rate --max-redirs --max-filesize --parallel-max --proto " +
        "--proto-redir --proto-default --create-file-mode -z --time-cond --rate --noproxy",
    ],
  ],
  { equals: false, abbreviations: true, negations: true },
);

/** Servers that answer with the address of a storage in place of the file. */
const REDIRECTS = /^https?:\/\/(?:[\w-]+\.)*(?:huggingface\.co|civitai\.(?:com|green|red)|github\.com)[/?]/i;

export function describeCurl({ tool, args, folder }: ToolCall): Described {
  const gathered = gatherOptions(args, CURL);
  const { has, last } = gathered;
  const target = last.get("folder");
  const place = target === undefined ? folder : readPath(target, folder);
  const fetches = pairOutputs(gathered, place);
  remarkOnAll(gathered, fetches);
  return describe(tool, gathered, fetches, has.has("resume") && last.get("resume")?.text === "-");
}

/** curl puts its first address into its first `-o` or `-O`, the second into the second. */
function pairOutputs(gathered: Gathered, place: CommandPath): Fetch[] {
  const { items, has, remarks } = gathered;
  const addresses: Argument[] = [];
  const outputs: (Argument | "by address")[] = [];
  for (const item of items) {
    if (item.kind === "operand") addresses.push(item.argument);
    else if (item.meaning === "address" && item.value !== null) addresses.push(item.value);
    else if (item.meaning === "file" && item.value !== null) outputs.push(item.value);
    else if (item.meaning === "name_from_address") outputs.push("by address");
  }
  if (outputs.length > addresses.length) remarks.push("it names more files than addresses");
  return addresses.map((address, index): Fetch => {
    remarks.push(...remarksOn(address));
    const urls = [showAddress(address)];
    const output = outputs[index] ?? (has.has("separate") ? "by address" : null);
    if (output === null || (output !== "by address" && output.text === "-")) {
      remarks.push("without -o or -O curl prints the file in place of saving it");
      return { urls, folder: place, file: null };
    }
    if (output !== "by address") return { urls, ...splitPath(readPath(output, place)) };
    const file = has.has("name_from_server") ? null : fileOf(address, { withQuery: false });
    return { urls, folder: place, file };
  });
}

function remarkOnAll({ has, remarks }: Gathered, fetches: readonly Fetch[]): void {
  if (has.has("nothing")) remarks.push("-I asks for the headers and downloads nothing");
  if (fetches.length === 0 && !has.has("risky")) remarks.push("it names no address");
  if (!has.has("follow") && fetches.some(({ urls }) => urls.some((url) => REDIRECTS.test(url))))
    remarks.push("without -L curl saves the redirect in place of the file");
  if (!has.has("strict") && fetches.length > 0)
    remarks.push("without -f curl saves an error page as if it were the file");
}
