import { expect, test } from "vitest";
import type { Finding } from "../../job/finding.ts";
import { findingLines } from "./finding-lines.ts";

const finding = (given: Partial<Finding>): Finding => ({
  area: "folders",
  name: "x",
  state: "ok",
  message: "It is fine",
  advice: null,
  ...given,
});

const linesOf = (findings: Finding[], unicode = true): string[] =>
  findingLines(
    { ok: true, version: "1.0.0", runtime: "Node 26", platform: "linux x64", server: null, findings },
    { unicode, paintOut: (_, text) => text },
  );

test("findings stand by area, with what to do below, and are summed up", () => {
  const lines = linesOf([
    finding({ area: "programs", state: "hint", message: "hf is not there", advice: "pip install" }),
    finding({ state: "problem", message: "The disk is full", advice: "Free some" }),
    finding({}),
  ]);
  expect(lines).toEqual([
    "Haulyard 1.0.0, Node 26, linux x64; this machine",
    "",
    "Folders",
    "  ✗ The disk is full",
    "    Free some",
    "  ✓ It is fine",
    "",
    "Programs",
    "  ! hf is not there",
    "    pip install",
    "",
    "1 problem, 1 hint.",
  ]);
});

test("a terminal without these signs gets words that are as wide", () => {
  const lines = linesOf([finding({}), finding({ state: "problem", message: "Bad" })], false);
  expect(lines).toContain("  ok It is fine");
  expect(lines).toContain("  x  Bad");
});

test("what comes from outside cannot move the cursor", () => {
  expect(linesOf([finding({ message: "a\u001b[2Jb" })]).join("")).not.toContain("\u001b");
});
