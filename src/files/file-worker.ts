/** A thread for what would hold up downloads: reading folders, and reading files for their hashes. */
import { constants, setPriority } from "node:os";
import { parentPort, workerData } from "node:worker_threads";
import { hashFile } from "./hash-file.ts";
import { readChanges, readFolder } from "./read-folder.ts";
import type { WorkerAnswer, WorkerRequest } from "./worker-messages.ts";

const { control } = workerData as { control: SharedArrayBuffer };
const signals = new Int32Array(control);

// On Linux 0 is the calling thread, which is this one; elsewhere it would be all of the process.
if (process.platform === "linux") {
  try {
    setPriority(0, constants.priority.PRIORITY_LOW);
  } catch {
    // Where that is forbidden it works at the usual priority.
  }
}

parentPort?.on("message", (request: WorkerRequest) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
  parentPort?.postMessage(obey(request));
});

function obey(request: WorkerRequest): WorkerAnswer {
  switch (request.kind) {
    case "folder":
      return readFolder(request.folder, request.from);
    case "changes":
      return readChanges(request.folders);
    case "hash":
      return hashFile(request, signals);
    default:
      throw request satisfies never;
  }
}
