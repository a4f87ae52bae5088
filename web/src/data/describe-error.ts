/** An error of a call, as the page tells it. */
import { joinSentences } from "../format/join-sentences.ts";
import { ApiError, Unreachable } from "../../../src/client/api-error.ts";
import { t } from "../words/words.ts";

export interface ToldError {
  message: string;
  /** The field of the form at fault, if one is. */
  field: string | null;
}

export function describeError(error: unknown): ToldError {
  if (error instanceof ApiError)
    return { message: joinSentences(error.message, error.advice), field: error.field };
  if (error instanceof Unreachable)
    return {
      message: t("The server does not answer. Nothing was changed; try again when it is back."),
      field: null,
    };
  return { message: error instanceof Error ? error.message : String(error), field: null };
}
