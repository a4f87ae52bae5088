/** The thread of `redactApart`. */
import { parentPort, workerData } from "node:worker_threads";
import type { RedactRequest } from "./redact-apart.ts";
import { redactDatabase } from "./redact-database.ts";

const { path, secretSettings, now } = workerData as RedactRequest;
const emptied = await redactDatabase(path, secretSettings, now);
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a worker's port has no origin
parentPort?.postMessage(emptied);
