/** Every route of the document, asked for things nobody should ask: never a 500, never a hang, never something but JSON. */
import { afterAll, beforeAll, expect, test } from "vitest";
import { ErrorMessage, ConnectErrorMessage } from "../wire/error-message.ts";
import { send } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}
interface Operation {
  parameters?: { name: string; in: string; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
}
interface Document {
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** Another number here asks other questions; this one asks the same on every machine. */
const SEED = Number(process.env["FUZZ_SEED"] ?? 20_261_121);
const ROUNDS = Number(process.env["FUZZ_ROUNDS"] ?? 14);
/** A stream does not end by itself; that its query is checked is shown elsewhere. */
const ENDLESS = new Set(["get /events"]);

const LONG = 20_000;
const HOSTILE: readonly unknown[] = [
  null,
  true,
  0,
  -1,
  1.5,
  1e308,
  Number.MAX_SAFE_INTEGER,
  "",
  " ",
  "0",
  "null",
  "__proto__",
  "constructor",
  "../../../../etc/passwd",
  "/etc/shadow",
  "a\u0000b",
  "a\r\nX-Injected: 1",
  "\u001b[2J",
  "\ud800",
  "\u202egnp.exe",
  "𝕏".repeat(200),
  "é".normalize("NFD"),
  "'; drop table jobs; --",
  "<img src=x onerror=alert(1)>",
  "${jndi:ldap://127.0.0.1:1/a}",
  "http://127.0.0.1:1/a.bin",
  "http://[::1]:1/x",
  "hf://a/b",
  "civitai://1",
  "curl -H 'A: b' http://127.0.0.1:1/c",
  "version: 1\nfiles: [{path: ../x}]",
  "&a [*a, *a]",
  "a".repeat(LONG),
  " ".repeat(LONG),
  "[".repeat(LONG),
  "(a+)+$".repeat(500),
  [],
  {},
  [[[[]]]],
  { __proto__: { role: "admin" }, constructor: { prototype: {} } },
  Array.from({ length: 2000 }, (_, n) => n),
];

/** Mulberry32: small, and the same everywhere. */
function createRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
const random = createRandom(SEED);
const pick = <T>(of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

let server: TestServer;
let document: Document;
beforeAll(async () => {
  server = await startServer({
    localJobs: 0,
    // Nothing of this leaves the machine: no ssh is found, and no name leads anywhere.
    instances: { environment: { PATH: "/nonexistent", HOME: "/nonexistent" } },
    transfer: {
      lookup: (_name, _options, found) =>
        found(Object.assign(new Error("ENOTFOUND"), { code: "ENOTFOUND" }), ""),
    },
    catalogue: {
      sd: { name: "SD", models: { base: { name: "B", url: "http://127.0.0.1:1/b", path: "a/b.bin" } } },
    },
  });
  document = JSON.parse((await send(server.url, "/openapi.json")).text) as Document;
});
afterAll(() => server[Symbol.asyncDispose]());

/** Something of the kind that is wanted, most of the time. */
function valueOf(schema: Schema, depth = 0): unknown {
  if (random() < 0.25 || depth > 6) return pick(HOSTILE);
  if (schema.$ref !== undefined)
    return valueOf(document.components.schemas[schema.$ref.split("/").at(-1) ?? ""] ?? {}, depth + 1);
  if (schema.const !== undefined) return schema.const;
  if (schema.enum !== undefined) return pick(schema.enum);
  const choices = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choices !== undefined) return valueOf(pick(choices), depth + 1);
  switch ([schema.type].flat()[0]) {
    case "object": {
      const names = Object.keys(schema.properties ?? {});
      const wanted = names.filter((name) => schema.required?.includes(name) === true || random() < 0.4);
      const entries = wanted.map((name) => [name, valueOf(schema.properties?.[name] ?? {}, depth + 1)]);
      return Object.fromEntries(random() < 0.1 ? [...entries, ["surprise", pick(HOSTILE)]] : entries);
    }
    case "array":
      return Array.from({ length: Math.floor(random() * 4) }, () => valueOf(schema.items ?? {}, depth + 1));
    case "integer":
    case "number":
      return pick([0, 1, 7, 1000, -5, 2 ** 53, 0.1]);
    case "boolean":
      return random() < 0.5;
    default:
      return pick(["x", "http://127.0.0.1:1/f.bin", "sd/base", "127.0.0.1:1", "2026-01-01T00:00:00Z"]);
  }
}

/** As it goes over the wire: JSON mostly, sometimes something that only says it is. */
function bodyOf(schema: Schema): string {
  const roll = random();
  if (roll < 0.06) return "[".repeat(LONG) + "]".repeat(LONG);
  if (roll < 0.1) return `{"a":${'{"a":'.repeat(3000)}1${"}".repeat(3000)}}`;
  if (roll < 0.14)
    return pick(["", "{", '{"a":1,}', "\u0000", '"\\ud800"', "NaN", '{"a":1e999}', "\ufeff{}"]);
  if (roll < 0.2) return JSON.stringify(pick(HOSTILE));
  return JSON.stringify(valueOf(schema)) ?? "null";
}

function pathOf(path: string, { parameters = [] }: Operation): string {
  const asText = (value: unknown): string =>
    typeof value === "string" ? value : (JSON.stringify(value) ?? "");
  // Longer ones than a request line may have are refused by Node before anybody sees them.
  const encode = (value: unknown): string =>
    encodeURIComponent(asText(value).toWellFormed().slice(0, 1500)) || "x";
  const filled = path.replaceAll(/\{\w+\}/g, () =>
    random() < 0.3 ? "00000000-0000-4000-8000-000000000000" : encode(pick(HOSTILE)),
  );
  const query = parameters
    .filter((each) => each.in === "query" && random() < 0.6)
    .map(({ name, schema }) => `${encode(name)}=${encode(valueOf(schema))}`);
  if (random() < 0.1) query.push(...query, "surprise=1");
  return query.length === 0 ? filled : `${filled}?${query.join("&")}`;
}

function cases(): { method: string; path: string; body?: string; type?: string; what: string }[] {
  return Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods)
      .filter(([method]) => !ENDLESS.has(`${method} ${path}`))
      .flatMap(([method, operation]) =>
        Array.from({ length: ROUNDS }, () => {
          const asked = {
            method: method.toUpperCase(),
            path: pathOf(path, operation),
            what: `${method} ${path}`,
          };
          const schema = Object.values(operation.requestBody?.content ?? {})[0]?.schema;
          if (schema === undefined && random() < 0.8) return asked;
          const odd = [
            "text/plain",
            "application/json; charset=utf-16",
            "multipart/form-data",
            "application/x-www-form-urlencoded",
          ];
          const type = random() < 0.08 ? pick(odd) : "application/json";
          return { ...asked, body: bodyOf(schema ?? {}), type };
        }),
      ),
  );
}

