import { describe, expect, test } from "vitest";
import { explainExit, NOTHING_SEEN, see } from "./explain-exit.ts";
import { eventsOf, logOf } from "./testing/corpus.ts";
import type { Exit, Tool, Verdict } from "../../job/output-contract.ts";

const after = (tool: Tool, output: string, exit: Partial<Exit>): Verdict =>
  explainExit(
    tool,
    { code: null, signal: null, ...exit },
    eventsOf(tool, [Buffer.from(output)]).reduce(see, NOTHING_SEEN),
  );
const codeOf = (verdict: Verdict): string => (verdict.kind === "done" ? "done" : verdict.failure.code);
const messageOf = (verdict: Verdict): string => (verdict.kind === "done" ? "done" : verdict.failure.message);

describe("tools that end with 0 though they failed", () => {
  test("civitdl is done only if it completed every model", () => {
    const start = 'Now downloading "A"...\n';
    const end = 'Download completed for "A"\n';
    expect(codeOf(after("civitdl", start + end, { code: 0 }))).toBe("done");
    expect(codeOf(after("civitdl", start, { code: 0 }))).toBe("command_failed");
    expect(codeOf(after("civitdl", "", { code: 0 }))).toBe("command_failed");
    expect(codeOf(after("civitdl", `${start}${end}Now downloading "B"...\n`, { code: 0 }))).toBe(
      "command_failed",
    );
    const retried = `${start}[Errno 28] No space left on device\n${start}${end}`;
    expect(codeOf(after("civitdl", retried, { code: 0 }))).toBe("done");
  });

  test("one model that was given up is a failure, whatever came after it", () => {
    const output =
      'Now downloading "A"...\nAPIException (API Status Code 404):\n   gone\nMax retry of 3 reached. Skipping the current model...\n' +
      'Now downloading "B"...\nDownload completed for "B"\n';
    const verdict = after("civitdl", output, { code: 0 });
    expect(codeOf(verdict)).toBe("not_found");
    expect(messageOf(verdict)).toBe("civitdl ended with exit code 0, yet it failed: gone.");
  });

  // docs/tool-output.md tells where these come from.
  test.each([
    ["like-one", "done"],
    ["like-two", "done"],
    ["like-second-try", "done"],
    ["like-exists", "done"],
    ["like-unknown-length", "done"],
    ["like-401", "unauthorized"],
    ["like-404", "not_found"],
    ["like-404-buffered", "not_found"],
    ["like-bad-input", "command_failed"],
    ["like-no-version", "not_found"],
    ["like-early-access", "forbidden"],
    ["like-disk-full", "no_space"],
    ["like-no-network", "dns_failed"],
    ["like-cut", "truncated"],
  ])("civitdl's 0 after %s is %s", (name, expected) => {
    const verdict = after("civitdl", logOf({ tool: "civitdl", name }).toString(), { code: 0 });
    expect(codeOf(verdict)).toBe(expected);
  });

  test("wget2 that was told to be quiet is believed: there is nothing to go by", () => {
    expect(codeOf(after("wget2", "", { code: 0 }))).toBe("done");
    expect(codeOf(after("wget2", "[0] Downloading 'http://a/b.bin' ...\n", { code: 0 }))).toBe(
      "connection_failed",
    );
  });

  test("others are believed", () => {
    expect(codeOf(after("wget", "", { code: 0 }))).toBe("done");
    expect(codeOf(after("curl", "curl: (22) The requested URL returned error: 404\n", { code: 0 }))).toBe(
      "done",
    );
  });
});

describe("exit codes that mean many things", () => {
  test("wget's 8 is told with the status that was seen", () => {
    const verdict = after("wget", "2026-11-21 08:08:45 ERROR 403: Forbidden.\n", { code: 8 });
    expect(codeOf(verdict)).toBe("forbidden");
    expect(messageOf(verdict)).toBe(
      "wget ended with exit code 8 (the server answered with an error): 403 Forbidden.",
    );
  });

  test("what a tool got over is not what it ended with", () => {
    const output =
      "--2026-11-21 08:08:45--  http://a/x.bin\nConnecting to a|::1|:80... failed: Connection refused.\n" +
      "Connecting to a|127.0.0.1|:80... connected.\nHTTP request sent, awaiting response... 200 OK\n" +
      "Length: 5 [a/b]\nSaving to: ‘x.bin’\n2026-11-21 08:08:46 (1 MB/s) - ‘x.bin’ saved [5/5]\n";
    expect(messageOf(after("wget", output, { code: 1 }))).toBe(
      "wget ended with exit code 1 (no reason given).",
    );
  });

  test.each([
    ["wget", 4, "connection_failed"],
    ["wget", 6, "unauthorized"],
    ["wget", 8, "refused_by_server"],
    ["aria2c", 3, "not_found"],
    ["aria2c", 9, "no_space"],
    ["aria2c", 19, "dns_failed"],
    ["curl", 28, "timed_out"],
    ["rclone", 3, "not_found"],
    ["hf", 1, "command_failed"],
    ["wget", 99, "command_failed"],
  ] as const)("%s with %i and no word is %s", (tool, code, expected) => {
    const verdict = after(tool, "", { code });
    expect(codeOf(verdict)).toBe(expected);
    expect(messageOf(verdict)).toMatch(new RegExp(`^${tool} ended with exit code ${code}.*\\.$`));
  });

  test("a tool that is not there is named, with what to do", () => {
    const verdict = after("aria2c", "sh: 1: aria2c: not found\n", { code: 127 });
    expect(verdict).toMatchObject({
      kind: "failed",
      failure: { code: "tool_missing", advice: expect.stringContaining("Install aria2c") as string },
    });
  });

  test("a folder that is missing is told as that, and nothing is said twice", () => {
    const verdict = after("wget", "/nowhere/x.bin: No such file or directory\n", { code: 1 });
    expect(codeOf(verdict)).toBe("write_denied");
    expect(messageOf(verdict)).toBe(
      "wget ended with exit code 1: /nowhere/x.bin: No such file or directory.",
    );
    expect(verdict).toMatchObject({
      failure: { advice: expect.stringContaining("The folder is not there") as string },
    });
    expect(after("wget", "/root/x.bin: Permission denied\n", { code: 1 })).toMatchObject({
      failure: {
        code: "write_denied",
        advice: expect.stringContaining("Let the user of the connection") as string,
      },
    });
  });

  test("a resumed file that may have been whole already is said to be maybe that", () => {
    const verdict = after("curl", "curl: (22) The requested URL returned error: 416\n", { code: 22 });
    expect(verdict).toMatchObject({ failure: { advice: expect.stringContaining("whole before") as string } });
  });
});

test("a tool that was killed is told by its signal, with its last words", () => {
  const verdict = after("wget", "Connecting to a... failed: Connection refused.\n", { signal: "SIGKILL" });
  expect(messageOf(verdict)).toMatch(/^wget was ended by SIGKILL\. It had said: .*Connection refused\.$/);
  expect(verdict).toMatchObject({ failure: { advice: expect.stringContaining("memory") as string } });
});

test("secrets in a tool's words are not repeated", () => {
  const output =
    "Error: 403 Forbidden for url https://hf.co/x?token=hf_abcdefghijklmnopqrstuvwxyz0123456789\n";
  expect(messageOf(after("hf", output, { code: 1 }))).not.toContain("abcdefghijklmnop");
});
