import type { OutputTools } from "../../job/output-contract.ts";
import { explainExit, NOTHING_SEEN, see } from "./explain-exit.ts";
import { readOutput } from "./read-output.ts";

export const outputTools: OutputTools = { read: readOutput, nothingSeen: NOTHING_SEEN, see, explainExit };
