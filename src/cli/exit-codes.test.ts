import { describe, expect, it } from "vitest";
import { ApiError, Unreachable } from "../client/api-error.ts";
import { FAILURE_CODES } from "../job/failure.ts";
import { combineExitCodes, EXIT, EXIT_MEANING, exitCodeOf, exitCodeOfCall } from "./exit-codes.ts";

describe("exit codes", () => {
  it("are those of the contract, and each is explained", () => {
    expect(EXIT).toEqual({
      done: 0,
      failed: 1,
      usage: 2,
      notFound: 3,
      refused: 4,
      verification: 5,
      noSpace: 6,
      network: 7,
      interrupted: 130,
    });
    expect(EXIT_MEANING.map(([code]) => code)).toEqual(Object.values(EXIT));
  });

  it("are never 0 for a failure, whatever its code", () => {
    const codes = new Map(FAILURE_CODES.map((code) => [code, exitCodeOf(code)]));
    expect([...codes.values()]).not.toContain(EXIT.done);
    expect(Object.fromEntries(codes)).toMatchObject({
      not_found: 3,
      gone: 3,
      unauthorized: 4,
      forbidden: 4,
      destination_busy: 4,
      destination_exists: 4,
      checksum_mismatch: 5,
      size_mismatch: 5,
      wrong_content: 5,
      no_space: 6,
      dns_failed: 7,
      connection_lost: 7,
      server_error: 7,
      stopped: 130,
      internal: 1,
    });
  });

  it.each([
    [[], 0],
    [[0, 0], 0],
    [[0, 5, 0], 5],
    [[3, 3], 3],
    [[3, 5], 1],
    [[3, 130], 130],
  ] as const)("of several files %j are %d", (codes, all) => {
    expect(combineExitCodes(codes)).toBe(all);
  });

  it.each([
    [new Unreachable("http://x", "refused"), 7],
    [new ApiError(400, "bad_request", "no"), 2],
    [new ApiError(400, "path_refused", "no"), 4],
    [new ApiError(401, "token_missing", "no"), 4],
    [new ApiError(404, "not_found", "no"), 3],
    [new ApiError(409, "conflict", "no"), 4],
    [new ApiError(503, "unavailable", "no"), 7],
    [new ApiError(500, "internal", "no"), 1],
    [new ApiError(200, "bad_answer", "no"), 1],
    [new ApiError(404, "bad_answer", "no"), 1],
  ])("of a call that went wrong: %s is %d", (error, code) => {
    expect(exitCodeOfCall(error)).toBe(code);
  });
});
