import { randomUUID } from "node:crypto";
import { expect, it, test } from "vitest";
import { gidOf, jobIdFor, readGidStart, readNewGid } from "./gid.ts";

test("a GID is the random digits of a job's id", () => {
  expect(gidOf("01234567-89ab-4cde-8f00-000000000000")).toBe("0123456789abcdef");
});

test("a GID somebody chose is that of the job that is made for it", () => {
  for (const gid of ["0123456789abcdef", "ffffffffffffffff", "0000000000000001"]) {
    const id = jobIdFor(gid);
    expect(gidOf(id)).toBe(gid);
    // A UUID as RFC 9562 wants it: other routes would refuse another id.
    expect(id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(jobIdFor(gid)).not.toBe(id);
  }
});

test("ten thousand jobs have ten thousand GIDs", () => {
  expect(new Set(Array.from({ length: 10_000 }, () => gidOf(randomUUID()))).size).toBe(10_000);
});

it.each(["", "zz", "0123456789abcdef0", "0x12", "-1", "é"])("%j begins no GID", (text) => {
  expect(() => readGidStart(text)).toThrow(`Invalid GID ${text}`);
});

it.each(["0000000000000000", "123", "0123456789abcdeg", ""])("nobody may choose %j for a GID", (text) => {
  expect(readNewGid(text)).toBeNull();
});

test("upper case counts as lower case", () => {
  expect(readGidStart("ABC")).toBe("abc");
  expect(readNewGid("0123456789ABCDEF")).toBe("0123456789abcdef");
});
