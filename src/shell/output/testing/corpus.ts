/** The recorded outputs, and events in a form that can be read and compared. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { RecordedCase } from "../../../../tools/record-output/recorded-case.ts";
import { readOutput } from "../read-output.ts";
import type { ToolEvent, ToolName } from "../../../job/output-contract.ts";

export const CORPUS = join(import.meta.dirname, "../corpus");

export interface Recording extends RecordedCase {
  exit: number;
}

export const RECORDINGS = JSON.parse(
  readFileSync(join(CORPUS, "cases.json"), "utf8"),
) as readonly Recording[];

export function logOf({ tool, name }: Pick<RecordedCase, "tool" | "name">): Buffer {
  return readFileSync(join(CORPUS, tool, `${name}.log`));
}

export function eventsOf(tool: ToolName, chunks: Iterable<Uint8Array>): ToolEvent[] {
  const events: ToolEvent[] = [];
  const reader = readOutput(tool, (event) => events.push(event));
  for (const chunk of chunks) reader.write(chunk);
  reader.end();
  return events;
}

/** An event on a line, no field left out; `-` is null. */
export function brief(event: ToolEvent): string {
  const about = `${show(event.name)}${event.filename === event.name ? "" : ` filename=${show(event.filename)}`}`;
  if (event.type === "error") {
    const status = event.http_status === null ? "" : ` ${event.http_status}`;
    const goesOn = event.retrying ? " retrying" : "";
    return `error ${event.tool} ${about} ${event.code}${status}${goesOn}: ${event.message}`;
  }
  const { all } = event;
  const whole = `all ${all.files_done}/${all.files} files ${show(all.bytes_done)}/${show(all.bytes_total)}`;
  if (event.type === "stage_start")
    return `start ${event.stage} ${about} path=${show(event.path)} | ${whole}`;
  const bytes = `${show(event.bytes_done)}/${show(event.bytes_total)}`;
  if (event.type === "stage_complete")
    return `complete ${event.stage} ${about} path=${show(event.path)} ${bytes} | ${whole}`;
  const texts = `${event.downloaded ?? "-"}/${event.total ?? "-"} ${event.speed ?? "-"} eta ${event.eta ?? "-"}`;
  const numbers = `${bytes} ${show(event.bytes_per_second)} ${show(event.eta_seconds)}`;
  return `${String(event.percent ?? "-").padStart(3)}% ${event.stage} ${about} ${texts} | ${numbers} | ${whole}`;
}

function show(value: string | number | null): string {
  return value === null ? "-" : JSON.stringify(value);
}
