/** git lfs and rclone. */
import type { ToolCase } from "./recorded-case.ts";

const lfs = "sh $T/git-lfs.sh $U";

export const GIT_LFS: readonly ToolCase[] = [
  { name: "fetch", command: `GIT_LFS_FORCE_PROGRESS=1 ${lfs} fetch`, completes: 1 },
  { name: "pull", command: `GIT_LFS_FORCE_PROGRESS=1 ${lfs} pull`, completes: 1 },
  { name: "pull-terminal", columns: 100, command: `${lfs} pull`, completes: 1 },
  { name: "pull-silent", command: `${lfs} pull`, completes: 0 },
  { name: "clone", columns: 100, command: `${lfs} clone`, completes: 2 },
  { name: "clone-pipe", command: `${lfs} clone`, completes: 2 },
  { name: "no-server", command: `${lfs} clone-without-server`, completes: 1, fails: "not_found" },
  {
    name: "missing-object",
    command: `GIT_LFS_FORCE_PROGRESS=1 ${lfs} missing-object`,
    completes: 0,
    fails: "command_failed",
  },
];

export const RCLONE: readonly ToolCase[] = [
  { name: "progress", command: "rclone copyurl -P $U/model.safetensors there.bin", completes: 1 },
  {
    name: "progress-terminal",
    columns: 100,
    command: "rclone copyurl -P $U/model.safetensors there.bin",
    completes: 1,
  },
  { name: "progress-folder", command: "rclone copy -P --http-url $U/library :http: there", completes: 1 },
  {
    name: "progress-folder-verbose",
    command: "rclone copy -P -v --http-url $U/library :http: there",
    completes: 4,
  },
  { name: "stats", command: "rclone copyurl -v --stats 1s $U/model.safetensors there.bin", completes: 1 },
  {
    name: "stats-one-line",
    command: "rclone copyurl -v --stats 1s --stats-one-line $U/model.safetensors there.bin",
    completes: 0,
  },
  {
    name: "json",
    command: "rclone copyurl -v --stats 1s --use-json-log $U/model.safetensors there.bin",
    completes: 1,
  },
  {
    name: "json-folder",
    command: "rclone copy -v --stats 1s --use-json-log --http-url $U/library :http: there",
    completes: 4,
  },
  { name: "unknown-length", command: "rclone copyurl -P $U/unknown.bin there.bin", completes: 1 },
  { name: "404", command: "rclone copyurl -P $U/missing.bin there.bin", completes: 0, fails: "not_found" },
  {
    name: "404-json",
    command: "rclone copyurl -v --use-json-log $U/missing.bin there.bin",
    completes: 0,
    fails: "not_found",
  },
  {
    name: "refused",
    command: "rclone copyurl --retries 1 --low-level-retries 1 -P http://127.0.0.1:1/x there.bin",
    completes: 0,
    fails: "connection_failed",
  },
  {
    name: "no-such-folder",
    command: "rclone copy --retries 1 -P --http-url $U/nowhere/ :http: there",
    completes: 0,
    fails: "not_found",
  },
];
