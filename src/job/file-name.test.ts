import * as fc from "fast-check";
import { describe, expect, test } from "vitest";
import { expectQuick } from "../../test/world/cost.ts";
import { hasControl, MAX_NAME_BYTES, nameFromUrl, refusePath, toFileName } from "./file-name.ts";

const bytes = (text: string): number => Buffer.byteLength(text);

/** Text with everything that names are attacked with in it. */
const nasty = fc.oneof(
  fc.string({ unit: "binary", maxLength: 400 }),
  fc
    .array(
      fc.constantFrom(
        "..",
        ".",
        "/",
        "\\",
        " ",
        "\0",
        "\n",
        "\u202e",
        "\ufeff",
        "\ud800",
        "é",
        "\u0301",
        "文",
        "👩‍🚀",
        ".part",
        ".part.json",
        ".PART",
        "a",
        "x".repeat(250),
        ".safetensors",
        "%2f",
        ":",
        "~",
        "\u2028",
        "\u3000",
        "\u00a0",
      ),
      { maxLength: 40 },
    )
    .map((parts) => parts.join("")),
);

describe("a name from a server", () => {
  test("never leaves its folder, hides, grows too long or looks unfinished, whatever it was", () => {
    fc.assert(
      fc.property(nasty, (raw) => {
        const name = toFileName(raw);
        if (name === null) return;
        expect(name).not.toMatch(/[/\\]/);
        expect(hasControl(name)).toBe(false);
        expect(name).not.toMatch(/^[.\s]|[.\s]$/);
        expect(name).not.toMatch(/\.part(?:\.json)?$/i);
        expect(bytes(name)).toBeLessThanOrEqual(MAX_NAME_BYTES);
        expect(refusePath(name, "name")).toBeNull();
        expect(toFileName(name)).toBe(name);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each([
    ["flux1-dev.safetensors", "flux1-dev.safetensors"],
    ["../../etc/passwd", "passwd"],
    ["..\\..\\windows\\win.ini", "win.ini"],
    ["/abs/olute.bin", "olute.bin"],
    ["CON.bin", "_CON.bin"],
    ["nul", "_nul"],
    ["com1.tar.gz", "_com1.tar.gz"],
    ["console.log", "console.log"],
    [".bashrc", "bashrc"],
    ["... .hidden", "hidden"],
    ["x.iso.part", "x.iso"],
    ["x.iso.part.part.json. .part", "x.iso"],
    ["a\u0000b\r\nc.bin", "abc.bin"],
    ["gpj.\u202eexe.bin", "gpj.exe.bin"],
    ["e\u0301.bin", "é.bin"],
    ["e\u200b\u0301.bin", "é.bin"],
    [".part", "part"],
    ['a<b>:"c"|?*.bin', "a_b___c____.bin"],
    ["Modèle 大きい.gguf", "Modèle 大きい.gguf"],
    ["name.", "name"],
    ["\ud800x.bin", "\ufffdx.bin"],
  ])("%j is stored as %j", (raw, name) => {
    expect(toFileName(raw)).toBe(name);
  });

  test.each(["", ".", "..", "...", "/", "a/", "\\", " ", "\0", "\u202e\ufeff", "\u202e.\0."])(
    "%j is no name at all",
    (raw) => {
      expect(toFileName(raw)).toBeNull();
    },
  );

  test("that is too long is cut at a character and keeps its extension", () => {
    expect(toFileName(`${"a".repeat(400)}.safetensors`)).toBe(`${"a".repeat(228)}.safetensors`);
    const cut = toFileName(`${"👩".repeat(100)}.gguf`) as string;
    expect(cut).toMatch(/^(?:👩)+\.gguf$/u);
    expect(bytes(cut)).toBeGreaterThan(MAX_NAME_BYTES - 4);
    expect(toFileName(`${"a".repeat(235)}.part${"b".repeat(50)}`)).not.toMatch(/\.part$/);
  });

  test("of megabytes is read in linear time", () =>
    expectQuick(5_000, () => {
      for (const piece of [".part", ". ", "a", "/", "👩", "\u202e", ".part."])
        toFileName(piece.repeat(2_000_000 / piece.length) + "x");
    }));
});

describe("the name in a URL", () => {
  test.each([
    ["https://h/a/b.safetensors?download=true#x", "b.safetensors"],
    ["https://h/a%20b.bin", "a b.bin"],
    ["https://h/%2e%2e%2fetc%2fpasswd", "passwd"],
    ["https://h/x%00y.bin", "xy.bin"],
    ["https://h/%ZZ.bin", "%ZZ.bin"],
    ["https://h/%E6%96%87.bin", "文.bin"],
    ["https://h/folder/", null],
    ["https://h", null],
    ["https://h/.hidden", "hidden"],
  ])("of %s is %j", (url, name) => {
    expect(nameFromUrl(url)).toBe(name);
  });
});

describe("a path that somebody wrote", () => {
  test.each([
    "x.safetensors",
    "loras/x.safetensors",
    "a/b/c/d e.bin",
    "Modèle/大きい.gguf",
    "wan2.1/x..y.bin",
    "emoji/👩‍🚀.bin",
    `${"a".repeat(240)}/x`,
  ])("%s may be used", (path) => {
    expect(refusePath(path, "path")).toBeNull();
  });

  test.each([
    ["", "path must not be empty"],
    ["..", "path must not leave its folder with '..'"],
    ["../x", "path must not leave its folder with '..'"],
    ["a/../../x", "path must not leave its folder with '..'"],
    ["a\\..\\..\\x", "path must not leave its folder with '..'"],
    ["a/..\\x", "path must not leave its folder with '..'"],
    ["/etc/passwd", "path must not hold empty or '.' parts"],
    ["\\\\server\\share", "path must not hold empty or '.' parts"],
    ["a//b", "path must not hold empty or '.' parts"],
    ["a/./b", "path must not hold empty or '.' parts"],
    ["a/", "path must not hold empty or '.' parts"],
    [".ssh/authorized_keys", "path must not hold names that begin with a dot"],
    ["a/.hidden", "path must not hold names that begin with a dot"],
    [" ../x", "path must not hold names that begin or end with a space"],
    ["a /x", "path must not hold names that begin or end with a space"],
    ["\u3000x", "path must not hold names that begin or end with a space"],
    ["x.part", "path must not end in '.part'"],
    ["x.PART.json", "path must not end in '.part.json'"],
    ["x.part.json.tmp", "path must not end in '.part.json.tmp'"],
    ["x.part.lock", "path must not end in '.part.lock'"],
    ["a\0b", "path must not hold control characters"],
    ["a\nb", "path must not hold control characters"],
    ["a\u202eb", "path must not hold control characters"],
    ["a\u200bb", "path must not hold control characters"],
    ["\ufeffx", "path must not hold control characters"],
    ["\ud800", "path must not hold control characters"],
    ["a".repeat(241), "path must not hold names longer than 240 bytes"],
    ["文".repeat(81), "path must not hold names longer than 240 bytes"],
    ["a/".repeat(3_000), "path must be at most 4000 characters, it has 6000"],
  ])("%j is refused: %s", (path, refusal) => {
    expect(refusePath(path, "path")).toContain(refusal);
  });

  test("that passes stays in its folder when it is joined, on every system", () => {
    fc.assert(
      fc.property(nasty, (path) => {
        if (refusePath(path, "path") !== null) return;
        const parts = path.split(/[/\\]/);
        expect(parts).not.toContain("..");
        expect(parts).not.toContain("");
        expect(parts.some((part) => part.startsWith("."))).toBe(false);
      }),
      { numRuns: 3_000 },
    );
  });

  test("the refusal names the field and never is longer than a screen", () => {
    expect(refusePath("../x", "model_info.path")).toBe(
      "model_info.path must not leave its folder with '..': \"../x\"",
    );
  });
});
