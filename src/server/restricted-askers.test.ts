import { createServer } from "node:http";
import type { RequestListener, Server } from "node:http";
import { once } from "node:events";
import type { AddressInfo, LookupFunction } from "node:net";
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from "vitest";
import type { Job } from "../job/job.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

/*
 * All of it happens on this machine. 127.0.0.2 stands for the internet: the setting allows it to everybody. 127.0.0.1 is
 * what nobody but an admin may reach.
 */
const TOKEN = "s3cret-t0ken";
const ADMIN = { authorization: `Bearer ${TOKEN}` };
const BYTES = "x".repeat(5000);

let inside: Server;
let outside: Server;
/** What came to the inside. */
let knocks: string[] = [];
let answerOutside: RequestListener = () => {};
let server: TestServer;
let operator: Record<string, string>;
/** By name: the address of each lookup in turn, the last one for ever. */
const names = new Map<string, string[]>();

const lookup: LookupFunction = (name, _options, found) => {
  const addresses = names.get(name) ?? [];
  const address = addresses.length > 1 ? addresses.shift() : addresses[0];
  if (address === undefined) found(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }), "");
  else found(null, [{ address, family: 4 }]);
};

async function listen(host: string, listener: RequestListener, port = 0): Promise<Server> {
  const listening = createServer(listener).listen(port, host);
  await once(listening, "listening");
  return listening;
}
/** On one port, so that a name that leads elsewhere leads there. Another program may have it on one of the two. */
async function listenOnBoth(out: RequestListener, within: RequestListener): Promise<[Server, Server]> {
  for (;;) {
    const first = await listen("127.0.0.2", out);
    const second = await listen("127.0.0.1", within, portOf(first)).catch(() => null);
    if (second !== null) return [first, second];
    first.close();
  }
}
const portOf = (one: Server): number => (one.address() as AddressInfo).port;
const at = (host: string, path = "/a.bin"): string => `http://${host}:${portOf(outside)}${path}`;

beforeAll(async () => {
  [outside, inside] = await listenOnBoth(
    (request, response) => answerOutside(request, response),
    (request, response) => {
      knocks.push(request.url ?? "");
      response.setHeader("etag", '"1"').end(BYTES);
    },
  );
  server = await startServer({
    real: true,
    transfer: { lookup, allowedPlaces: ["127.0.0.2"] },
    settings: { token: TOKEN },
    catalogue: {
      sd: { name: "SD", models: { base: { name: "B", url: at("127.0.0.1", "/m.bin"), path: "a/m.bin" } } },
    },
  });
  const made = await send(server.url, "/access/keys", {
    method: "POST",
    body: { name: "operator", role: "operate" },
    headers: ADMIN,
  });
  operator = { "x-api-key": String(made.json?.["secret"]) };
});
afterAll(async () => {
  await server[Symbol.asyncDispose]();
  for (const one of [inside, outside]) {
    one.closeAllConnections();
    one.close();
  }
});
beforeEach(() => {
  knocks = [];
  answerOutside = (_request, response) => response.setHeader("etag", '"1"').end(BYTES);
});
afterEach(() => names.clear());

let count = 0;
function ask(path: string, body: object, headers = operator): Promise<Raw> {
  return send(server.url, path, { method: "POST", body, headers });
}
/** Adds a download; the answer that refuses it, or the job as it ended. */
async function fetched(source: string, more: object = {}, headers = operator): Promise<Job | Raw> {
  count += 1;
  const answer = await ask("/jobs", { source, path: `file-${count}.bin`, ...more }, headers);
  return answer.status === 201 ? ended(String(answer.json?.["id"])) : answer;
}
async function ended(id: string): Promise<Job> {
  const isOver = async (): Promise<boolean> =>
    ["complete", "failed"].includes((await server.store.get(id))?.state.kind ?? "");
  await expect.poll(isOver, { timeout: 120_000 }).toBe(true);
  return (await server.store.get(id)) as Job;
}
function codeOf(outcome: Job | Raw): unknown {
  if ("status" in outcome) return outcome.json?.["code"];
  return outcome.state.kind === "failed" ? outcome.state.failure.code : outcome.state.kind;
}

