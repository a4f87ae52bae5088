import { needsToken, Unreachable } from "../../client/api-error.ts";
import type { ApiError } from "../../client/api-error.ts";
import { cleanText } from "../screen/clean-text.ts";
import { exitCodeOfCall } from "../exit-codes.ts";
import type { ExitCode } from "../exit-codes.ts";

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
  return needsToken(error) && error.status === 401
    ? [
        said,
        "  Set HAULYARD_TOKEN to the token of the server (its data folder keeps it in the file 'token').",
      ]
    : [said, ...(error.advice === null ? [] : [`  ${cleanText(error.advice)}`])];
}
