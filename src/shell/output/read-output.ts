/** Bytes of a tool's output → events, as they come. */
import { beginReading } from "./detect-tool.ts";
import { keepOrder } from "./keep-order.ts";
import type { Reading } from "./parsers.ts";
import { LineSplitter } from "./split-lines.ts";
import type { OutputReader, ToolEvent, ToolName } from "../../job/output-contract.ts";

/** A bar, a row of dots, a meter; sentences that have begun are waited for. */
const FRAME =
  /\d%(?:[|[(,]| [|[(]|$)|^ *\d{1,15}K [.,]|<=>| \[\d\d:\d\d|^[\d ]{3} +\S+ +\d{1,3} +\S+ +\d{1,3} /;
/** It stands as far as it goes: a frame that was cut in the middle of a number says something else. */
const WHOLE = /\]$| \d{1,3}\.\d%$| ETA$|\/s *$| {2}$|\d[dhms] *$|^ *\d{1,15}K [., ]{1,80}$|:\d\d {1,3}\S+$/;
/** A sentence may hold anything between them. */
const MARKS = /[‘’»«„“”‚‹›「」『』"`']/;

function isFrame(text: string): boolean {
  return FRAME.test(text) && WHOLE.test(text) && !MARKS.test(text);
}

export function readOutput(name: ToolName, onEvent: (event: ToolEvent) => void): OutputReader {
  const reading: Reading = beginReading(name);
  const tell = keepOrder(onEvent);
  const say = (event: ToolEvent | null): void => {
    if (event !== null) tell(event);
  };
  const splitter = new LineSplitter((line) => say(reading.read(line)));
  return {
    get tool() {
      return reading.tool;
    },
    write: (bytes) => splitter.write(bytes),
    // The last frame of a bar stands there until the next is drawn, which may be minutes on a slow link.
    settle: () => {
      const line = splitter.pending();
      if (line !== null && isFrame(line.text)) say(reading.read(line));
    },
    end: () => {
      splitter.end();
      say(reading.end());
    },
  };
}
