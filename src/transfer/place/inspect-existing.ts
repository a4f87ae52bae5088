/** A quick look at a destination: nothing is changed, nothing is hashed. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import type { TransferStep } from "../../job/job.ts";
import type { Existing } from "../../job/transfer-contract.ts";
import { clipRanges, countBytes } from "../part/byte-ranges.ts";
import { checkStep } from "../check-step.ts";
import { lookAt } from "./existing-file.ts";
import type { SendRequest } from "../ask/http-answer.ts";
import { partPath, readLedger } from "../part/ledger-file.ts";
import type { Probe } from "../ask/probe-object.ts";
import { nameIn, probeFile } from "./look-at-file.ts";
import { areLinksMade } from "./make-links.ts";
import type { FullSettings } from "../transfer-settings.ts";

export async function inspectExisting(
  step: TransferStep,
  settings: FullSettings,
  send: SendRequest,
  signal: AbortSignal,
): Promise<Existing> {
  if (checkStep(step) !== null) return { kind: "absent" };
  const probe = (): Promise<Probe> => probeFile(step, settings, send, signal);
  let asked: Probe | null = null;
  let { name } = step;
  if (name === null) {
    asked = await probe();
    if (asked.kind !== "object") return { kind: "absent" };
    name = nameIn(step, asked.answer);
  }
  const path = join(step.folder, name);
  const occupant = await lookAt(path).catch(() => null);
  if (occupant === null || occupant.kind === "absent") return inspectPartial(path);
  if (occupant.kind === "other") return { kind: "different", bytes: 0, reason: `It is ${occupant.what}.` };
  const bytes = occupant.size;
  // What is missing is done by a run, which finds the bytes there.
  if (step.linking !== undefined && !(await areLinksMade(path, step.linking)))
    return { kind: "partial", bytes };
  if (step.size !== null) return judge(bytes, step.size);
  asked ??= await probe();
  if (asked.kind === "failed") {
    return { kind: "different", bytes, reason: `Its size cannot be compared: ${asked.failure.message}` };
  }
  if (asked.kind === "stopped" || asked.facts.size === null) {
    return { kind: "different", bytes, reason: "The server does not say how large the file has to be." };
  }
  return judge(bytes, asked.facts.size);
}

function judge(bytes: number, size: number): Existing {
  if (bytes === size) return { kind: "whole", bytes };
  return { kind: "different", bytes, reason: `It has ${bytes} bytes where ${size} are expected.` };
}

async function inspectPartial(path: string): Promise<Existing> {
  const [ledger, part] = await Promise.all([
    readLedger(path).catch(() => null),
    stat(partPath(path)).catch(() => null),
  ]);
  if (ledger === null || part === null) return { kind: "absent" };
  const bytes = countBytes(clipRanges(ledger.done, part.size));
  return bytes > 0 ? { kind: "partial", bytes } : { kind: "absent" };
}
