import { describe, expect, test } from "vitest";
import { makeJob } from "../../../src/client/testing/make-job.ts";
import type { FailureMessage, JobMessage } from "../../../src/wire/job-message.ts";
import { remedyOf } from "./remedy.ts";

function failed(code: FailureMessage["code"], url: string, more: Partial<JobMessage> = {}): JobMessage {
  const job = makeJob({
    status: "FAILED",
    error: { code, message: "It failed.", advice: "Do something.", retryable: false },
    ...more,
  });
  return { ...job, steps: job.steps.map((step) => (step.kind === "transfer" ? { ...step, url } : step)) };
}

const HF = "https://huggingface.co/org/model/resolve/main/a.safetensors";

describe("one button helps", () => {
  test.each([
    ["a missing token of Hugging Face", "unauthorized", HF, { kind: "token", service: "hugging-face" }],
    ["one of Civitai", "unauthorized", "https://civitai.com/api/download/1", { service: "civitai" }],
    ["one of some host", "unauthorized", "https://files.example/a", { service: "other" }],
    ["no look-alike gets the token", "unauthorized", "https://nothuggingface.co/a", { service: "other" }],
    [
      "a licence: the page of the repo, not the file",
      "forbidden",
      HF,
      { url: "https://huggingface.co/org/model" },
    ],
    ["a login page", "wrong_content", "https://a.example/f", { kind: "page", url: "https://a.example/f" }],
    ["a file in the way", "destination_exists", HF, { kind: "path" }],
    ["a command", "command_failed", HF, { kind: "log" }],
    ["anything else", "checksum_mismatch", HF, { kind: "retry" }],
  ] as const)("%s", (_, code, url, remedy) => {
    expect(remedyOf(failed(code, url))).toMatchObject(remedy);
  });

  test("no page is offered that lacks its secret, or is no web page", () => {
    expect(remedyOf(failed("forbidden", "https://a.example/f?token=***"))).toEqual({ kind: "retry" });
    expect(remedyOf(failed("forbidden", "javascript:alert(1)"))).toEqual({ kind: "retry" });
  });

  test("a host key is looked at", () => {
    const job = makeJob({ status: "HOST_VERIFICATION_NEEDED", place: { kind: "ssh", name: "h1" } });
    expect(remedyOf(job)).toEqual({ kind: "verify", hostId: "h1" });
  });
});
