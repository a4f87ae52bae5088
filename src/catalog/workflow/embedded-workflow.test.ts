import { deflateSync } from "node:zlib";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { exif, international, picture, plainText, webp, zipped } from "./testing/pictures.ts";
import { readEmbedded } from "./embedded-workflow.ts";

const JSON_TEXT = '{"nodes":[],"note":"Zürich"}';
const read = (bytes: Uint8Array): string => {
  const reading = readEmbedded(bytes);
  return reading.kind === "text" ? reading.text : `none: ${reading.reason}`;
};

describe("the workflow in a picture", () => {
  test.each([
    ["PNG, plain", picture(plainText("workflow", JSON_TEXT))],
    ["PNG, compressed", picture(zipped("workflow", JSON_TEXT))],
    ["PNG, international", picture(international("workflow", JSON_TEXT, false))],
    ["PNG, international and compressed", picture(international("workflow", JSON_TEXT, true))],
    [
      "PNG, beside others",
      picture(plainText("Software", "x"), plainText("prompt", "{}"), plainText("workflow", JSON_TEXT)),
    ],
    ["PNG, the prompt alone", picture(plainText("prompt", JSON_TEXT))],
    ["WebP, little end first", webp(exif(["prompt:{}", `workflow:${JSON_TEXT}`], true))],
    ["WebP, big end first", webp(exif([`Workflow:${JSON_TEXT}`], false))],
  ])("is found: %s", (_, bytes) => {
    expect(read(bytes)).toBe(JSON_TEXT);
  });

  test.each([
    ["is not in one that has none", picture(), "no workflow is kept in this picture"],
    ["is not in one without Exif", webp(Buffer.alloc(0)), "no workflow is kept in this picture"],
    ["is not in something else", Buffer.from("GIF89a"), "it is no PNG and no WebP picture"],
    ["is not in nothing", Buffer.alloc(0), "it is no PNG and no WebP picture"],
    [
      "is not unpacked without end",
      picture([
        "zTXt",
        Buffer.concat([Buffer.from("workflow\0\0"), deflateSync(Buffer.alloc(65 * 2 ** 20))]),
      ]),
      "no workflow is kept in this picture",
    ],
    [
      "is not behind the picture's end",
      Buffer.concat([picture(), picture(plainText("workflow", "{}")).subarray(8)]),
      "no workflow is kept in this picture",
    ],
  ])("%s", (_, bytes, reason) => {
    expect(read(bytes)).toBe(`none: ${reason}`);
  });

  test("is read without a fault, wherever the picture is cut and whatever byte is wrong", () => {
    const pictures = [
      picture(zipped("workflow", JSON_TEXT), international("prompt", JSON_TEXT, true)),
      webp(exif([`workflow:${JSON_TEXT}`], true)),
      webp(exif([`workflow:${JSON_TEXT}`], false)),
    ];
    for (const whole of pictures)
      for (let end = 0; end < whole.length; end += 1) readEmbedded(whole.subarray(0, end));
    const broken = fc.tuple(
      fc.constantFrom(...pictures),
      fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 8 }),
    );
    fc.assert(
      fc.property(broken, ([whole, changes]) => {
        const bytes = Buffer.from(whole);
        for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte;
        expect(["text", "none"]).toContain(readEmbedded(bytes).kind);
      }),
    );
  });
});
