/** `haulyard progress`: raw output of a tool on stdin → events as JSON lines on stdout. */
import { once } from "node:events";
import { readOutput } from "../../shell/output/read-output.ts";
import type { ToolName } from "../../job/output-contract.ts";
import { EXIT } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { judgeOutput } from "../mind-output.ts";
import { sayJson } from "../queue/say-json.ts";

/** Nothing came for so long: a frame of a bar that stands there is taken as it is. */
const SETTLE_MS = 300;

export async function runProgress(tool: ToolName): Promise<ExitCode> {
  const { stdin, stdout } = process;
  // It would wait for room that never comes; what it filters would go on for nobody.
  stdout.on("error", () => void judgeOutput(EXIT.failed).then((code) => process.exit(code)));
  let lines: string[] = [];
  const say = { print: (line: string): void => void lines.push(line) };
  const reader = readOutput(tool, (event) => sayJson(say, event));
  /** All events of a chunk at once; false: whoever reads is slower, and is waited for. */
  const flush = (): boolean => {
    if (lines.length === 0) return true;
    const text = `${lines.join("\n")}\n`;
    lines = [];
    return stdout.write(text);
  };
  const settle = (): void => {
    reader.settle();
    flush();
  };
  let timer: NodeJS.Timeout | undefined;
  for await (const chunk of stdin as AsyncIterable<Buffer>) {
    clearTimeout(timer);
    reader.write(chunk);
    if (!flush()) await once(stdout, "drain");
    timer = setTimeout(settle, SETTLE_MS);
  }
  clearTimeout(timer);
  reader.end();
  flush();
  return EXIT.done;
}
