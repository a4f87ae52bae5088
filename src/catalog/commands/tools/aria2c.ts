import type { Fetch } from "../../../job/card-contract.ts";
import { fileOf, remarksOn, showAddress } from "../address.ts";
import { below, readPath, splitPath } from "../command-path.ts";
import type { Described, ToolCall } from "../gather-options.ts";
import { describe, gatherOptions } from "../gather-options.ts";
import { defineGrammar } from "../read-options.ts";

export const ARIA2C = defineGrammar(
  [
    ["folder", "value", "-d --dir"],
    ["file", "value", "-o --out"],
    ["resume", "optional", "-c --continue"],
    ["header", "value", "--header"],
    [
      "secret",
      "value",
      "--http-passwd --ftp-passwd --http-proxy-passwd --https-proxy-passwd --all-proxy-passwd",
    ],
    ["separate", "optional", "-Z --force-sequential"],
    ["nothing", "optional", "--dry-run"],
    [
      "risky",
      "value",
      "-i --input-file --conf-path -l --log --save-session --save-cookies --load-cookies --on-download-start " +
        "--on-download-pause --on-download-stop --on-download-complete --on-download-error " +
        "--on-bt-download-complete -T --torrent-file -M --metalink-file --http-proxy --https-proxy --all-proxy " +
        "--rpc-secret --netrc-path --server-stat-of -O --index-out",
    ],
    ["risky", "optional", "--enable-rpc -D --daemon -P --parameterized-uri"],
    [
      "none",
      "optional",
      "-q --quiet --auto-file-renaming --async-dns --human-readable --enable-color --show-console-readout " +
        "--remote-time -R --enable-http-keep-alive --enable-http-pipelining --use-head --reuse-uri --stderr " +
        "--optimize-concurrent-downloads --truncate-console-readout --content-disposition-default-utf8",
    ],
    [
      "manner",
      "optional",
      "--allow-overwrite --check-certificate -V --check-integrity --no-conf -n --no-netrc --disable-ipv6 " +
        "--http-accept-gzip --http-no-cache --always-resume --remove-control-file --conditional-get " +
        "--http-auth-challenge",
    ],
    [
      "none",
      "value",
      "-x --max-connection-per-server -s --split -k --min-split-size -j --max-concurrent-downloads -t --timeout " +
        "--connect-timeout -m --max-tries --retry-wait --file-allocation --summary-interval --console-log-level " +
        "--log-level --lowest-speed-limit --piece-length --auto-save-interval --disk-cache --uri-selector " +
        "--stream-piece-selector --download-result --max-file-not-found --no-file-allocation-limit " +
        "--max-resume-failure-tries --seed-time",
    ],
    [
      "manner",
      "value",
      "--max-download-limit --max-overall-download-limit --checksum -U --user-agent --referer --http-user --ftp-user " +
        "--min-tls-version --stop --follow-metalink --follow-torrent --no-proxy",
    ],
  ],
  { abbreviations: true },
);

export function describeAria2c({ tool, args, folder }: ToolCall): Described {
  const gathered = gatherOptions(args, ARIA2C);
  const { operands, last, has, remarks } = gathered;
  for (const operand of operands)
    if (!operand.text.startsWith("magnet:")) remarks.push(...remarksOn(operand));
  const target = last.get("folder");
  const place = target === undefined ? folder : readPath(target, folder);
  const out = last.get("file");
  if (has.has("nothing")) remarks.push("--dry-run looks and downloads nothing");
  if (operands.length === 0 && !has.has("risky")) remarks.push("it names no address");
  if (has.has("separate") && out !== undefined) remarks.push("-o is ignored where -Z fetches several files");
  const urls = operands.map(showAddress);
  const first = operands[0];
  // Without -Z all addresses are sources of one file. It keeps a record beside the file and always resumes.
  const fetches = has.has("separate")
    ? operands.map((operand): Fetch => {
        const file = fileOf(operand, { withQuery: false });
        return { urls: [showAddress(operand)], folder: place, file };
      })
    : first === undefined
      ? []
      : [
          {
            urls,
            ...(out === undefined ? { folder: place, file: fileOf(first, { withQuery: false }) } : named()),
          },
        ];
  return describe(tool, gathered, fetches, true);

  /** `-o` is a path below the folder, even with a slash in front. */
  function named(): Pick<Fetch, "folder" | "file"> {
    const known = out?.unknown === null ? readPath({ text: `./${out.text}`, unknown: null }, place) : null;
    return splitPath(known ?? below({ base: "unknown", path: "." }, "?"));
  }
}
