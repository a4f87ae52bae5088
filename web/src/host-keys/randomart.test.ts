import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, describe, expect, test } from "vitest";
import { drawRandomart } from "./randomart.ts";
import { compareFingerprints, readFingerprint } from "./read-fingerprint.ts";

const folder = mkdtempSync(join(tmpdir(), "haulyard-randomart-"));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** What the real tool says of a fresh key: its fingerprint, and the picture. */
function ask(type: string, bits: string[]): { line: string; picture: string } {
  const path = join(folder, `${type}-${Math.random()}`);
  execFileSync("ssh-keygen", ["-q", "-t", type, ...bits, "-N", "", "-C", "test", "-f", path]);
  const [line = "", ...picture] = execFileSync("ssh-keygen", ["-lvf", `${path}.pub`], { encoding: "utf8" })
    .trim()
    .split("\n");
  return { line, picture: picture.join("\n") };
}

describe("the picture of a key", () => {
  test.each([
    ["ed25519", []],
    ["ecdsa", []],
    ["ecdsa", ["-b", "521"]],
    ["rsa", ["-b", "2048"]],
  ])("of %s %s is the one that ssh-keygen draws, mark for mark", (type, bits) => {
    for (let keys = 0; keys < 4; keys += 1) {
      const { line, picture } = ask(type, bits);
      const read = readFingerprint(line);
      expect(read.bits).not.toBeNull();
      expect(drawRandomart(read.hash, read.type, read.bits)).toBe(picture);
    }
  });

  test("of a key that everybody can look up is the same everywhere", () => {
    // GitHub's Ed25519 key, as its documentation gives it; drawn by ssh-keygen of OpenSSH 9.2.
    expect(drawRandomart("SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU", "ED25519", 256)).toBe(
      [
        "+--[ED25519 256]--+",
        "|                 |",
        "|     .           |",
        "|      o          |",
        "|     o o o  .    |",
        "|     .B S oo     |",
        "|     =+^ =...    |",
        "|    oo#o@.o.     |",
        "|    E+.&.=o      |",
        "|    ooo.X=.      |",
        "+----[SHA256]-----+",
      ].join("\n"),
    );
  });

  test("there is none of what is no SHA-256", () => {
    expect(drawRandomart("MD5:00:11", "RSA", 2048)).toBeNull();
    expect(drawRandomart("SHA256:short", "RSA", 2048)).toBeNull();
  });
});

describe("what was copied from the machine", () => {
  const HASH = "SHA256:+DiY3wvvV6TuJJhbpZisF/zLDA0zPMSvHdkr4UvCOqU";
  const OTHER = "SHA256:uNiVztksCsDhcc0u9e8BrAxnFgSzC+2dw0gqRWQRSsM";
  const shown = [readFingerprint(`256 ${HASH} [1.2.3.4]:22 (ED25519)`)];

  test.each([
    ["", "empty"],
    [HASH, "same"],
    [HASH.slice("SHA256:".length), "same"],
    [`3072 ${OTHER} root@box (RSA)\n256 ${HASH} root@box (ED25519)\n`, "same"],
    [OTHER, "other"],
    [HASH.replace("DiY", "diY"), "other"],
    [HASH.slice(0, -1), "unclear"],
    [`${HASH}x`, "unclear"],
    ["yes, the same", "unclear"],
  ])("%j is %s", (paste, said) => {
    expect(compareFingerprints(paste, shown)).toBe(said);
  });

  test("a line of an unknown shape is shown as it came", () => {
    const line = "<img src=x onerror=alert(1)>";
    expect(readFingerprint(line)).toEqual({ line, type: "", bits: null, hash: line });
  });
});
