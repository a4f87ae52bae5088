/** Valid responses of every kind, and what becomes of them when bytes are changed. */
import * as fc from "fast-check";
import { bytes } from "./observe.ts";

export interface SampleResponse {
  wire: Buffer;
  status: number;
  body: Buffer;
  /** Whether the end of the connection ends the body. */
  byClose: boolean;
}

const TOKEN_CHARACTERS = "!#$%&'*+-.^_`|~0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

/** Names that decide about the framing, or that Node's own client treats apart. */
const NOT_FREE =
  /^(content-length|transfer-encoding|connection|upgrade|trailer|keep-alive|proxy-connection)$/i;

const name = fc
  .string({ unit: fc.constantFrom(...TOKEN_CHARACTERS.split("")), minLength: 1, maxLength: 20 })
  .filter((text) => !NOT_FREE.test(text));

const valueCharacter = fc.oneof(
  { weight: 8, arbitrary: fc.integer({ min: 0x21, max: 0x7e }) },
  { weight: 1, arbitrary: fc.constantFrom(0x09, 0x20, 0x80, 0xff) },
);

const value = fc
  .array(valueCharacter, { maxLength: 40 })
  .map((codes) => String.fromCharCode(...codes).replace(/^[\t ]+|[\t ]+$/g, ""));

const field = fc
  .tuple(name, fc.constantFrom("", " ", "\t", "  "), value, fc.constantFrom("", " ", "\t "))
  .map(([name, before, value, after]) => `${name}:${before}${value}${after}\r\n`);

const reason = fc.constantFrom("", "OK", "Not Found", "Pas trouv\u00e9", "a\tb");

const body = fc.uint8Array({ maxLength: 300 }).map((content) => Buffer.from(content));

const extension = fc.constantFrom("", ";a", ";a=b", '; a="b;c"', " ;a = b");

const chunked = fc
  .tuple(
    fc.array(fc.tuple(fc.uint8Array({ minLength: 1, maxLength: 60 }), extension, fc.boolean()), {
      maxLength: 6,
    }),
    fc.array(field, { maxLength: 3 }),
  )
  .map(([chunks, trailers]) => {
    const wire = chunks.map(([content, extension, upper]) => {
      const hex = content.length.toString(16);
      return `${upper ? hex.toUpperCase() : `0${hex}`}${extension}\r\n${Buffer.from(content).toString("latin1")}\r\n`;
    });
    return {
      fields: "Transfer-Encoding: chunked\r\n",
      wire: bytes(`${wire.join("")}0\r\n${trailers.join("")}\r\n`),
      body: Buffer.concat(chunks.map(([content]) => content)),
    };
  });

const framed = fc.oneof(
  body.map((content) => ({ fields: `Content-Length: ${content.length}\r\n`, wire: content, body: content })),
  chunked,
  body.map((content) => ({ fields: "", wire: content, body: content })),
);

const interim = fc
  .tuple(fc.constantFrom(100, 102, 103), fc.array(field, { maxLength: 2 }))
  .map(([status, fields]) => `HTTP/1.1 ${status} Wait\r\n${fields.join("")}\r\n`);

/** Responses to GET as an honest server may send them. */
export const validResponse: fc.Arbitrary<SampleResponse> = fc
  .record({
    interim: fc.array(interim, { maxLength: 3 }),
    status: fc.oneof(fc.constantFrom(200, 204, 206, 304, 404, 416, 503), fc.integer({ min: 200, max: 599 })),
    reason,
    before: fc.array(field, { maxLength: 5 }),
    after: fc.array(field, { maxLength: 5 }),
    framed,
    close: fc.constantFrom("", "Connection: close\r\n", "Connection: keep-alive\r\n"),
  })
  .map(({ interim, status, reason, before, after, framed, close }) => {
    const bodyless = status === 204 || status === 304;
    const head = `HTTP/1.1 ${status} ${reason}\r\n${before.join("")}${framed.fields}${close}${after.join("")}\r\n`;
    return {
      wire: Buffer.concat([bytes(interim.join("") + head), bodyless ? Buffer.alloc(0) : framed.wire]),
      status,
      body: bodyless ? Buffer.alloc(0) : framed.body,
      byClose: framed.fields === "" && !bodyless,
    };
  });

/** Bytes that mean something to a parser. */
const meaningful = fc.oneof(
  fc.constantFrom(0x00, 0x09, 0x0a, 0x0d, 0x20, 0x2c, 0x3a, 0x3b, 0x7f, 0x80, 0xff),
  fc.constantFrom(...bytes('0123456789afAFxX-+"HTTP/.')),
  fc.integer({ min: 0, max: 255 }),
);

const mutation = fc.oneof(
  fc.record({ kind: fc.constant("set" as const), at: fc.nat(), byte: meaningful }),
  fc.record({ kind: fc.constant("insert" as const), at: fc.nat(), byte: meaningful }),
  fc.record({ kind: fc.constant("remove" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 8 }) }),
  fc.record({ kind: fc.constant("repeat" as const), at: fc.nat(), count: fc.integer({ min: 1, max: 60 }) }),
  fc.record({ kind: fc.constant("cut" as const), at: fc.nat() }),
);

/** Valid responses with a few bytes changed, moved or gone. */
export const mutatedResponse: fc.Arbitrary<Buffer> = fc
  .tuple(validResponse, fc.array(mutation, { minLength: 1, maxLength: 4 }))
  .map(([{ wire }, mutations]) => {
    let bytes = [...wire];
    for (const step of mutations) {
      const at = bytes.length === 0 ? 0 : step.at % bytes.length;
      if (step.kind === "set") bytes[at] = step.byte;
      else if (step.kind === "insert") bytes.splice(at, 0, step.byte);
      else if (step.kind === "remove") bytes.splice(at, step.count);
      else if (step.kind === "repeat") bytes.splice(at, 0, ...bytes.slice(at, at + step.count));
      else bytes = bytes.slice(0, at);
    }
    return Buffer.from(bytes);
  });
