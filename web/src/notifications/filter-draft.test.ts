import { expect, test } from "vitest";
import type { ChannelMessage } from "../../../src/wire/notifications.ts";
import { checkFilter, toFilterChange, toFilterDraft, toFilterField } from "./filter-draft.ts";

const CHANNEL: ChannelMessage = {
  id: "0193d1c0-0000-7000-8000-000000000001",
  name: "box",
  kind: "ntfy",
  target: "ntfy.sh/box",
  events: ["complete", "failed"],
  places: ["local", "gpu"],
  sets: null,
  named: false,
  digest_seconds: 45,
  enabled: true,
  created_at: "2026-11-21T11:00:00.000Z",
  waiting: 0,
  last: null,
};
const DRAFT = toFilterDraft(CHANNEL);

test("only what was changed is sent, so that nothing else is written over", () => {
  expect(toFilterChange(DRAFT, DRAFT)).toBeNull();
  expect(toFilterChange(DRAFT, { ...DRAFT, events: "failed,disk_low" })).toEqual({
    events: ["failed", "disk_low"],
  });
  expect(toFilterChange(DRAFT, { ...DRAFT, name: " us ", digest: "300" })).toEqual({
    name: "us",
    digest_seconds: 300,
  });
});

test("a command can be kept for downloads that ask for it, and be given back to all", () => {
  expect(toFilterChange(DRAFT, { ...DRAFT, named: "yes" })).toEqual({ named: true });
  const named = toFilterDraft({ ...CHANNEL, named: true });
  expect(toFilterChange(named, { ...named, named: "" })).toEqual({ named: false });
});

test("a list that is emptied leaves nothing out any more", () => {
  expect(toFilterChange(DRAFT, { ...DRAFT, places: "" })).toEqual({ places: null });
  expect(toFilterChange(DRAFT, { ...DRAFT, sets: " flux, sdxl , " })).toEqual({ sets: ["flux", "sdxl"] });
});

test("a name and something to be told are needed", () => {
  expect(checkFilter(DRAFT)).toEqual({});
  expect(Object.keys(checkFilter({ ...DRAFT, name: " ", events: "" }))).toEqual(["name", "events"]);
});

test("what the server refuses is shown at its field", () => {
  expect(toFilterField("places.0")).toBe("places");
  expect(toFilterField("digest_seconds")).toBe("digest");
  expect(toFilterField("settings.url")).toBeNull();
  expect(toFilterField(null)).toBeNull();
});
