import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Frame } from "./frames.ts";
import { FrameReader } from "./frames.ts";

const NONCE = "@@haulyard-00112233445566778899aabbccddeeff";

/** The bytes of a conversation, cut into chunks at will. */
function read(
  bytes: Uint8Array,
  cuts: readonly number[],
): { frames: Frame[]; heard: string } | { garbled: string } {
  const reader = new FrameReader(NONCE);
  const frames: Frame[] = [];
  let done = 0;
  for (const cut of [...cuts.toSorted((a, b) => a - b), bytes.length]) {
    const end = Math.min(cut, bytes.length);
    const result = reader.push(bytes.subarray(done, end));
    if (result.kind === "garbled") return { garbled: result.message };
    frames.push(...result.frames);
    done = end;
  }
  reader.finish();
  return { frames, heard: reader.heard };
}

function say(words: string): Buffer {
  return Buffer.from(`\n${NONCE} ${words}\n`);
}

const cuts = fc.array(fc.nat({ max: 4000 }), { maxLength: 30 });
/** Noise of login files, bytes of logs: anything, and near misses above all. */
const noise = fc
  .oneof(
    fc.uint8Array({ maxLength: 300 }),
    fc
      .array(fc.constantFrom("\n", "@@", "@@haulyard-", NONCE, `\n${NONCE}`, "\r", "x"), {
        maxLength: 12,
      })
      .map((parts) => new TextEncoder().encode(parts.join(""))),
  )
  .filter((bytes) => !Buffer.concat([Buffer.from("\n"), bytes, Buffer.from("\n")]).includes(`\n${NONCE} `));

describe("frames of a conversation", () => {
  test("are the same however the bytes are cut, whatever a login shell writes in between", () => {
    const word = fc.record({
      kind: fc.constant("words" as const),
      words: fc.constantFrom("beat", "state running 0", "bye"),
    });
    const data = fc.record({ kind: fc.constant("data" as const), bytes: noise, torn: fc.boolean() });
    fc.assert(
      fc.property(fc.array(fc.tuple(noise, fc.oneof(word, data)), { maxLength: 12 }), cuts, (said, cuts) => {
        const bytes: Uint8Array[] = [];
        const expected: Frame[] = [];
        for (const [before, frame] of said) {
          bytes.push(before);
          if (frame.kind === "words") {
            bytes.push(say(frame.words));
            expected.push({ kind: "words", words: frame.words.split(" ") });
            continue;
          }
          bytes.push(
            say(`data 3 17 ${frame.bytes.length}`),
            frame.bytes,
            say(frame.torn ? "end torn" : "end whole"),
          );
          const piece = { generation: 3, offset: 17, bytes: Buffer.from(frame.bytes), torn: frame.torn };
          expected.push({ kind: "data", ...piece });
        }
        expect(read(Buffer.concat(bytes), cuts)).toMatchObject({ frames: expected });
      }),
    );
  });

  test("hold bytes of the log that look like frames of another conversation", () => {
    const log = Buffer.from(`\n@@haulyard-ffff state exited 0 0 -\n${NONCE}x`);
    const bytes = Buffer.concat([say(`data 0 0 ${log.length}`), log, say("end whole")]);
    expect(read(bytes, [])).toMatchObject({ frames: [{ kind: "data", bytes: log, torn: false }] });
  });

  test("tell what was heard before the first of them", () => {
    const result = read(
      Buffer.concat([Buffer.from("Welcome!\nno line end"), say("bye"), Buffer.from("later")]),
      [3],
    );
    expect(result).toMatchObject({ heard: "Welcome!\nno line end" });
    expect(read(Buffer.from("This is a proxy."), [4])).toEqual({ frames: [], heard: "This is a proxy." });
  });

  test.each([
    ["somebody wrote into a piece of the log", [say("data 0 0 3"), Buffer.from("abcd"), say("end whole")]],
    ["a piece has no end", [say("data 0 0 3"), Buffer.from("abc"), say("beat")]],
    ["a piece has no place", [say("data 0 x 3")]],
    ["a piece is endless", [say("data 0 0 3"), Buffer.alloc(2 * 1024 * 1024)]],
    ["a line is endless", [Buffer.from(`\n${NONCE} `), Buffer.alloc(2 * 1024 * 1024, "x")]],
  ])("are garbled when %s", (_, parts) => {
    expect(read(Buffer.concat(parts), [])).toHaveProperty("garbled");
  });

  test("take no more memory for more noise", () => {
    const reader = new FrameReader(NONCE);
    for (let nth = 0; nth < 200; nth += 1) reader.push(Buffer.alloc(64 * 1024, "\n@@haulyard-"));
    expect(reader.heard.length).toBeLessThan(3000);
    expect(reader.push(say("bye"))).toMatchObject({ frames: [{ kind: "words", words: ["bye"] }] });
  });
});
