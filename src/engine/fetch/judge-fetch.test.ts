import { expect, test } from "vitest";
import type { CommandStep } from "../../job/job.ts";
import { outputTools } from "../../shell/output/output-tools.ts";
import type { RunResult } from "../command/judge-run.ts";
import { judgeFetch } from "./judge-fetch.ts";

const STEP: CommandStep = {
  kind: "command",
  line: "",
  shown: "",
  title: null,
  tool: "auto",
  environment: {},
  expects: [],
  resumes: true,
  isPlainFetch: true,
};

/** Of an instance on which what fetches by itself said this. */
function ended(words: string): RunResult {
  return {
    step: STEP,
    state: { kind: "exited", code: 1, signal: null, step: 1, diskFull: false },
    tool: "curl",
    seen: outputTools.nothingSeen,
    prepared: "",
    looked: "",
    lastLines: [words],
  };
}

test.each([
  ["408", "timed_out", true],
  ["425", "server_error", true],
  ["503", "server_error", true],
  ["501", "refused_by_server", false],
  ["404", "not_found", false],
])("status %s means on an instance what it means here", (status, code, retryable) => {
  expect(judgeFetch(ended(`@fetch status ${status}`), outputTools, false)).toMatchObject({
    kind: "failed",
    failure: { code, retryable },
  });
});

test.each(["401", "403", "410"])(
  "a signed link that is refused with %s is made anew, whatever fetches",
  (status) => {
    const told = ended(`@fetch status ${status}`);
    expect(judgeFetch(told, outputTools, true)).toMatchObject({ failure: { retryable: true } });
    expect(judgeFetch(told, outputTools, false)).toMatchObject({ failure: { retryable: false } });
  },
);
