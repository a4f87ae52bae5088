/** Whether the services that have the files answer, and know who asks. */
import type { FetchDocument } from "../job/document-contract.ts";
import type { Finding } from "../job/finding.ts";

export interface ServiceToCheck {
  /** Of the finding: `hugging_face`. */
  name: string;
  /** What people call it: `Hugging Face`. */
  title: string;
  /** Its address, as the settings have it. */
  endpoint: string;
  /** A small document that tells those with a good token apart; asked for only if there is one. */
  whoAmI: string;
  /** A small document that everybody may have. */
  forAll: string;
  hasToken: boolean;
  /** The setting that holds the token. */
  tokenSetting: string;
  /** Where tokens are made. */
  tokenPage: string;
}

/** Of the answers only the status is looked at. */
const MAX_ANSWER_BYTES = 1024 * 1024;

export async function checkService(
  service: ServiceToCheck,
  fetch: FetchDocument,
  signal: AbortSignal,
): Promise<Finding> {
  const { title, endpoint, hasToken, whoAmI, forAll, tokenSetting, tokenPage } = service;
  const url = new URL(hasToken ? whoAmI : forAll, `${endpoint.replace(/\/$/, "")}/`).href;
  const outcome = await fetch({ url, maxBytes: MAX_ANSWER_BYTES, freshMs: 0 }, signal);
  switch (outcome.kind) {
    case "aborted":
      return found(service, "hint", `${title} was not asked to the end`);
    case "failed":
      return found(
        service,
        "problem",
        `${title} (${endpoint}) cannot be reached: ${outcome.failure.message}`,
        outcome.failure.advice,
      );
    case "answer": {
      const { status } = outcome.answer;
      if (hasToken && (status === 401 || status === 403))
        return found(
          service,
          "problem",
          `${title} does not accept the token of ${tokenSetting}`,
          `Make a new one: ${tokenPage}`,
        );
      if (status >= 500 || status === 429)
        return found(
          service,
          "hint",
          `${title} answers, but with trouble of its own (status ${status})`,
          "Try again later.",
        );
      if (status >= 400)
        return found(
          service,
          "problem",
          `${endpoint} answers with status ${status} where ${title} would not`,
          "Is the address of a mirror right?",
        );
      return hasToken
        ? found(service, "ok", `${title} answers and knows the token`)
        : found(
            service,
            "hint",
            `${title} answers; there is no token, which some files need`,
            `Make one (${tokenPage}) and set ${tokenSetting}.`,
          );
    }
    default:
      throw outcome satisfies never;
  }
}

function found(
  { name }: ServiceToCheck,
  state: Finding["state"],
  message: string,
  advice: string | null = null,
): Finding {
  return { area: "services", name, state, message, advice: advice === "" ? null : advice };
}
