/** wget, wget2 and the wget of busybox. */
import type { Fetch } from "../../../job/card-contract.ts";
import { redactUrl } from "../../../job/redact.ts";
import type { Argument } from "../argument.ts";
import { fileOf, isAddress, remarksOn, showAddress } from "../address.ts";
import { readPath, splitPath } from "../command-path.ts";
import type { Described, Gathered, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import type { Grammar, Row } from "../read-options.ts";
import { defineGrammar } from "../read-options.ts";

const COMMON: readonly Row[] = [
  ["folder", "value", "-P --directory-prefix"],
  ["file", "value", "-O --output-document"],
  ["resume", "nothing", "-c --continue"],
  ["header", "value", "--header"],
  ["name_from_server", "nothing", "--content-disposition --trust-server-names"],
  ["nothing", "nothing", "--spider"],
  ["secret", "value", "--password --http-password --http-passwd --ftp-password --proxy-password"],
  ["many", "nothing", "-r --recursive -m --mirror -p --page-requisites -x --force-directories"],
  ["many", "value", "--cut-dirs -A --accept -R --reject --accept-regex --reject-regex"],
  ["risky", "nothing", "-b --background --delete-after -K --backup-converted -k --convert-links"],
  [
    "risky",
    "value",
    "-i --input-file -e --execute --config --use-askpass --post-file --body-file --post-data --body-data --method " +
      "-o --output-file -a --append-output --load-cookies --save-cookies --base -B",
  ],
  [
    "none",
    "nothing",
    "-q --quiet -v --verbose -nv --no-verbose -d --debug -S --server-response --show-progress --retry-connrefused " +
      "--no-dns-cache --no-hsts --no-iri --no-use-server-timestamps --no-http-keep-alive --random-wait " +
      "-nd --no-directories -nH --no-host-directories -np --no-parent",
  ],
  [
    "manner",
    "nothing",
    "-nc --no-clobber -N --timestamping -4 --inet4-only -6 --inet6-only --no-proxy --no-cache --no-check-certificate " +
      "--no-netrc --no-config --no-if-modified-since --https-only --no-cookies --ignore-length --xattr --unlink " +
      "--auth-no-challenge --content-on-error --keep-session-cookies -E --adjust-extension --ignore-case -L --relative",
  ],
  [
    "none",
    "value",
    "--progress -t --tries -T --timeout --dns-timeout --connect-timeout --read-timeout -w --wait --waitretry " +
      "--retry-on-http-error --report-speed",
  ],
  [
    "manner",
    "value",
    "-Q --quota --limit-rate --restrict-file-names --prefer-family --user --http-user --ftp-user --proxy-user " +
      "--max-redirect --referer -U --user-agent --compression --secure-protocol --bind-address --start-pos " +
      "-l --level -D --domains",
  ],
];

const PAIRS = { abbreviations: true, negations: true, pairs: ["nc", "nv", "nd", "nH", "np"] };

export const WGET = defineGrammar(COMMON, PAIRS);
export const WGET2 = defineGrammar(
  [
    ...COMMON,
    [
      "none",
      "nothing",
      "--force-progress --http2 --tcp-fastopen --tls-false-start --tls-resume --robots --hsts",
    ],
    ["manner", "nothing", "--clobber --cache --proxy"],
    ["none", "value", "--chunk-size --max-threads --http2-request-window --stats-site"],
    ["manner", "value", "--compression"],
    ["risky", "value", "--plugin --local-plugin --plugin-dirs --plugin-opt --http-proxy --https-proxy"],
  ],
  PAIRS,
);
const BUSYBOX = defineGrammar([
  ["folder", "value", "-P"],
  ["file", "value", "-O"],
  ["resume", "nothing", "-c"],
  ["header", "value", "--header"],
  ["nothing", "nothing", "--spider"],
  ["risky", "value", "-o --post-data --post-file"],
  ["none", "nothing", "-q -S"],
  ["manner", "nothing", "--no-check-certificate"],
  ["none", "value", "-T"],
  ["manner", "value", "-U -Y"],
]);

const GRAMMARS: Readonly<Partial<Record<ToolCall["tool"], Grammar>>> = {
  wget2: WGET2,
  "busybox wget": BUSYBOX,
};

export function describeWget({ tool, args, folder }: ToolCall): Described {
  const gathered = gatherOptions(args, GRAMMARS[tool] ?? WGET);
  const { operands, last, has, remarks } = gathered;
  for (const operand of operands) remarks.push(...remarksOn(operand));
  const output = last.get("file");
  const target = last.get("folder");
  if (output !== undefined && target !== undefined) remarks.push("-P is ignored where -O names the file");
  if (has.has("nothing")) remarks.push("--spider looks and downloads nothing");
  const resumes = has.has("resume");
  if (output !== undefined) {
    if (operands.length > 1) remarks.push("-O puts all addresses into one file");
    const isPrinted = output.text === "-";
    if (isPrinted) remarks.push("-O - prints the file in place of saving it");
    const place = isPrinted ? { folder, file: null } : splitPath(readPath(output, folder));
    return describe(tool, gathered, [{ urls: operands.map(showAddress), ...place }], resumes);
  }
  const place = target === undefined ? folder : readPath(target, folder);
  const fetches = operands.map((operand): Fetch => {
    const file = nameOf(gathered, operand);
    return { urls: [showAddress(operand)], folder: place, file };
  });
  if (fetches.length === 0 && !has.has("risky")) remarks.push("it names no address");
  return describe(tool, gathered, fetches, resumes);
}

function nameOf({ has, remarks }: Gathered, operand: Argument): string | null {
  if (has.has("many") || has.has("name_from_server") || !isAddress(operand)) return null;
  const file = fileOf(operand, { withQuery: true });
  const isDownloadApi = /\/api\/download\/models\/\d+/.test(operand.text);
  if (isDownloadApi || file?.includes("?") === true)
    remarks.push(
      `the file will be called ${file === null ? "as the address ends" : redactUrl(file)}; -O names it, or --content-disposition lets the server`,
    );
  return file;
}
