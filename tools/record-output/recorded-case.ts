/** What is recorded of a tool: one way in which it prints. */
import type { FailureCode } from "../../src/job/failure.ts";
import type { Tool } from "../../src/job/output-contract.ts";

export interface RecordedCase {
  tool: Tool;
  name: string;
  /** A line of sh. */
  command: string;
  /** Columns of a terminal; without it output goes into a file. */
  columns?: number;
  /** Default C.UTF-8. */
  locale?: string;
  /** What this machine has to have for it, besides the tool. */
  needs?: "hf" | "hf1";
  /** How many files the output tells are complete, and whether it tells why one failed for good. */
  completes: number;
  fails?: FailureCode;
}

/** A case in the table of its tool. */
export type ToolCase = Omit<RecordedCase, "tool">;
