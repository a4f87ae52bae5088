import { describe, expect, it } from "vitest";
import { formatLabels, hasLabels, parseLabels } from "./labels.ts";

describe("labels", () => {
  it("are pairs of a name and a value, and read as they are written", () => {
    expect(parseLabels(" site=ams, disk=nvme ")).toEqual({ disk: "nvme", site: "ams" });
    expect(parseLabels("")).toEqual({});
    for (const text of ["site=ams", "disk=nvme,example.com/rack=r-12"])
      expect(formatLabels(parseLabels(text) ?? {})).toBe(text);
  });

  it.each(["site", "site=", "=ams", "site=a b", "site=ams,site=fra", "site=ams,,", "a=b=c"])(
    "are not read from '%s'",
    (text) => {
      expect(parseLabels(text)).toBeNull();
    },
  );

  it("fit a machine that has all of them", () => {
    expect(hasLabels({ site: "ams", disk: "nvme" }, { site: "ams" })).toBe(true);
    expect(hasLabels({ site: "ams" }, {})).toBe(true);
    expect(hasLabels({ site: "fra" }, { site: "ams" })).toBe(false);
    expect(hasLabels({}, { site: "ams" })).toBe(false);
  });
});
