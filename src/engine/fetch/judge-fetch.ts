/** How the fetching of a file on an instance ended → what that means to its job. Pure. */
import { failure } from "../../job/failure.ts";
import type { Failure, FailureCode } from "../../job/failure.ts";
import type { OutputTools } from "../../job/output-contract.ts";
import { failureOfStatus } from "../../job/status-failure.ts";
import type { CommandVerdict, RunResult } from "../command/judge-run.ts";
import { judgeRun } from "../command/judge-run.ts";

/** @param isSigned the instance was given a link that lives for a while only */
export function judgeFetch(result: RunResult, tools: OutputTools, isSigned: boolean): CommandVerdict {
  const own = findOwnWords(result);
  if (own !== null) return { kind: "failed", failure: renewable(own, isSigned) };
  const verdict = judgeRun(result, tools);
  if (verdict.kind !== "failed") return verdict;
  const told = verdict.failure;
  if (/^@there$/m.test(result.looked) && isAboutFile(told))
    return failed("destination_exists", `There is another file of this name: ${told.message}`);
  const short = findShort(result);
  if (short !== null) return { kind: "failed", failure: short };
  return { kind: "failed", failure: renewable(told, isSigned) };
}

/** A link that has run out is made anew by the next try; one that was refused is refused here, too, then. */
function renewable(told: Failure, isSigned: boolean): Failure {
  const isExpired = told.code === "forbidden" || told.code === "unauthorized" || told.code === "gone";
  return isSigned && isExpired ? { ...told, retryable: true } : told;
}

function isAboutFile({ code }: Failure): boolean {
  return code === "size_mismatch" || code === "checksum_mismatch";
}

/** What came is the beginning of the file: it is gone on with. */
function findShort({ looked, step }: RunResult): Failure | null {
  const [expected] = step.expects;
  const came = /^@file 0 (\d+) /m.exec(looked)?.[1];
  if (expected?.size == null || came === undefined || Number(came) >= expected.size) return null;
  return failure("truncated", `${came} of ${expected.size} bytes came.`);
}

/** `@fetch …` lines, and what the look afterwards says. */
function findOwnWords({ lastLines, looked }: RunResult): Failure | null {
  if (/^@page$/m.test(looked))
    return failure("wrong_content", "A page of the web came in place of the file.");
  if (/^@unsure$/m.test(looked))
    return failure(
      "destination_exists",
      "There is a file of this name, and nobody can tell whether it is the one that is asked for.",
    );
  if (/^@taken$/m.test(looked))
    return failure("destination_exists", "A file of this name has come into being meanwhile.");
  const words = lastLines.flatMap((line) => /^@fetch (\S+) ?(.*)$/.exec(line)?.slice(1, 3) ?? []);
  const at = words.findLastIndex(
    (_, index) => index % 2 === 0 && words[index] !== "anew" && words[index] !== "same",
  );
  const [word, rest = ""] = at === -1 ? [] : words.slice(at, at + 2);
  switch (word) {
    case "no-tool":
      return failure("tool_missing", `The instance has none of the tools that can fetch a file: ${rest}.`, {
        advice:
          "Run there: apt-get install aria2 (or wget, or curl). Or add the folder one is in to HAULYARD_PATH_FOLDERS.",
      });
    case "status":
      return failure(failureOfStatus(Number(rest)), `The server answered with the status ${rest}.`);
    case "network":
      return failure("connection_lost", `The file did not come whole: ${rest.slice(0, MAX_REASON)}.`);
    case "full":
      return failure("no_space", "The disk there is full.", {
        advice: "Free some space where the files go; it goes on by itself.",
      });
    default:
      return null;
  }
}

/** Longest reason that is repeated. */
const MAX_REASON = 300;

function failed(code: FailureCode, message: string): CommandVerdict {
  return { kind: "failed", failure: failure(code, message) };
}
