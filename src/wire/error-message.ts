import { z } from "zod";

/** Every error of every route; the routes of old system B add `error` with the same sentence. */
export const ErrorMessage = z
  .object({
    success: z.literal(false),
    /** A sentence: what was expected, what came, what to do. */
    message: z.string(),
    /** Stable word: `bad_request`, `not_found`, `conflict`, or a failure code. */
    code: z.string(),
    /** The field at fault, as a path (`headers.Range`), if one is. */
    field: z.string().optional(),
    /** What to do about it, in one sentence. */
    advice: z.string().optional(),
    /** Where a person can do it: a page of the service that has the file. */
    page: z.string().optional(),
  })
  .meta({ id: "Error" });

export type ErrorMessage = z.infer<typeof ErrorMessage>;

/** The errors of old system B's routes: its clients read `error`. */
export const CompatErrorMessage = ErrorMessage.extend({ error: z.string() }).meta({ id: "CompatError" });

/** The errors of old system A's service, in the words of the Connect protocol. */
export const ConnectErrorMessage = z
  .object({
    code: z.enum([
      "invalid_argument",
      "failed_precondition",
      "unauthenticated",
      "permission_denied",
      "not_found",
      "already_exists",
      "aborted",
      "resource_exhausted",
      "internal",
      "unavailable",
    ]),
    message: z.string(),
  })
  .meta({ id: "ConnectError" });

export type ConnectErrorMessage = z.infer<typeof ConnectErrorMessage>;
