import { Command } from "commander";
import { EXIT } from "./exit-codes.ts";
import type { ExitCode } from "./exit-codes.ts";
import type { GetOptions } from "./get/plan-get.ts";
import { exampleHelp, exitCodeHelp, helpAfter } from "./help-parts.ts";

/** An option that may be given several times. */
export function collect(value: string, before: readonly string[] = []): readonly string[] {
  return [...before, value];
}

const LIST_HELP = `Lists (-i):
  One URL per line; more on the same line, after a tab, are mirrors of it. Empty
  lines and lines that begin with # are skipped. Indented lines tell more of the
  URL above them: out=NAME, dir=FOLDER, header=Name: value, checksum=sha-256=HEX
  (or sha-512, sha-1, md5, blake3). Lists of aria2 are written like this.`;

const EXAMPLES: Parameters<typeof exampleHelp>[0] = [
  ["haulyard get https://example.org/model.safetensors", "into the present folder"],
  ["haulyard get -d models/unet https://example.org/a.gguf https://example.org/b.gguf", "two, into a folder"],
  [
    "haulyard get -o disk.img --sha256 9f86d0… https://example.org/latest",
    "under another name, hash checked",
  ],
  ["haulyard get -i urls.txt -d dataset", "all of a list, small files many at a time"],
  ["haulyard get fedora.meta4", "from the best of its mirrors, hash checked"],
  ["haulyard get hf://org/repo --include '*.safetensors'", "of a repo, into a folder called repo"],
  ["HF_TOKEN=hf_… haulyard get https://huggingface.co/org/repo/resolve/main/x.bin", "with a token"],
  ["haulyard get --json https://example.org/x | jq -r 'select(.event==\"done\").path'", "in a script"],
];

export function defineGet(finish: (code: ExitCode) => void): Command {
  return new Command("get")
    .summary("download to this machine, without a server")
    .description(
      "Downloads files here, several at a time, without a server. The bytes go to NAME.part; the name itself " +
        "appears only when the file is whole, of the right size and of the right hash where one is known. " +
        "Run the same command again to go on after anything: a lost connection, ^C, kill -9, a power cut.",
    )
    .argument(
      "[url...]",
      "http:// or https:// addresses, hf://org/repo[@revision][/path], civitai://version, or Metalinks " +
        "(.meta4, .metalink): addresses of them or files",
    )
    .option("-o, --output <file>", "file to write; default: the name the server or the URL gives")
    .option("-d, --directory <folder>", "folder to write to; default: the present one")
    .option("-i, --input-file <file>", "read URLs from a file, one per line (see below); - is stdin")
    .option("--sha256 <hex>", "hash the file must have; found by itself where the source publishes one")
    .option("--header <'Name: value'>", "send this header; may be given several times", collect)
    .option("--mirror <url>", "another address of the same bytes; may be given several times", collect)
    .option("--limit-rate <rate>", "bytes per second at most, for all files together: 500k, 20M, 1.5GiB")
    .option("-j, --jobs <number>", "files at once, 1 to 256; default: up to 16 small ones, or 4 large ones")
    .option("-x, --connections <number>", "for one file at most, 1 to 64; default: as many as help")
    .option(
      "--include <pattern>",
      "of a repo only files that fit, as *.safetensors or vae/*; may be given several times",
      collect,
    )
    .option("--exclude <pattern>", "and none that fit this; may be given several times", collect)
    .option("--overwrite", "put the file in the place of a different one of the same name")
    .option("--json", "one JSON object per line on stdout, see docs/cli-json.md")
    .option("-q, --quiet", "say only what went wrong")
    .addHelpText(
      "after",
      helpAfter(
        exampleHelp(EXAMPLES),
        LIST_HELP,
        `Environment:
  HF_TOKEN, CIVITAI_API_KEY   sent to huggingface.co and civitai.com (HF_ENDPOINT, CIVITAI_ENDPOINT)
  HTTP_PROXY, HTTPS_PROXY, NO_PROXY, NODE_EXTRA_CA_CERTS, NO_COLOR   as everywhere
  HAULYARD_CONNECTIONS   for one file at most, where -x does not say it
  HAULYARD_DIRECT_IO   auto, on or off: write past the page cache (docs/settings.md)`,
        `${exitCodeHelp(...Object.values(EXIT))}\n  Of several files: the code they share if they share one, else 1.`,
      ),
    )
    .action(async (urls: string[], options: GetOptions) => {
      const { runGet } = await import("./get/run-get.ts");
      finish(await runGet(urls, options));
    });
}
