/** All that is recorded. `$U` is the origin, `$T` the folder of the scripts beside this file, `$HF` where huggingface_hub is. */
import type { Tool } from "../../src/job/output-contract.ts";
import { ARIA2C, CURL } from "./curl-cases.ts";
import { GIT_LFS, RCLONE } from "./git-rclone-cases.ts";
import type { RecordedCase, ToolCase } from "./recorded-case.ts";
import { CIVITDL, HF, TQDM } from "./tqdm-cases.ts";
import { BUSYBOX, WGET, WGET2 } from "./wget-cases.ts";

const TABLE: Record<Tool, readonly ToolCase[]> = {
  wget: WGET,
  wget2: WGET2,
  busybox: BUSYBOX,
  curl: CURL,
  aria2c: ARIA2C,
  hf: HF,
  civitdl: CIVITDL,
  tqdm: TQDM,
  "git-lfs": GIT_LFS,
  rclone: RCLONE,
};

export const CASES: readonly RecordedCase[] = Object.entries(TABLE).flatMap(([tool, cases]) =>
  cases.map((each) => ({ tool: tool as Tool, ...each })),
);
