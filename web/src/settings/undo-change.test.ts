import { describe, expect, test } from "vitest";
import { makeSetting } from "./testing/make-setting.ts";
import { undoOf } from "./undo-change.ts";

describe("a change of a setting is taken back", () => {
  test("by giving it up, where nobody had changed it before", () => {
    expect(undoOf(makeSetting({ value: { source: "environment", text: "12" } }))).toEqual({ kind: "reset" });
  });

  test("by setting what somebody had set before, none included", () => {
    expect(undoOf(makeSetting({ value: { source: "changed", text: "48" } }))).toEqual({
      kind: "set",
      value: "48",
    });
    const none = makeSetting({ form: "secret", value: { source: "changed", text: null, is_set: false } });
    expect(undoOf(none)).toEqual({ kind: "set", value: null });
  });

  test("not at all, where it was another secret: nobody can know it any more", () => {
    expect(undoOf(makeSetting({ form: "secret", value: { source: "changed", text: null } }))).toBeNull();
  });
});
