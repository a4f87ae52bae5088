/** A source that is a workflow: its JSON, or a picture that holds it as a `data:` URL (RFC 2397). Pure. */
import { readEmbedded } from "./embedded-workflow.ts";
import { readWorkflow } from "./read-workflow.ts";
import type { WorkflowReading } from "./workflow-model.ts";

const DATA_URL = /^data:(?<type>[a-z]+\/[a-z0-9.+-]+)?(?:;[a-z-]+=[^;,]*)*;base64,/i;

/** Null if the source is something else. */
export function readWorkflowSource(source: string): WorkflowReading | null {
  const text = source.trimStart();
  if (text.startsWith("{")) return readText(text);
  const head = DATA_URL.exec(text);
  if (head === null) return null;
  const bytes = Buffer.from(text.slice(head[0].length), "base64");
  const type = head.groups?.["type"]?.toLowerCase() ?? "";
  if (type === "application/json" || bytes[0] === "{".charCodeAt(0)) return readText(bytes.toString("utf8"));
  const embedded = readEmbedded(bytes);
  return embedded.kind === "text" ? readText(embedded.text) : { kind: "other", reason: embedded.reason };
}

function readText(text: string): WorkflowReading {
  const json = parse(text);
  return "problem" in json ? { kind: "other", reason: json.problem } : readWorkflow(json.value);
}

function parse(text: string): { value: unknown } | { problem: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    if (error instanceof RangeError) return { problem: "its JSON is nested too deeply" };
  }
  try {
    return { value: JSON.parse(withoutNan(text)) as unknown };
  } catch {
    return { problem: "its JSON is not valid" };
  }
}

/** Python writes numbers that are none as no JSON knows them; they stand where values stand. */
function withoutNan(text: string): string {
  return text.replaceAll(/(?<=[:,[]\s{0,8})-?(?:NaN|Infinity)(?=\s{0,8}[,}\]])/g, "null");
}
