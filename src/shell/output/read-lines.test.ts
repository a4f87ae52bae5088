/** Lines that the recordings do not have: older versions, other languages, odd names. */
import { describe, expect, test } from "vitest";
import { readBar } from "./read-bar.ts";
import { bytesPerDot, readDotRow } from "./read-dots.ts";
import { readQuoted } from "./read-quoted.ts";
import { countsBytes, isFull, readTqdm, sizesOf } from "./read-tqdm.ts";
import { readWgetLine } from "./wget-lines.ts";

describe("wget's bar", () => {
  test("as in the description of the old system", () => {
    expect(readBar("model.safetensors   50%[====>        ] 50.0M  45.3MB/s  eta 5s")).toEqual({
      name: "model.safetensors",
      percent: 50,
      spaced: false,
      bytesDone: 52_428_800,
      bytesPerSecond: 47_500_493,
      seconds: 5,
      took: false,
    });
  });

  test("of wget before 1.16: no name, bytes with marks between thousands", () => {
    expect(
      readBar("41% [===============>                     ] 3,500,000   1.20M/s  eta 4s  "),
    ).toMatchObject({
      name: "",
      percent: 41,
      bytesDone: 3_500_000,
      bytesPerSecond: 1_258_291,
      seconds: 4,
    });
  });

  test("a stall has no speed, days of waiting are read", () => {
    expect(readBar("x.bin  3%[>     ] 1.21G  --.-KB/s    eta 2d 14h")).toMatchObject({
      bytesPerSecond: null,
      seconds: 223_200,
    });
  });

  test("names with brackets, percents and spaces are not taken for the bar", () => {
    expect(readBar("a [v1] 100% b.bin    7%[>        ] 222.86K  1012KB/s")).toMatchObject({
      name: "a [v1] 100% b.bin",
      percent: 7,
    });
  });

  test.each([
    "2026-11-21 08:08:36 (673 MB/s) - 'a.bin' saved [5000000/5000000]",
    "Length: 5000000 (4.8M) [application/octet-stream]",
    "[ skipping 950K ]",
    "[####]",
    "]",
    "[]",
  ])("%j is none", (line) => {
    expect(readBar(line)).toBeNull();
  });
});

describe("wget's dots", () => {
  const bytes = (line: string, rowBytes: number | null = null): number | null => {
    const row = readDotRow(line);
    const dot = row === null ? null : bytesPerDot(row, rowBytes);
    return row === null || dot === null ? null : row.offset + row.dots * dot;
  };

  test.each([
    ["  3550K .......... .......... .......... .......... .......... 73%  420M 0s", 3_686_400],
    ["   950K ,,,,,,,,,, ,,,,,,,,,, ,,,,,,.... .......... .......... 20%  745M 0s", 1_024_000],
    ["193536K ................ ................ ................ 99%  760M 0s", 198_574_080],
    ["181248K ........ ........ ........ ........ ........ ........ 94% 1.42G 1m5s", 188_743_680],
    [" 32768K ........ ........ ........ ........ 33%  960M 0s", 67_108_864],
    ["163840K ........ ........ ........ ......  100% 1.03G=0.2s", 199_229_440],
    ["  2900K .......... .......... .........                        1.49M=1.5s", 2_999_296],
  ])("%j ends at %i bytes", (line, expected) => {
    expect(bytes(line)).toBe(expected);
  });

  test("a row that is still being drawn counts as far as it is, once the size of a dot is known", () => {
    expect(bytes("  3550K .......... ....")).toBe(3_649_536);
    expect(bytes(" 65536K ........ ...")).toBeNull();
    expect(bytes(" 65536K ........ ...", 32 * 1024 * 1024)).toBe(78_643_200);
  });

  test("words that begin like a row are none", () => {
    expect(readDotRow("10K people downloaded it")).toBeNull();
    expect(readDotRow(" 65536K")).toBeNull();
  });
});

test.each([
  ["Saving to: ‘model.safetensors’", "model.safetensors"],
  ["Wird in »model.safetensors« gespeichert.", "model.safetensors"],
  ["Enregistre : «\u00a0model.safetensors\u00a0»", "model.safetensors"],
  ["`model.safetensors' に保存中", "model.safetensors"],
  ["正在保存至: “model.safetensors”", "model.safetensors"],
  ["Zapisywanie do: „model.safetensors”", "model.safetensors"],
  ['Saving to: ‘it\'s a "name"’', 'it\'s a "name"'],
  ["Saving to: 'n\\303\\244me.bin'", "näme.bin"],
  ["Saving to: 'it\\'s a \\\\ b'", "it's a \\ b"],
  ["no marks", null],
  ["one ‘mark only", null],
])("%j names %j", (line, name) => {
  expect(readQuoted(line)).toBe(name);
});

