/** Real output of real tools, recorded by tools/record-output.ts. What is expected beside it was read line by line. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { explainExit, NOTHING_SEEN, see } from "./explain-exit.ts";
import { brief, CORPUS, eventsOf, logOf, RECORDINGS } from "./testing/corpus.ts";
import type { Recording } from "./testing/corpus.ts";
import { TOOLS } from "../../job/output-contract.ts";
import type { ToolEvent, Verdict } from "../../job/output-contract.ts";

test("every tool was recorded", () => {
  expect(new Set(RECORDINGS.map(({ tool }) => tool))).toEqual(new Set(TOOLS));
});

test.each(TOOLS)("docs/tool-output.md says what was recorded of %s", (tool) => {
  const page = readFileSync(join(CORPUS, "../../../../docs/tool-output.md"), "utf8");
  const all = RECORDINGS.filter((each) => each.tool === tool);
  const failed = all.filter(({ fails }) => fails !== undefined).length;
  const well = all.filter(({ completes, fails }) => completes > 0 && fails === undefined).length;
  const [, ...told] =
    new RegExp(`^\\| ${tool} +\\| (\\d+) +\\| (\\d+) +\\| (\\d+) +\\|`, "m").exec(page) ?? [];
  expect(told.map(Number)).toEqual([all.length, well, failed]);
});

const verdictOf = ({ tool, exit }: Recording, events: readonly ToolEvent[]): Verdict =>
  explainExit(tool, { code: exit, signal: null }, events.reduce(see, NOTHING_SEEN));

describe.each(TOOLS)("what %s prints", (tool) => {
  const recordings = RECORDINGS.filter((each) => each.tool === tool);

  test.each(recordings)("$name", async (recording) => {
    const events = eventsOf(tool, [logOf(recording)]);
    const verdict = verdictOf(recording, events);
    const end =
      verdict.kind === "done" ? "done" : `failed ${verdict.failure.code}: ${verdict.failure.message}`;
    const text = [`$ ${recording.command}`, ...events.map(brief), `exit ${recording.exit} => ${end}`, ""];
    await expect(text.join("\n")).toMatchFileSnapshot(join(CORPUS, tool, `${recording.name}.events`));
  });

  test.each(recordings)("$name: what came is complete, and what failed is told", (recording) => {
    const events = eventsOf(tool, [logOf(recording)]);
    expect(events.filter(({ type }) => type === "stage_complete")).toHaveLength(recording.completes);
    const verdict = verdictOf(recording, events);
    const final = events.flatMap((event) => (event.type === "error" && !event.retrying ? [event.code] : []));
    const codes = verdict.kind === "failed" ? [...final, verdict.failure.code] : final;
    // What a tool got over by itself is no failure.
    expect([...new Set(codes)]).toEqual(recording.fails === undefined ? [] : [recording.fails]);
  });
});
