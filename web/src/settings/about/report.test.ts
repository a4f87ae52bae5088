import { describe, expect, test } from "vitest";
import type { FindingMessage } from "../../../../src/wire/doctor.ts";
import { byWeight, reportText } from "./report.ts";

const finding = (state: FindingMessage["state"], name: string, advice: string | null = null) =>
  ({ area: "folders", name, state, message: `about ${name}`, advice }) satisfies FindingMessage;

const FINDINGS = [
  finding("ok", "a"),
  finding("hint", "b", "Do it."),
  finding("problem", "c"),
  finding("ok", "d"),
];

describe("what an examination found", () => {
  test("stands with what needs a person first, otherwise in the order of the server", () => {
    expect(byWeight(FINDINGS).map(({ name }) => name)).toEqual(["c", "b", "a", "d"]);
  });

  test("is a report that says which program, where, and what to do", () => {
    const answer = {
      ok: false,
      version: "1.2.3",
      runtime: "Node 26",
      platform: "linux x64",
      findings: FINDINGS,
    };
    expect(reportText(answer)).toBe(
      [
        "Haulyard 1.2.3, Node 26, linux x64",
        "",
        "problem folders/c: about c",
        "hint    folders/b: about b",
        "        Do it.",
        "ok      folders/a: about a",
        "ok      folders/d: about d",
        "",
      ].join("\n"),
    );
  });
});
