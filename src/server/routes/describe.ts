/** Shorthands for what the published document says of a route. */
import { z } from "zod";
import { CompatErrorMessage, ConnectErrorMessage, ErrorMessage } from "../../wire/error-message.ts";

type Status = 400 | 401 | 403 | 404 | 409 | 413 | 415 | 422 | 429 | 503;

const MEANINGS: Readonly<Record<Status, string>> = {
  400: "The request is wrong; `field` names what.",
  401: "Nobody known asks: the token, the key or the session is missing or wrong.",
  403: "The role does not suffice, or the Host or Origin header is refused.",
  404: "There is no such thing.",
  409: "The rules refuse it in the present state; the message says why.",
  413: "The body is too large.",
  415: "The Content-Type is not taken here.",
  422: "Understood, but it cannot be done.",
  429: "Whoever has the file asks for patience; or there were too many tries.",
  503: "Not now; try again later.",
};

/** The error answers of a route, those that every route may give included. */
export function errors(...statuses: Status[]): Partial<Record<Status, z.ZodType>> {
  return describe(ErrorMessage, statuses);
}

/** The same for old system B's routes. */
export function compatErrors(...statuses: Status[]): Partial<Record<Status, z.ZodType>> {
  return describe(CompatErrorMessage, statuses);
}

/** The same for old system A's service. */
export function connectErrors(...statuses: Status[]): Partial<Record<Status, z.ZodType>> {
  // What cannot be done, and what is too large, are wrong arguments there.
  const told = statuses.map((status) => (status === 413 || status === 415 || status === 422 ? 400 : status));
  return describe(ConnectErrorMessage, told);
}

/** The path parameter of the routes of one job. */
export const JobPath = z.object({ id: z.uuid().transform((id) => id.toLowerCase()) });

export const SUCCESS = z.object({ success: z.literal(true) });

function describe(schema: z.ZodType, statuses: Status[]): Partial<Record<Status, z.ZodType>> {
  return Object.fromEntries(
    [...new Set<Status>([...statuses, 401, 403])].map((status) => [
      status,
      schema.describe(MEANINGS[status]),
    ]),
  );
}