test("whatever is asked of a route, it answers, and never with a fault of its own", async () => {
  const all = cases();
  expect(all.length).toBeGreaterThan(1000);
  const seen = new Set<number>();
  for (const { method, path, body, type, what } of all) {
    // Node sends a body with GET and DELETE without saying how long it is.
    const length = { "content-length": String(Buffer.byteLength(body ?? "")) };
    const headers = type === undefined ? {} : { "content-type": type, ...length };
    const sent = { method, headers, ...(body === undefined ? {} : { body }) };
    const answer = await send(server.url, path, sent).catch((error: unknown) => {
      throw new Error(`${what} as ${path.slice(0, 300)} with ${body?.slice(0, 300)} got no answer`, {
        cause: error,
      });
    });
    const where = `${what} as ${path.slice(0, 300)} with ${body?.slice(0, 300)} answered ${answer.status}: ${answer.text.slice(0, 300)}`;
    seen.add(answer.status);
    expect([500, 501, 502, 504], where).not.toContain(answer.status);
    expect(answer.headers["x-injected"], where).toBeUndefined();
    if (answer.status < 400) continue;
    const shape =
      ErrorMessage.safeParse(answer.json).success || ConnectErrorMessage.safeParse(answer.json).success;
    expect(shape, where).toBe(true);
  }
  // The questions are not all alike: some get through, some name nothing, some make no sense.
  for (const status of [200, 400, 404]) expect(seen).toContain(status);
  const unexpected = server.log.filter(({ msg }) => msg === "a request met an error that nobody expected");
  expect(unexpected).toEqual([]);
  expect((await send(server.url, "/ready")).status).toBe(200);
}, 600_000);
