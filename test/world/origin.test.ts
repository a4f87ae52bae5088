import { createHash } from "node:crypto";
import { Agent, get } from "node:http";
import { expect, test } from "vitest";
import { bytesOf, hashOf } from "./file-bytes.ts";
import { startOrigin } from "./origin.ts";
import { spawnOrigin } from "./spawn-origin.ts";

const content = { seed: 3, size: 5_000_000, head: Buffer.from("head") };

test("any range of a file is the same bytes as in the whole file", () => {
  const whole = bytesOf(content);
  expect(whole.length).toBe(content.size);
  expect(whole.subarray(0, 4).toString()).toBe("head");
  for (const [start, end] of [
    [0, 3],
    [2, 9],
    [1_048_570, 1_048_600],
    [1_048_576, 1_048_592],
    [999_999, 4_000_001],
    [4_999_999, 6_000_000],
  ] as const) {
    expect(bytesOf(content, start, end).equals(whole.subarray(start, end))).toBe(true);
  }
});

test("blocks, versions and shifted offsets differ", () => {
  const at = (start: number, seed = 3): string =>
    createHash("md5")
      .update(bytesOf({ ...content, seed }, start, start + 4096))
      .digest("hex");
  const seen = [
    at(100_000),
    at(100_001),
    at(100_000 + 1_048_576),
    at(100_000 + 2 * 1_048_576),
    at(100_000, 4),
  ];
  expect(new Set(seen).size).toBe(seen.length);
});

test("the origin serves whole files, ranges and honours If-Range, and keeps a record", async () => {
  await using origin = await startOrigin({ "/a.bin": { size: 3_000_000 } });
  const url = `${origin.url}/a.bin`;
  const whole = await fetch(url);
  expect(whole.status).toBe(200);
  const bytes = Buffer.from(await whole.arrayBuffer());
  expect(createHash("sha256").update(bytes).digest("hex")).toBe(origin.hash("/a.bin"));

  const part = await fetch(url, {
    headers: { Range: "bytes=2000000-", "If-Range": whole.headers.get("etag") ?? "" },
  });
  expect(part.status).toBe(206);
  expect(part.headers.get("content-range")).toBe("bytes 2000000-2999999/3000000");
  expect(Buffer.from(await part.arrayBuffer()).equals(bytes.subarray(2_000_000))).toBe(true);

  const other = await fetch(url, { headers: { Range: "bytes=2000000-", "If-Range": '"x"' } });
  expect(other.status).toBe(200);
  await other.body?.cancel();
  const past = await fetch(url, { headers: { Range: "bytes=3000000-" } });
  expect([past.status, past.headers.get("content-range")]).toEqual([416, "bytes */3000000"]);
  expect(origin.requests.map(({ status }) => status)).toEqual([200, 206, 200, 416]);
  expect(origin.requests[1]?.bytesSent).toBe(1_000_000);
});

test("a cut body ends where the script says, by close and by reset", async () => {
  await using origin = await startOrigin({
    "/fin.bin": { size: 3_000_000, cutAfter: 1_000_000 },
    "/rst.bin": { size: 3_000_000, cutAfter: 10, cut: "rst" },
  });
  for (const name of ["/fin.bin", "/rst.bin"]) {
    const answer = await fetch(origin.url + name);
    await expect(answer.arrayBuffer()).rejects.toThrow();
  }
  expect(origin.seen("/fin.bin")[0]).toMatchObject({ bytesSent: 1_000_000, end: "cut" });
});

test("rules count: the first two requests fail, the object changes after the third", async () => {
  await using origin = await startOrigin({
    "/a.bin": {
      size: 10,
      rules: [{ times: 2, status: 503, retryAfter: 7 }],
      then: { afterRequests: 3, file: { size: 11, seed: 2 } },
    },
  });
  const seen = [];
  for (let nth = 0; nth < 4; nth += 1) {
    const answer = await fetch(`${origin.url}/a.bin`);
    seen.push([answer.status, answer.headers.get("retry-after"), (await answer.arrayBuffer()).byteLength]);
  }
  expect(seen).toEqual([
    [503, "7", 11],
    [503, "7", 11],
    [200, null, 10],
    [200, null, 11],
  ]);
});

test("an origin in another process serves the same bytes and is steered from here", async () => {
  await using origin = await spawnOrigin({ "/a.gguf": { size: 100_000 } });
  const get = async (): Promise<string> => {
    const answer = await fetch(`${origin.url}/a.gguf`);
    return createHash("sha256")
      .update(Buffer.from(await answer.arrayBuffer()))
      .digest("hex");
  };
  const head = Buffer.from("GGUF\u0003\u0000\u0000\u0000", "latin1");
  expect(await get()).toBe(hashOf({ seed: 1, size: 100_000, head }));
  await origin.put({ "/a.gguf": { size: 50_000, seed: 9 } });
  expect(await get()).toBe(hashOf({ seed: 9, size: 50_000, head }));
  expect(await origin.requests()).toHaveLength(2);
});

test("slow files follow each other on one connection", async () => {
  const slow = { size: 60_000, bytesPerSecond: 300_000 };
  await using origin = await startOrigin({ "/a.bin": slow, "/b.bin": slow });
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const lengthOf = (path: string): Promise<number> =>
    new Promise((resolve, reject) => {
      const request = get(origin.url + path, { agent }, (answer) => {
        let length = 0;
        answer.on("data", (chunk: Buffer) => (length += chunk.length)).once("end", () => resolve(length));
      });
      request.once("error", reject);
    });
  try {
    expect(await lengthOf("/a.bin")).toBe(60_000);
    expect(await lengthOf("/b.bin")).toBe(60_000);
  } finally {
    agent.destroy();
  }
  expect(new Set(origin.requests.map(({ port }) => port)).size).toBe(1);
});
