/** What draws with tqdm: hf, civitdl (a likeness), and any other program. */
import type { ToolCase } from "./recorded-case.ts";

const hfRun = (version: string, args: string): string =>
  `HF_ENDPOINT=$U PYTHONPATH=$HF${version} python3 -m huggingface_hub.cli.hf download ${args}`;
const forced = "TQDM_POSITION=-1 COLUMNS=160";
const one = "org/repo model-00001-of-00002.safetensors --local-dir there";

export const HF: readonly ToolCase[] = [
  {
    name: "2.0-repository",
    needs: "hf",
    command: `${forced} ${hfRun("", "org/repo --local-dir there")}`,
    completes: 1,
  },
  {
    name: "2.0-repository-terminal",
    needs: "hf",
    columns: 160,
    command: hfRun("", "org/repo --local-dir there"),
    completes: 1,
  },
  {
    name: "2.0-repository-pipe",
    needs: "hf",
    command: hfRun("", "org/repo --local-dir there"),
    completes: 1,
  },
  { name: "2.0-file", needs: "hf", command: `${forced} ${hfRun("", one)}`, completes: 1 },
  { name: "2.0-file-terminal", needs: "hf", columns: 120, command: hfRun("", one), completes: 1 },
  { name: "2.0-file-pipe", needs: "hf", command: hfRun("", one), completes: 1 },
  {
    name: "2.0-file-c-locale",
    needs: "hf",
    locale: "C",
    command: `PYTHONIOENCODING=ascii:replace ${forced} ${hfRun("", one)}`,
    completes: 1,
  },
  {
    name: "2.0-there-already",
    needs: "hf",
    command: `${hfRun("", "org/repo config.json --local-dir there")} > /dev/null 2>&1; ${hfRun("", "org/repo config.json --local-dir there")}`,
    completes: 1,
  },
  {
    name: "2.0-404",
    needs: "hf",
    command: hfRun("", "org/none --local-dir there"),
    completes: 0,
    fails: "not_found",
  },
  {
    name: "2.0-missing-file",
    needs: "hf",
    command: hfRun("", "org/repo none.bin --local-dir there"),
    completes: 0,
    fails: "not_found",
  },
  {
    name: "2.0-gated",
    needs: "hf",
    command: hfRun("", "org/gated model.safetensors --local-dir there"),
    completes: 0,
    fails: "forbidden",
  },
  {
    name: "2.0-private",
    needs: "hf",
    command: hfRun("", "org/private model.safetensors --local-dir there"),
    completes: 0,
    fails: "not_found",
  },
  {
    name: "2.0-refused",
    needs: "hf",
    command: `U=http://127.0.0.1:1; ${hfRun("", one)}`,
    completes: 0,
    fails: "connection_failed",
  },
  {
    name: "1.33-repository",
    needs: "hf1",
    command: `${forced} ${hfRun("1", "org/repo --local-dir there")}`,
    completes: 1,
  },
  { name: "1.33-file", needs: "hf1", command: `${forced} ${hfRun("1", one)}`, completes: 1 },
  {
    name: "1.33-404",
    needs: "hf1",
    command: hfRun("1", "org/none --local-dir there"),
    completes: 0,
    fails: "not_found",
  },
  {
    name: "0.36-like-repository-terminal",
    columns: 160,
    command: "/usr/bin/python3 $T/hf-like.py",
    completes: 5,
  },
  { name: "0.36-like-repository-pipe", command: "COLUMNS=160 /usr/bin/python3 $T/hf-like.py", completes: 5 },
  {
    name: "0.36-like-file",
    columns: 120,
    command: "/usr/bin/python3 $T/hf-like.py model-00002-of-00002.safetensors",
    completes: 1,
  },
];

const civitdl = "/usr/bin/python3 -u $T/civitdl-like.py";

export const CIVITDL: readonly ToolCase[] = [
  { name: "like-one", command: civitdl, completes: 1 },
  { name: "like-one-buffered", command: civitdl.replace(" -u", ""), completes: 1 },
  { name: "like-one-terminal", columns: 160, command: civitdl, completes: 1 },
  { name: "like-narrow-terminal", columns: 40, command: civitdl, completes: 1 },
  { name: "like-ascii", locale: "C", command: `PYTHONIOENCODING=ascii ${civitdl}`, completes: 1 },
  { name: "like-two", command: `${civitdl} --name First --name 'Second (v2)' --size 2e6`, completes: 2 },
  {
    name: "like-odd-name",
    command: `${civitdl} --size 1e6 --name 'The "best" 100% [LoRA]... for "all" ロラ'`,
    completes: 1,
  },
  { name: "like-unknown-length", command: `${civitdl} --size 0`, completes: 1 },
  { name: "like-cut", command: `${civitdl} --stop-at 65000`, completes: 0, fails: "truncated" },
  { name: "like-exists", command: `${civitdl} --exists`, completes: 1 },
  { name: "like-404", command: `${civitdl} --error 404`, completes: 0, fails: "not_found" },
  {
    name: "like-404-buffered",
    command: `${civitdl.replace(" -u", "")} --error 404`,
    completes: 0,
    fails: "not_found",
  },
  { name: "like-401", command: `${civitdl} --error 401`, completes: 0, fails: "unauthorized" },
  { name: "like-early-access", command: `${civitdl} --error early`, completes: 0, fails: "forbidden" },
  { name: "like-bad-input", command: `${civitdl} --error input`, completes: 0, fails: "command_failed" },
  { name: "like-no-version", command: `${civitdl} --error resources`, completes: 0, fails: "not_found" },
  {
    name: "like-disk-full",
    command: `${civitdl} --error full --size 1e6 --images 1`,
    completes: 0,
    fails: "no_space",
  },
  { name: "like-no-network", command: `${civitdl} --error network`, completes: 0, fails: "dns_failed" },
  { name: "like-second-try", command: `${civitdl} --error full --errors 1 --size 2e6`, completes: 1 },
];

const get = "/usr/bin/python3 $T/tqdm-get.py";

export const TQDM: readonly ToolCase[] = [
  { name: "thousands", command: `${get} $U/model.safetensors`, completes: 1 },
  { name: "terminal", columns: 100, command: `${get} $U/model.safetensors`, completes: 1 },
  { name: "narrow-terminal", columns: 38, command: `${get} $U/model.safetensors`, completes: 1 },
  { name: "kibibytes", command: `${get} --unit iB --divisor 1024 $U/model.safetensors`, completes: 1 },
  { name: "ascii", locale: "C", command: `PYTHONIOENCODING=ascii ${get} $U/model.safetensors`, completes: 1 },
  { name: "unknown-length", command: `${get} $U/unknown.bin`, completes: 1 },
  { name: "two-files", command: `${get} $U/small.bin $U/second.bin`, completes: 2 },
  {
    name: "two-at-once",
    columns: 100,
    command: `${get} --parallel $U/model.safetensors $U/second.bin`,
    completes: 2,
  },
  { name: "404", command: `${get} $U/missing.bin`, completes: 0, fails: "not_found" },
];
