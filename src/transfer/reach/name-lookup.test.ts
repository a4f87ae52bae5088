import type { LookupFunction } from "node:net";
import { expect, test } from "vitest";
import { NameLookup, PRIVATE_NAME } from "./name-lookup.ts";

const NAMES: Record<string, string[]> = {
  "rebound.example": ["127.0.0.1"],
  "both.example": ["10.0.0.1", "93.184.215.14"],
  "open.example": ["93.184.215.14"],
  "six.example": ["::ffff:10.0.0.1"],
};

const system: LookupFunction = (name, _options, found) => {
  const addresses = NAMES[name];
  if (addresses === undefined) return found(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }), "");
  found(
    null,
    addresses.map((address) => ({ address, family: address.includes(":") ? 6 : 4 })),
  );
};

function ask(lookup: LookupFunction, name: string, all: boolean): Promise<unknown> {
  return new Promise((resolve) => {
    lookup(name, { all }, (error, address) => resolve(error === null ? address : error.code));
  });
}

test("a name that leads to private addresses only is not found where only public ones may be connected to", async () => {
  const names = new NameLookup(system);
  expect(await ask(names.publicOnly, "rebound.example", true)).toBe(PRIVATE_NAME);
  expect(await ask(names.publicOnly, "rebound.example", false)).toBe(PRIVATE_NAME);
  expect(await ask(names.publicOnly, "six.example", true)).toBe(PRIVATE_NAME);
  expect(await ask(names.any, "rebound.example", false)).toBe("127.0.0.1");
});

test("of a name with both kinds of addresses only the public ones are left", async () => {
  const names = new NameLookup(system);
  expect(await ask(names.publicOnly, "both.example", true)).toEqual([
    { address: "93.184.215.14", family: 4 },
  ]);
  expect(await ask(names.publicOnly, "both.example", false)).toBe("93.184.215.14");
});

test("a name that does not exist is told as such", async () => {
  expect(await ask(new NameLookup(system).publicOnly, "no.example", true)).toBe("ENOTFOUND");
});

test("where a name led is remembered", async () => {
  const names = new NameLookup(system);
  expect(names.ledTo("open.example")).toBeNull();
  for (const name of Object.keys(NAMES)) await ask(names.any, name, true);
  expect(Object.keys(NAMES).map((name) => names.ledTo(name))).toEqual([
    "private",
    "public",
    "public",
    "private",
  ]);
});

test("hundreds who ask for one name at the same time are one question to the system, and each gets what it may have", async () => {
  const asked: { name: string; answer: () => void }[] = [];
  const slow: LookupFunction = (name, options, found) =>
    void asked.push({ name, answer: () => system(name, options, found) });
  const names = new NameLookup(slow);
  const many = Array.from({ length: 300 }, () => ask(names.any, "both.example", true));
  const restricted = ask(names.publicOnly, "both.example", false);
  const other = ask(names.any, "no.example", false);
  expect(asked.map(({ name }) => name)).toEqual(["both.example", "no.example"]);
  for (const { answer } of asked) answer();
  expect(new Set((await Promise.all(many)).map((found) => JSON.stringify(found))).size).toBe(1);
  expect(await restricted).toBe("93.184.215.14");
  expect(await other).toBe("ENOTFOUND");
  // What was answered is not remembered: an address may have changed.
  const later = ask(names.any, "both.example", false);
  asked[2]?.answer();
  expect(await later).toBe("10.0.0.1");
});
