import { describe, expect, test } from "vitest";
import { parseSchedule } from "../../../../src/job/limit/rate-schedule.ts";
import { checkDraft, newWindow, toDraft } from "./schedule-draft.ts";

describe("the limit for all as a form", () => {
  test.each(["none", "off", "20MiB", "mon-fri 08:00-18:00=5MiB, 20MiB", "sat+sun 22:00-06:00=off"])(
    "%s comes out as it went in",
    (text) => {
      expect(checkDraft(toDraft(text))).toEqual({ kind: "ok", text });
    },
  );

  test("a window until midnight means the same", () => {
    const checked = checkDraft(toDraft("mon 18:00-24:00=5MiB"));
    expect(checked).toEqual({ kind: "ok", text: "mon 18:00-00:00=5MiB" });
  });

  test("a new window is one that can be saved, with a key of its own", () => {
    const draft = toDraft("mon 08:00-09:00=1MiB, 20MiB");
    const added = newWindow(draft.windows);
    expect(draft.windows.map(({ key }) => key)).not.toContain(added.key);
    const checked = checkDraft({ ...draft, windows: [...draft.windows, added] });
    expect(checked.kind === "ok" && parseSchedule(checked.text)?.windows).toHaveLength(2);
  });

  test.each([
    [{ days: [] }, /a day/],
    [{ from: "" }, /begins and ends/],
    [{ to: "25:00" }, /begins and ends/],
    [{ from: "08:00", to: "08:00" }, /another time/],
    [{ rate: "fast" }, /a rate/],
    [{ rate: "5" }, /a rate/],
  ])("%j is told at its window", (wrong, message) => {
    const window = { ...newWindow([]), ...wrong };
    const checked = checkDraft({ windows: [newWindow([]), { ...window, key: 7 }], otherwise: "" });
    expect(checked).toEqual({ kind: "bad", problems: new Map([[7, expect.stringMatching(message)]]) });
  });

  test("the rate at all other times is looked at, too", () => {
    const checked = checkDraft({ windows: [], otherwise: "slow" });
    expect(checked).toEqual({ kind: "bad", problems: new Map([["otherwise", expect.any(String)]]) });
  });
});
