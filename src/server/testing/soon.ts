import { expect } from "vitest";

/** As `expect.poll`, for machines that are busy with other things: passes at once, fails late. */
export const soon: typeof expect.poll = (ask, options) => {
  return expect.poll(ask, { timeout: 120_000, ...options });
};
