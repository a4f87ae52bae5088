/** Checks what comes in against the wire schemas, and writes what goes out. */
import type { FastifySchemaCompiler, FastifySerializerCompiler } from "fastify";
import type { z } from "zod";
import { describeIssue } from "./describe-issue.ts";
import { RequestError } from "./request-error.ts";

const WHOLES: Readonly<Record<string, string>> = { querystring: "query", params: "path" };

export const checkMessage: FastifySchemaCompiler<z.ZodType> =
  ({ schema, httpPart }) =>
  (message: unknown) => {
    const checked = schema.safeParse(message);
    if (checked.success) return { value: checked.data };
    const whole = WHOLES[httpPart ?? ""] ?? "body";
    const [issue] = checked.error.issues;
    const complaint =
      issue === undefined
        ? { field: whole, message: `${whole} is not valid.` }
        : describeIssue(issue, message, whole);
    return { error: new RequestError("bad_request", complaint.message, complaint.field) };
  };

/**
 * Answers are typed by their schema and not checked again: tests hold every route's real answers
 * against the published document, and an answer must not fail because of a check.
 */
export const writeMessage: FastifySerializerCompiler<z.ZodType> = () => JSON.stringify;
