import fc from "fast-check";
import { expect, test } from "vitest";
import { expectQuick } from "../../../test/world/cost.ts";
import { classifyStatus } from "./classify-status.ts";
import type { AnswerHeaders } from "./http-answer.ts";
import { readQuota } from "./rate-limit-headers.ts";

const NOW = Date.UTC(2026, 0, 1);
const in29 = NOW + 29_000;

test.each<[string, AnswerHeaders, { usedUp: boolean | null; resetAt: number | null }]>([
  ["as a list of items", { ratelimit: '"default";r=0;t=29' }, { usedUp: true, resetAt: in29 }],
  ["with something left", { ratelimit: '"default";r=5;t=29' }, { usedUp: false, resetAt: in29 }],
  [
    "of which the one that opens last counts",
    { ratelimit: '"burst";r=0;t=2, "day";r=0;t=29, "month";r=7;t=9999' },
    { usedUp: true, resetAt: in29 },
  ],
  [
    "in several fields",
    { ratelimit: ['"burst";r=1;t=2', '"day";r=0;t=29'] },
    { usedUp: true, resetAt: in29 },
  ],
  ["used up until nobody knows when", { ratelimit: '"default";r=0' }, { usedUp: true, resetAt: null }],
  ["as pairs", { ratelimit: "limit=10, remaining=0, reset=29" }, { usedUp: true, resetAt: in29 }],
  [
    "as single fields",
    { "ratelimit-remaining": "0", "ratelimit-reset": "29" },
    { usedUp: true, resetAt: in29 },
  ],
  [
    "with X- and seconds",
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "29" },
    { usedUp: true, resetAt: in29 },
  ],
  [
    "with X- and a time in seconds",
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(in29 / 1000) },
    { usedUp: true, resetAt: in29 },
  ],
  [
    "with X- and a time in milliseconds",
    { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(in29) },
    { usedUp: true, resetAt: in29 },
  ],
  ["with X- and parts of seconds", { "x-ratelimit-reset-after": "29.0" }, { usedUp: null, resetAt: in29 }],
  ["that is nonsense", { ratelimit: "soon", "x-ratelimit-reset": "later" }, { usedUp: null, resetAt: null }],
  ["of which nothing is said", {}, { usedUp: null, resetAt: null }],
])("a quota %s is read", (_, headers, quota) => {
  expect(readQuota(headers, NOW)).toEqual(quota);
});

test("whatever a server sends as a quota, it is read in linear time and never throws", async () => {
  const value = fc.oneof(fc.string(), fc.constantFrom('"a";r=0;t=1,'.repeat(50_000), ";".repeat(500_000)));
  await fc.assert(
    fc.asyncProperty(value, value, (one, two) =>
      expectQuick(200, () => readQuota({ ratelimit: [one, two], "x-ratelimit-reset": one }, NOW)),
    ),
    { numRuns: 50 },
  );
});

const url = new URL("https://files.example/a.bin");
const refusal = (
  status: number,
  headers: AnswerHeaders,
  more: { url?: URL; showedLogin?: boolean } = {},
): ReturnType<typeof classifyStatus> =>
  classifyStatus(status, { headers, url, showedLogin: false, ...more }, NOW);

test("a quota says when to come back, unless Retry-After does", () => {
  const quota = { ratelimit: '"default";r=0;t=29' };
  expect(refusal(429, quota)).toMatchObject({ code: "rate_limited", retryAt: in29 });
  expect(refusal(503, quota)).toMatchObject({ code: "server_error", retryAt: in29 });
  expect(refusal(429, { ...quota, "retry-after": "7" })).toMatchObject({ retryAt: NOW + 7000 });
  // There is something left: the refusal has another reason.
  expect(refusal(503, { ratelimit: '"default";r=3;t=29' })).toMatchObject({ retryAt: null });
});

test("403 is final, unless it is a used-up quota in disguise", () => {
  expect(refusal(403, {})).toMatchObject({ code: "forbidden", retryable: false });
  expect(refusal(403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "29" })).toMatchObject({
    code: "rate_limited",
    retryable: true,
    retryAt: in29,
  });
  expect(refusal(403, { "x-ratelimit-remaining": "9", "x-ratelimit-reset": "29" })).toMatchObject({
    code: "forbidden",
    retryAt: null,
  });
});

test("what is missing is said: which token, user and password, a new link, or another token", () => {
  const hub = new URL("https://huggingface.co/org/repo/resolve/main/a.bin");
  const civitai = new URL("https://civitai.com/api/download/models/1");
  const signed = new URL("https://store.example/a.bin?X-Amz-Signature=0");
  const basic = { "www-authenticate": 'Basic realm="files"' };
  expect(refusal(401, {}, { url: hub }).advice).toContain("Set HF_TOKEN");
  expect(refusal(403, {}, { url: hub }).advice).toMatch(/HF_TOKEN .* accept the licence/);
  expect(refusal(401, {}, { url: civitai }).advice).toContain("Set CIVITAI_API_KEY");
  expect(refusal(401, {}, { url: hub, showedLogin: true }).advice).toMatch(/HF_TOKEN .* is not enough/);
  expect(refusal(401, {}, { showedLogin: true }).advice).toContain("was sent is not enough");
  expect(refusal(401, basic).advice).toContain("https://user:password@host/");
  expect(refusal(403, {}, { url: signed }).advice).toMatch(/signed and may have expired/);
  expect(refusal(401, {}).advice).toContain("HF_TOKEN, CIVITAI_API_KEY");
});