describe("somebody who is no admin", () => {
  it.each([
    ["an address", "127.0.0.1"],
    ["one number", "2130706433"],
    ["hexadecimal", "0x7f000001"],
    ["octal", "0177.0.0.1"],
    ["a short form", "127.1"],
    ["IPv6", "[::1]"],
    ["IPv4 in IPv6", "[::ffff:127.0.0.1]"],
    ["IPv4 in IPv6, in hexadecimal", "[::ffff:7f00:1]"],
    ["NAT64", "[64:ff9b::7f00:1]"],
    ["the metadata service of clouds", "169.254.169.254"],
    ["that of AWS over IPv6", "[fd00:ec2::254]"],
    ["shared address space", "100.64.0.1"],
    ["a private network", "10.0.0.1"],
    ["nothing at all", "0.0.0.0"],
    ["the name of this machine", "localhost"],
    ["a name below it, with a dot at the end", "a.localhost."],
  ])("reaches nothing inside by %s", async (_, host) => {
    expect(codeOf(await fetched(at(host)))).toBe("place_refused");
    expect(knocks).toEqual([]);
  });

  it("reaches the internet", async () => {
    expect(codeOf(await fetched(at("127.0.0.2")))).toBe("complete");
    names.set("files.example", ["127.0.0.2"]);
    expect(codeOf(await fetched(at("files.example")))).toBe("complete");
  });

  it("reaches nothing inside by a name that leads there", async () => {
    names.set("inside.example", ["127.0.0.1"]);
    expect(codeOf(await fetched(at("inside.example")))).toBe("place_refused");
    expect(knocks).toEqual([]);
  });

  it("reaches nothing inside by a name that leads out first and in when it is asked again", async () => {
    names.set("flip.example", ["127.0.0.2", "127.0.0.1"]);
    let asked = 0;
    // The connection ends with the answer: the next request needs one of its own, to wherever the name leads now.
    answerOutside = (_request, response) => {
      asked += 1;
      response.writeHead(503, { connection: "close", "retry-after": "0" }).end();
    };
    expect(codeOf(await fetched(at("flip.example")))).toBe("place_refused");
    expect(asked).toBeGreaterThan(0);
    expect(knocks).toEqual([]);
  });

  it.each([301, 302, 303, 307, 308])("reaches nothing inside by a redirect with %i", async (status) => {
    answerOutside = (_request, response) =>
      response.writeHead(status, { location: at("127.0.0.1", "/secret") }).end();
    expect(codeOf(await fetched(at("127.0.0.2")))).toBe("place_refused");
    expect(knocks).toEqual([]);
  });

  it("reaches nothing inside by a mirror", async () => {
    answerOutside = (_request, response) => response.writeHead(404).end();
    const outcome = await fetched(at("127.0.0.2"), { mirrors: [at("127.0.0.1"), at("localhost")] });
    expect(codeOf(outcome)).not.toBe("complete");
    expect(knocks).toEqual([]);
  });

  it("reaches nothing inside by a Metalink", async () => {
    const file = `<file name="f.bin"><size>5000</size><url>${at("127.0.0.1", "/x")}</url></file>`;
    answerOutside = (_request, response) =>
      response
        .setHeader("content-type", "application/metalink4+xml")
        .end(`<metalink xmlns="urn:ietf:params:xml:ns:metalink">${file}</metalink>`);
    const answer = await ask("/jobs", { source: at("127.0.0.2", "/f.meta4") });
    const jobs = (answer.json?.["jobs"] as { id: string }[] | undefined) ?? [answer.json as { id: string }];
    for (const { id } of jobs) if (id !== undefined) await ended(id);
    expect(knocks).toEqual([]);
  });

  it("learns nothing of the inside by asking what would happen", async () => {
    const { text, status } = await ask("/plan", { source: at("127.0.0.1", "/plan.bin") });
    expect(status).toBe(200);
    expect(text).toContain("place_refused");
    expect(knocks).toEqual([]);
  });

  it("is held to it by a job that an admin tries again", async () => {
    const job = (await fetched(at("127.0.0.1"))) as Job;
    expect(codeOf(job)).toBe("place_refused");
    await send(server.url, `/jobs/${job.id}/retry`, { method: "POST", headers: ADMIN });
    expect(codeOf(await ended(job.id))).toBe("place_refused");
    expect(knocks).toEqual([]);
  });

  it.each<[string, string, () => object]>([
    ["a model of the catalogue", "/download", () => ({ model_set: "sd", model_id: "base" })],
    ["an import of an image", "/images/import", () => ({ name: "i.img", url: at("127.0.0.1", "/i") })],
    [
      "the old import of an image",
      "/limiquantix.storage.v1.ImageService/ImportImage",
      () => ({ name: "j.img", url: at("127.0.0.1", "/j") }),
    ],
    [
      "a lock file",
      "/sync",
      () => ({ lock: `version: 1\nfiles: [{path: l.bin, url: "${at("127.0.0.1", "/l")}", size: 5000}]` }),
    ],
    ["a list", "/jobs", () => ({ source: `${at("127.0.0.1", "/1.bin")}\n${at("localhost", "/2.bin")}` })],
    ["a curl command", "/jobs", () => ({ source: `curl -O ${at("127.0.0.1", "/c.bin")}` })],
  ])("reaches nothing inside by %s", async (_, path, body) => {
    const before = await server.store.cursor();
    const answer = await ask(path, body());
    expect(answer.status, answer.text).toBeLessThan(300);
    const { changes } = await server.store.changesAfter(before, 100);
    const ids = [...new Set(changes.map(({ jobId }) => jobId))];
    expect(ids.length).toBeGreaterThan(0);
    for (const id of ids) expect(codeOf(await ended(id))).toBe("place_refused");
    expect(knocks).toEqual([]);
  });
});

describe("an admin", () => {
  it("fetches from the home network, as ever", async () => {
    expect(codeOf(await fetched(at("127.0.0.1"), {}, ADMIN))).toBe("complete");
    expect(knocks.length).toBeGreaterThan(0);
  });

  it("is held to the same where the setting says so", async () => {
    await using strict = await startServer({ real: true, transfer: { lookup, restrictAll: true } });
    const { json } = await send(strict.url, "/jobs", { method: "POST", body: { source: at("127.0.0.1") } });
    const failure = async (): Promise<unknown> => {
      const job = await strict.store.get(String(json?.["id"]));
      return job?.state.kind === "failed" ? job.state.failure.code : null;
    };
    await expect.poll(failure, { timeout: 120_000 }).toBe("place_refused");
    expect(knocks).toEqual([]);
  });
});
