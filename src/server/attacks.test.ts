/** Attacks that are shown nowhere else; SECURITY.md has the list of all. */
import { connect } from "node:net";
import { afterEach, describe, expect, it } from "vitest";
import type { Asker } from "./access/asker.ts";
import { MAX_STREAMS, MAX_STREAMS_OF_ONE, StreamPlaces } from "./stream-places.ts";
import { send } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

const started: TestServer[] = [];
afterEach(async () => {
  for (const server of started.splice(0)) await server[Symbol.asyncDispose]();
});
async function start(options: Parameters<typeof startServer>[0] = {}): Promise<TestServer> {
  const server = await startServer({ localJobs: 0, ...options });
  started.push(server);
  return server;
}

describe("somebody who opens event streams without end", () => {
  const asker = (who: string, via: Asker["via"] = "session"): Asker => ({
    who,
    via,
    role: "read",
    credential: who,
    address: "192.0.2.1",
  });

  it("gets as many as one may have, and leaves some to the others", () => {
    const places = new StreamPlaces();
    const given = Array.from({ length: MAX_STREAMS_OF_ONE }, () => places.take(asker("mallory")));
    expect(() => places.take(asker("mallory"))).toThrow("of this client");
    const giveBack = places.take(asker("anna"));
    giveBack();
    given.pop()?.();
    expect(() => places.take(asker("mallory"))).not.toThrow();
  });

  it("with many names gets no more than there are for all", () => {
    const places = new StreamPlaces();
    for (let n = 0; n < MAX_STREAMS; n += 1) places.take(asker(`name ${n}`));
    expect(() => places.take(asker("another"))).toThrow(`${MAX_STREAMS} event streams open`);
  });
});

describe("somebody who sends byte by byte", () => {
  it("is cut off, heads and bodies alike, and keeps nobody else waiting", async () => {
    const { port, url } = await start({ requestTimeoutMs: 1_000 });
    const beginnings = [
      "GET /jobs HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
      "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
      "POST /jobs HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n",
    ];
    const ends = beginnings.map(async (beginning) => {
      const socket = connect(port, "127.0.0.1");
      let answer = "";
      socket.on("data", (chunk) => (answer += chunk.toString()));
      // What it sent last may be answered with a reset; `once` of Node would fail with that.
      const closed = new Promise((resolve) => socket.on("error", () => {}).once("close", resolve));
      socket.write(beginning);
      const drip = setInterval(() => socket.write(beginning.includes("chunked") ? "1\r\n \r\n" : " "), 100);
      await closed;
      clearInterval(drip);
      return answer;
    });
    expect((await send(url, "/jobs")).status).toBe(200);
    for (const answer of await Promise.all(ends)) expect(answer).toMatch(/^(?:HTTP\/1\.1 408 |$)/);
    expect((await send(url, "/jobs")).status).toBe(200);
  });
});

describe("names that try to be more than names", () => {
  const CROOKED = 'x"\r\nSet-Cookie: haulyard_session=mine\r\n\r\n{"level":60,"msg":"forged"}\u001b[2J';

  it("make no header of an answer, and no line of the log", async () => {
    const server = await start();
    const answers = await Promise.all([
      send(server.url, `/images/${encodeURIComponent(CROOKED)}/download`, { method: "POST" }),
      send(server.url, `/resources/get/${encodeURIComponent(CROOKED)}`),
      send(server.url, `/jobs?search=${encodeURIComponent(CROOKED)}`),
      send(server.url, "/access/sign-in", {
        method: "POST",
        body: { name: CROOKED.slice(0, 60), password: "x" },
      }),
      send(server.url, "/add_model", {
        method: "POST",
        body: {
          set_name: CROOKED,
          model_id: CROOKED,
          model_info: { name: CROOKED, url: CROOKED, path: CROOKED },
        },
      }),
    ]);
    for (const { headers, status } of answers) {
      expect(status).toBeLessThan(500);
      expect(headers["set-cookie"]).toBeUndefined();
    }
    // Each line that was written was one of JSON, or this would have thrown when it came.
    expect(server.log.filter(({ msg }) => msg === "forged")).toEqual([]);
  });
});

describe("long texts made for expressions that backtrack", () => {
  const LENGTH = 60_000;
  const TEXTS: readonly [string, string][] = [
    ["letters", "a".repeat(LENGTH)],
    ["digits", "1".repeat(LENGTH)],
    ["spaces", `x${" ".repeat(LENGTH)}x`],
    ["tabs", `${"\t".repeat(LENGTH)}x`],
    ["slashes", "/".repeat(LENGTH)],
    ["dots", `${".".repeat(LENGTH)}!`],
    ["dots and letters", "a.".repeat(LENGTH / 2)],
    ["backslashes", "\\".repeat(LENGTH)],
    ["quotes", `${'"'.repeat(LENGTH)}x`],
    ["brackets", "[".repeat(LENGTH)],
    ["dashes", `${"--".repeat(LENGTH / 2)} x`],
    ["at signs", "@".repeat(LENGTH)],
    ["percent signs", "%25".repeat(LENGTH / 3)],
    ["an address that does not end", `http://a/${"?a=b&".repeat(LENGTH / 5)}`],
    ["user names", `ssh ${"-p 22 ".repeat(LENGTH / 6)}`],
    ["options", `curl ${"-H 'a: b' ".repeat(LENGTH / 10)}http://127.0.0.1:1/x`],
  ];

  // Minutes for one of them would keep everybody else waiting: the limit of the test is what notices.
  it.each(TEXTS)(
    "of %s are answered by every parser there is",
    async (_, text) => {
      const { url } = await start();
      const post = (path: string, body: object) => send(url, path, { method: "POST", body });
      const answers = [
        await post("/plan", { source: text }),
        await post("/plan", { source: `${text}\n${text}` }),
        await post("/plan", { source: `# Download\n\`\`\`bash\nwget ${text}\n\`\`\`` }),
        await post("/jobs", {
          source: "http://127.0.0.1:1/a",
          path: text,
          sha256: text,
          headers: { a: text },
        }),
        await post("/ssh/explain", { ssh_connection: text }),
        await post("/sync", { lock: `version: 1\nfiles: [{path: ${JSON.stringify(text)}}]`, dry_run: true }),
        await send(url, "/limit-rate", { method: "PUT", body: { limit_rate: text } }),
        await post("/images/import", { name: text, url: `http://127.0.0.1:1/${text}`, checksum: text }),
        await post("/add_model", {
          set_name: "s",
          model_id: text,
          model_info: { name: text, url: text, path: text },
        }),
        await send(url, `/jobs?search=${encodeURIComponent(text).slice(0, 8000)}`),
      ];
      for (const { status } of answers) expect(status).not.toBe(500);
    },
    120_000,
  );
});
