import { expect, test } from "vitest";
import { checkChannel, EMPTY_DRAFT, toChannelField, toChannelRequest } from "./channel-draft.ts";

test("what a kind needs is asked for, and nothing of other kinds", () => {
  expect(Object.keys(checkChannel("ntfy", EMPTY_DRAFT))).toEqual(["topic"]);
  expect(Object.keys(checkChannel("mail", { ...EMPTY_DRAFT, from: "a@b", events: "" }))).toEqual([
    "url",
    "to",
    "events",
  ]);
});

test("fields become the request; empty ones are left to the server", () => {
  expect(toChannelRequest("ntfy", { ...EMPTY_DRAFT, topic: " box ", url: "x" })).toEqual({
    settings: { kind: "ntfy", topic: "box", url: "x" },
    events: ["complete", "failed", "attention", "disk_low"],
    digest_seconds: 10,
  });
  expect(
    toChannelRequest("mail", { ...EMPTY_DRAFT, name: "us", url: "smtp://x", from: "a@b", to: "c@d, e@f\n" }),
  ).toMatchObject({ name: "us", settings: { to: ["c@d", "e@f"] } });
});

test("a program gets its arguments line by line, spaces and quotes as they are", () => {
  const { settings } = toChannelRequest("command", { ...EMPTY_DRAFT, argv: '/bin/x\n--name "a b"\n\n' });
  expect(settings).toEqual({ kind: "command", argv: ["/bin/x", '--name "a b"'] });
});

test("what the server refuses is shown at its field", () => {
  expect(toChannelField("settings.to.1")).toBe("to");
  expect(toChannelField("settings.chat_id")).toBe("chat");
  expect(toChannelField("settings")).toBeNull();
  expect(toChannelField("__proto__")).toBeNull();
});
