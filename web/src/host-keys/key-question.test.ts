import { describe, expect, test } from "vitest";
import type { HostVerifyAnswer } from "../../../src/wire/hosts.ts";
import { pendingKeys, shownKeys } from "./key-question.ts";

const HASH = `SHA256:${"a".repeat(43)}`;
const OLD = `SHA256:${"b".repeat(43)}`;
const line = (hash: string): string => `256 ${hash} [gpu]:22 (ED25519)`;

describe("the question about keys", () => {
  test("is the one that made a job wait, if there is one", () => {
    const question = {
      changed: true,
      host: "gpu",
      port: 22,
      fingerprints: [line(HASH)],
      old_fingerprints: [line(OLD)],
      asked_at: "2026-11-21T18:00:00.000Z",
      fingerprint_needed: true,
    };
    expect(pendingKeys({ question })).toEqual({
      kind: "changed",
      host: "gpu",
      port: 22,
      keys: [{ line: line(HASH), type: "ED25519", bits: 256, hash: HASH }],
      oldKeys: [{ line: line(OLD), type: "ED25519", bits: 256, hash: OLD }],
    });
    expect(pendingKeys({ question: { ...question, changed: false } })?.kind).toBe("unknown");
    expect(pendingKeys({ question: null })).toBeNull();
  });

  test("tells unknown, changed and trusted keys apart", () => {
    const answer = {
      success: true,
      host_id: "1",
      host: "gpu",
      port: 22,
      fingerprints: [line(HASH)],
    } as const;
    const kindOf = (some: object) => shownKeys({ ...answer, ...some } as unknown as HostVerifyAnswer)?.kind;
    expect(kindOf({ needs_confirmation: true })).toBe("unknown");
    expect(kindOf({ needs_confirmation: true, changed: true, old_fingerprints: [line(OLD)] })).toBe(
      "changed",
    );
    expect(kindOf({ needs_confirmation: false })).toBe("trusted");
    expect(shownKeys({ success: true, host_id: "1", added: true, jobs: [] })).toBeNull();
  });
});
