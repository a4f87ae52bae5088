import { needsToken, Unreachable } from "../../client/api-error.ts";
import type { ApiError } from "../../client/api-error.ts";
import { cleanText } from "../screen/clean-text.ts";
import { exitCodeOfCall } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";
import { serverUrl } from "./connect.ts";

/** Says what went wrong with a call, and what to do; answers the exit code. */
export function explainCallError(error: ApiError | Unreachable): ExitCode {
  for (const line of callErrorLines(error)) console.error(line);
  return exitCodeOfCall(error);
}

export function callErrorLines(error: ApiError | Unreachable): string[] {
  if (error instanceof Unreachable)
    return [
      `haulyard: ${cleanText(error.message)}`,
      "  Start it with: haulyard serve. If it runs elsewhere, set HAULYARD_URL.",
    ];
  const said = `haulyard: ${cleanText(error.message)}`;
  const elsewhere = noHaulyardThere(error);
  if (elsewhere !== null) return [said, elsewhere];
  return needsToken(error) && error.status === 401
    ? [
        said,
        "  Set HAULYARD_TOKEN to the token of the server (its data folder keeps it in the file 'token').",
      ]
    : [said, ...(error.advice === null ? [] : [`  ${cleanText(error.advice)}`])];
}

/** What a server says of an address that is none of its own: HAULYARD_URL goes on behind its name then. */
const NO_ROUTE = /^There is nothing at this address/;

/** What to say where it was not asked at the address of a server; else null. */
function noHaulyardThere({ code, message }: ApiError): string | null {
  if (code !== "bad_answer" && !NO_ROUTE.test(message)) return null;
  return `  ${cleanText(serverUrl())} was asked; HAULYARD_URL has to be the address of a Haulyard server.`;
}
