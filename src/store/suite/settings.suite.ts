import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { OpenStore, StoreUnderTest } from "./under-test.ts";
import { NOW } from "./under-test.ts";

/** Settings that people have changed while a server ran. */
export function describeSettings(open: OpenStore): void {
  let under: StoreUnderTest;
  beforeEach(async () => {
    under = await open();
  });
  afterEach(() => under.dispose());

  describe("settings that were changed", () => {
    it("are kept for everybody who opens the store, with the time of the last change", async () => {
      const { settings } = under.store;
      expect(await settings.list()).toEqual([]);
      await settings.write([{ name: "retentionHours", text: "48" }], NOW);
      const other = (await under.openAnother()).settings;
      await other.write([{ name: "retentionHours", text: "72" }], NOW + 1);
      expect(await settings.list()).toEqual([{ name: "retentionHours", text: "72", changedAt: NOW + 1 }]);
    });

    it("are set and given up together, and none is something else than given up", async () => {
      const { settings } = under.store;
      await settings.write(
        [
          { name: "hfToken", text: "hf_a" },
          { name: "stallMinutes", text: "5" },
        ],
        NOW,
      );
      await settings.write(
        [
          { name: "hfToken", text: null },
          { name: "stallMinutes", text: undefined },
          { name: "perHost", text: undefined },
        ],
        NOW + 1,
      );
      expect(await settings.list()).toEqual([{ name: "hfToken", text: null, changedAt: NOW + 1 }]);
    });

    it("are all as they were when one of them cannot be written", async () => {
      const { settings } = under.store;
      await settings.write([{ name: "perHost", text: "1" }], NOW);
      const impossible = { name: null as unknown as string, text: "x" };
      await expect(settings.write([{ name: "perHost", text: "2" }, impossible], NOW + 1)).rejects.toThrow();
      expect(await settings.list()).toEqual([{ name: "perHost", text: "1", changedAt: NOW }]);
    });
  });
}
