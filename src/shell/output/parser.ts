/** What a parser is. One file per tool keeps this contract. */
import type { OutputLine } from "./split-lines.ts";
import type { Tool, ToolEvent } from "../../job/output-contract.ts";

/**
 * Reads one tool's lines. `read` looks at the line and the state only and changes nothing but the state: the same lines
 * give the same events. It never throws, and its time is linear in the length of the line.
 */
export interface Parser<State = unknown> {
  tool: Tool;
  /** State of a run. */
  start(): State;
  read(line: OutputLine, state: State): ToolEvent | null;
  /** The output ended: what it says only then. */
  end?(state: State): ToolEvent | null;
  /** No other tool prints such a line. */
  claims(text: string): boolean;
}
