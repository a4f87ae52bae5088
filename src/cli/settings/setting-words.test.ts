import { expect, test } from "vitest";
import type { SettingMessage } from "../../wire/settings.ts";
import { changeLine, findSetting, originWord, testLine, valueWord } from "./setting-words.ts";

const given = { source: "environment", where: "HAULYARD_PORT", text: "80", is_set: true } as const;
const changed = { source: "changed", where: null, text: "48", is_set: true } as const;
const named = (name: string, env: string): SettingMessage => ({ name, env }) as SettingMessage;

test("a setting is meant by its name or its variable, however they are written", () => {
  const all = [named("port", "HAULYARD_PORT"), named("hfToken", "HF_TOKEN")];
  expect(findSetting(all, "HFTOKEN")?.name).toBe("hfToken");
  expect(findSetting(all, "hf_token")?.name).toBe("hfToken");
  expect(findSetting(all, "token")).toBeNull();
});

test("values and where they come from are told, secrets only as set", () => {
  expect(valueWord({ value: given })).toBe("80");
  expect(valueWord({ value: { ...given, text: null } })).toBe("set");
  expect(valueWord({ value: { ...given, text: null, is_set: false } })).toBe("none");
  expect(valueWord({ value: { ...given, text: "a\u001b[31mb" } })).not.toContain("\u001b");
  expect(originWord({ value: given, pending: false })).toBe("HAULYARD_PORT");
  expect(originWord({ value: changed, pending: true })).toBe("changed, from the next start on");
  const setting = { ...named("retentionHours", "X"), value: changed, pending: false };
  expect(changeLine(setting)).toBe("retentionHours is 48 (changed)");
});

test("a token that was tried is told with what to do", () => {
  const answer = { as: null, message: null, advice: null } as const;
  expect(testLine("hfToken", { ...answer, state: "works", as: "ada" })).toBe("hfToken works, as ada");
  expect(testLine("hfToken", { ...answer, state: "refused" })).toBe("hfToken is refused by its service");
  expect(testLine("hfToken", { state: "unreachable", as: null, message: "No way.", advice: "Look." })).toBe(
    "the service cannot be asked: No way. Look.",
  );
});
