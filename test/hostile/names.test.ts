/** Names that servers give files (RFC 6266, RFC 8187; CONTRACT §7.8). */
import { expect } from "vitest";
import { hostile } from "../world/hostile/play.ts";
import type { Result, Row } from "../world/hostile/row.ts";
import { WHOLE } from "../world/hostile/row.ts";

const NAMES: readonly [words: string, disposition: string | null, name: string][] = [
  ["of the address where the server gives none", null, "download"],
  ["in quotes", 'attachment; filename="model v2.bin"', "model v2.bin"],
  ["without quotes", "attachment; filename=model.bin", "model.bin"],
  ["as RFC 8187 has it", "attachment; filename*=UTF-8''na%C3%AFve%20m%C3%B6del.bin", "naïve mödel.bin"],
  ["in Latin-1 as RFC 8187 has it", "attachment; filename*=iso-8859-1''na%EFve.bin", "naïve.bin"],
  [
    "both ways, of which the better counts",
    "attachment; filename=\"x.bin\"; filename*=UTF-8''y.bin",
    "y.bin",
  ],
  ["that climbs out of its folder", 'attachment; filename="../../../etc/cron.d/evil.bin"', "evil.bin"],
  ["that climbs out, for Windows", 'attachment; filename="..\\\\..\\\\evil.bin"', "evil.bin"],
  ["that climbs out, encoded", "attachment; filename*=UTF-8''..%2F..%2Fevil.bin", "evil.bin"],
  ["that is absolute", 'attachment; filename="/etc/passwd.bin"', "passwd.bin"],
  ["that is a dotfile", 'attachment; filename=".bashrc"', "bashrc"],
  ["that is nothing but dots", 'attachment; filename=".."', "download"],
  ["with control characters", "attachment; filename*=UTF-8''a%00b%0a%1b%5B31mc.bin", "ab[31mc.bin"],
  ["that reads backwards", "attachment; filename*=UTF-8''invoice%E2%80%AEnib.exe", "invoicenib.exe"],
  ["of 300 bytes", `attachment; filename="${"x".repeat(300)}.bin"`, `${"x".repeat(236)}.bin`],
  ["that is a device", 'attachment; filename="CON.bin"', "_CON.bin"],
  ["of an unfinished file", 'attachment; filename="model.bin.part"', "model.bin"],
];

function isCalledSo({ end, folder, name }: Result): void {
  expect(end["path"]).toBe(`${folder}/${name}`);
}

const rows = NAMES.map(([words, disposition, name], nth): Row => ({
  claim: `a name ${words}: the file is called ${name.length > 40 ? `${name.slice(0, 20)}…` : name}`,
  address: "download",
  name,
  file: disposition === null ? {} : { disposition },
  before: disposition === null ? {} : { disposition },
  // The name is settled before there is a second connection: two of them show that.
  only: ({ connections }) => connections === "one" || nth < 2,
  expect: WHOLE,
  also: isCalledSo,
}));

hostile("names", rows);
