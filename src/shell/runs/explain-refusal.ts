/** Why a run could not be put on its place, from what the supervisor and the tools there said. */
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { redactText } from "../../job/redact.ts";

/** @param errors what was written to standard error; in English, the script sees to that */
export function explainRefusal(words: readonly string[], errors: string): Failure {
  const [word, what = ""] = words;
  if (word === "noproc")
    return failure("no_shell", "The machine has no /proc: it is not Linux, or a very closed container.");
  if (word === "missing")
    return failure(
      "tool_missing",
      `The machine has no '${what}', which commands that go on without us need.`,
      {
        advice: "Install util-linux (Debian, Ubuntu, Fedora) or busybox there.",
      },
    );
  const said = redactText(errors.trim().split("\n").at(-1) ?? "").slice(0, 200);
  const detail = said === "" ? "" : `: ${said}`;
  if (/No space left on device|Disk quota exceeded/.test(errors))
    return failure("no_space", `The disk there is full, the command was not started${detail}.`, {
      advice: "Free some space there, in the home folder above all, and retry.",
      retryable: false,
    });
  if (/Permission denied|Read-only file system|Operation not permitted/.test(errors))
    return failure("write_denied", `The files of a run may not be written there${detail}.`, {
      advice: "Let the user of the connection write to its home folder.",
    });
  return failure("command_failed", `The command could not be started there${detail}.`, {
    retryable: true,
  });
}
