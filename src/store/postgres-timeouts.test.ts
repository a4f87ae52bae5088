import { describe, expect, it, test } from "vitest";
import { answerTimeoutMs, inMilliseconds } from "./postgres-timeouts.ts";

const AT = "postgres://haulyard@db.example/haulyard";

describe("timeouts in the address of a database", () => {
  test.each([
    ["120000", 120_000],
    ["30s", 30_000],
    ["30%20s", 30_000],
    ["1.5min", 90_000],
    ["2h", 7_200_000],
    ["1d", 86_400_000],
    ["2000us", 2],
    ["0", 0],
  ])("of %s are %d ms", (text, ms) => {
    expect(inMilliseconds(`${AT}?a=b&statement_timeout=${text}&c=d`)).toBe(
      `${AT}?a=b&statement_timeout=${ms}&c=d`,
    );
  });

  test.each(["", "soon", "-1", "30 weeks", "1e3", "25d", "30s'; drop table jobs"])("are never %j", (text) => {
    expect(() => inMilliseconds(`${AT}?lock_timeout=${text}`)).toThrow(/lock_timeout in the address/);
  });

  it("leave everything else of the address alone", () => {
    const url = "postgres://a:statement_timeout=1s@db/x?sslmode=verify-full&application=lock_timeout";
    expect(inMilliseconds(url)).toBe(url);
  });

  it("are waited for a little longer than the server works, and for ever where it may work for ever", () => {
    expect(answerTimeoutMs(`${AT}?statement_timeout=120000`, 30_000)).toBe(125_000);
    expect(answerTimeoutMs(AT, 30_000)).toBe(35_000);
    expect(answerTimeoutMs(`${AT}?statement_timeout=0`, 30_000)).toBe(0);
  });
});
