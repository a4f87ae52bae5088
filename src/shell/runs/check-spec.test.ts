import { describe, expect, test } from "vitest";
import type { RunSpec } from "../../job/run-contract.ts";
import { refuseSpec } from "./check-spec.ts";

const SPEC: RunSpec = {
  id: "job-1",
  steps: ["true"],
  environment: { UI_HOME: "/workspace/ComfyUI" },
  unset: ["LANGUAGE"],
  secrets: { HF_TOKEN: "x" },
  pathFolders: ["~/.local/bin", "/venv/main/bin"],
  folder: "~/x",
};

describe("a run that a shell could misunderstand is refused before one sees it", () => {
  test("an ordinary one is not", () => {
    expect(refuseSpec(SPEC)).toBeNull();
  });

  test.each<[string, Partial<RunSpec>]>([
    ["an id that is a path", { id: "../x" }],
    ["an id in capitals", { id: "A" }],
    ["an empty id", { id: "" }],
    ["an endless id", { id: "a".repeat(65) }],
    ["an id that begins like an option", { id: "-a" }],
    ["no steps", { steps: [] }],
    ["a NUL in a step", { steps: ["echo \0"] }],
    ["a NUL in a secret", { secrets: { T: "\0" } }],
    ["a variable that is none", { environment: { "A;id": "x" } }],
    ["a secret that is no variable", { secrets: { "A B": "x" } }],
    ["a variable the supervisor stands on", { environment: { HY_ID: "x" } }],
    ["PATH, which has a place of its own", { environment: { PATH: "/x" } }],
    ["a file that every shell would read", { secrets: { BASH_ENV: "/x" } }],
    ["a relative folder", { folder: "x" }],
    ["a relative folder of PATH", { pathFolders: ["."] }],
    ["two folders of PATH in one", { pathFolders: ["/a:/b"] }],
    ["an endless text", { steps: ["x".repeat(300_000)] }],
  ])("%s", (_, change) => {
    expect(refuseSpec({ ...SPEC, ...change })).toMatch(/^[A-Z'].*\.$/);
  });
});