describe("frames of tqdm", () => {
  test("as civitdl was described: blocks of any kind, sizes that carry their unit", () => {
    const frame = readTqdm("Model: 50%|█████░░░░░| 50.0MiB/100.0MiB [00:05<00:05, 10.0MiB/s]");
    expect(frame).toMatchObject({ description: "Model", percent: 50, unit: "iB", unitOnSizes: true });
    expect(frame === null ? null : sizesOf(frame, 1024)).toEqual({
      bytesDone: 52_428_800,
      bytesTotal: 104_857_600,
      bytesPerSecond: 10_485_760,
    });
  });

  test.each([
    ["  7%|▋         | 70/1000 [00:07<01:33,  9.95it/s]", "", 70, "it"],
    ["100%|##########| 3/3 [00:03<00:00,  1.02s/it]", "", 3, "it"],
    ["x|y: 26%|██▌ | 5.24M/20.0M [00:00<00:02, 5.33MB/s, lr=0.1]", "x|y", 5.24e6, "B"],
    ["Epoch 50%|a: 26%|##6  | 5.24M/20.0M [00:00<00:02, 5.33MB/s]", "Epoch 50%|a", 5.24e6, "B"],
    ["a.bin: 5.24MB [00:01, 5.33MB/s]", "a.bin", 5.24e6, "B"],
    ["Model: 0.00iB [00:00, ?iB/s]", "Model", 0, "iB"],
    ["all: 58%|█████▊    | 31.5MB / 54.0MB,  10.1MB/s  ", "all", 31.5e6, "B"],
    ["big: 58%|█████▊    | 31.5G/54.0G [26:03:04<1:02:03, 10.1MB/s]", "big", 31.5e9, "B"],
  ])("%j", (text, description, done, unit) => {
    const frame = readTqdm(text);
    expect(frame).toMatchObject({ description, unit });
    expect(frame === null ? null : sizesOf(frame, 1000).bytesDone).toBe(done);
    expect(countsBytes(unit)).toBe(unit !== "it");
  });

  test("full is what is full by its figures, not by a percent that was rounded up", () => {
    const full = (text: string): boolean => isFull(readTqdm(text) ?? expect.fail(text));
    expect(full("a: 100%|█| 20.0M/20.0M [00:02<00:00, 9.0MB/s]")).toBe(true);
    expect(full("a: 100%|█| 19.9M/20.0M [00:02<00:00, 9.0MB/s]")).toBe(false);
  });
});

describe("what wget says between its bars", () => {
  test.each([
    [
      "--2026-11-21 08:08:36--  (Versuch: 2)  http://a/b",
      { kind: "request", url: "http://a/b", again: true },
    ],
    [
      "HTTP-Anforderung gesendet, auf Antwort wird gewartet … 206 Partial Content",
      { kind: "answer", status: 206 },
    ],
    ["长度：3000000 (2.9M) [application/octet-stream]", { kind: "length", bytes: 3_000_000 }],
    ["Länge: nicht spezifiziert [text/html]", { kind: "length", bytes: null }],
    [
      "2026-11-21 08:09:42 (978 KB/s) - `slow.bin' へ保存完了 [3000000/3000000]",
      { kind: "saved", path: "slow.bin", bytes: 3_000_000, total: 3_000_000 },
    ],
    [
      "2026-11-21 09:18:14 erreur\u00a0404\u00a0: Not Found.",
      { kind: "refused", status: 404, message: "404 Not Found" },
    ],
    [
      '08:09:42 URL:http://a/b [5000/5000] -> "b \\"c\\".bin" [1]',
      { kind: "fetched", path: 'b \\"c\\".bin', bytes: 5000, total: 5000 },
    ],
    [
      "2026-11-21 08:08:36 ERROR -1: Malformed status line.",
      { kind: "refused", status: null, message: "Malformed status line" },
    ],
  ])("%j", (text, line) => {
    expect(readWgetLine(text)).toEqual(line);
  });
});
