/** Turns request bodies into values: JSON everywhere, forms where old clients send them. */
import type { FastifyInstance, FastifyRequest } from "fastify";
import { RequestError } from "./request-error.ts";

/** Largest body: the longest list of ids (10,000) takes 400 KB; nothing else comes near. */
export const MAX_BODY_BYTES = 1024 * 1024;
/** What is asked for may be a workflow: one of 10,000 nodes takes about 10 MB. */
export const MAX_SOURCE_BYTES = 16 * 1024 * 1024;
/** Deepest nesting of objects and lists; deeper ones could exhaust the stack of whoever walks them. */
const MAX_DEPTH = 64;

const JSON_TYPE = "application/json";
export const FORM_TYPES = ["application/x-www-form-urlencoded", "multipart/form-data"] as const;

export function readJsonBodies(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser(JSON_TYPE, { parseAs: "buffer" }, (request, body, done) => {
    const text = decode(body);
    if (text === null) return done(new RequestError("bad_request", "body must be UTF-8.", "body"));
    // Clients that always name the type send it with an empty body too.
    if (text.trim() === "") return done(null, undefined);
    void parse(request, text, (error, value) => {
      if (error !== null) done(describeBroken(error, text));
      else if (isTooDeep(value, MAX_DEPTH)) done(tooDeep());
      else done(null, value);
    });
  });
}

export function readFormBodies(app: FastifyInstance): void {
  app.addContentTypeParser(
    [...FORM_TYPES],
    { parseAs: "buffer" },
    async (request: FastifyRequest, body: Buffer) => readForm(body, request.headers["content-type"] ?? ""),
  );
}

async function readForm(body: Buffer, type: string): Promise<Record<string, string>> {
  let form: FormData;
  try {
    // oxlint-disable-next-line typescript/no-deprecated -- warns of bodies without end; this one is in memory, at most MAX_BODY_BYTES long
    form = await new Response(body, { headers: { "content-type": type } }).formData();
  } catch (cause) {
    throw Object.assign(new RequestError("bad_request", "body is not a valid form.", "body"), { cause });
  }
  const fields = Object.create(null) as Record<string, string>;
  for (const [name, value] of form) {
    if (typeof value !== "string")
      throw new RequestError("bad_request", "body must hold fields, a file came.", "body");
    if (Object.hasOwn(fields, name))
      throw new RequestError("bad_request", "body must hold each field once.", "body");
    fields[name] = value;
  }
  return fields;
}

function decode(body: string | Buffer): string | null {
  if (typeof body === "string") return body;
  try {
    return new TextDecoder("utf-8", { fatal: true }).decode(body);
  } catch {
    return null;
  }
}

/** Where the text stops being JSON; not what stands there, it may be a secret. */
function describeBroken(error: Error, text: string): RequestError {
  const at = /at position (\d+)/.exec(error.message)?.[1];
  if (at === undefined) {
    const why = /prototype/.test(error.message) ? "holds a name that is not allowed" : "is not valid JSON";
    return new RequestError("bad_request", `body ${why}.`, "body");
  }
  const before = text.slice(0, Number(at)).split("\n");
  const place = `line ${before.length}, column ${(before.at(-1)?.length ?? 0) + 1}`;
  return new RequestError("bad_request", `body is not valid JSON (${place}).`, "body");
}

function tooDeep(): RequestError {
  return new RequestError("bad_request", `body must not be nested deeper than ${MAX_DEPTH} levels.`, "body");
}

function isTooDeep(value: unknown, levels: number): boolean {
  if (typeof value !== "object" || value === null) return false;
  if (levels === 0) return true;
  return Object.values(value).some((inner) => isTooDeep(inner, levels - 1));
}
