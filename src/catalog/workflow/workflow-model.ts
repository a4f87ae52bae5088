/** What a ComfyUI workflow needs, as it says it. */
import type { Skipped } from "../../job/catalog-contract.ts";
import type { Checksum } from "../../job/job.ts";

/** A model file that a workflow needs. */
export interface NeededModel {
  /** File name; may name folders below its own, with `/` between them. */
  name: string;
  /** Below the models folder: `vae`, `loras`; null where nobody says. */
  folder: string | null;
  /** Where the workflow says it is to be had. */
  url: string | null;
  checksum: Checksum | null;
  /** Which node asks for it: `12 (VAELoader)`. */
  by: string;
}

export interface Workflow {
  kind: "workflow";
  models: readonly NeededModel[];
  /** What cannot be used of it, and why. */
  skipped: readonly Skipped[];
}

/** `reason` is half a sentence about the text. */
export type WorkflowReading = Workflow | { kind: "other"; reason: string };
