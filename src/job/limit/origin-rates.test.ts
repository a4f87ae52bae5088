import * as fc from "fast-check";
import { describe, expect, it } from "vitest";
import { formatOriginRates, originRateOf, parseOriginRates } from "./origin-rates.ts";
import { MIN_RATE } from "./parse-size.ts";

const MiB = 1024 ** 2;

describe("rates of servers", () => {
  it("are hosts with a rate each, in any spelling", () => {
    expect(parseOriginRates("HuggingFace.co=20M, civitai.com = 500kB/s,[::1]=4096")).toEqual({
      "huggingface.co": 20 * MiB,
      "civitai.com": 500_000,
      "[::1]": 4096,
    });
    expect(parseOriginRates(" ")).toEqual({});
  });

  it.each([
    "huggingface.co",
    "=20M",
    "huggingface.co=",
    "huggingface.co=fast",
    "huggingface.co=0",
    `huggingface.co=${MIN_RATE - 1}`,
    "https://huggingface.co=20M",
    "huggingface.co:443=20M",
    "a.org=1M,A.org=2M",
    "a.org=1M,",
    "a.org=1000TiB",
  ])("are not: %j", (text) => {
    expect(parseOriginRates(text)).toBeNull();
  });

  it("read back as they were written", () => {
    const hosts = fc.domain().map((host) => host.toLowerCase());
    const rates = fc.integer({ min: MIN_RATE, max: 999_999_999_999_999 });
    fc.assert(
      fc.property(fc.uniqueArray(fc.tuple(hosts, rates), { selector: ([host]) => host }), (pairs) => {
        const table = Object.fromEntries(pairs);
        expect(parseOriginRates(formatOriginRates(table))).toEqual(table);
      }),
    );
  });

  it("count for the very host of an address, whatever its port, and for no other", () => {
    const rates = { "huggingface.co": 20 * MiB };
    expect(originRateOf(rates, "https://HUGGINGFACE.co:8443/org/repo?x=1")).toBe(20 * MiB);
    for (const url of ["https://cdn.huggingface.co/a", "https://co/a", "nonsense", "https://constructor/a"])
      expect(originRateOf(rates, url)).toBeNull();
  });
});
