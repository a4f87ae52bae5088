/** Asks a service whether it knows our token, and as whom. */
import type { DocumentAnswer, FetchDocument } from "../job/document-contract.ts";
import type { Failure } from "../job/failure.ts";
import type { TokenTest } from "../job/settings-contract.ts";
import type { DoctorSettings } from "./create-examine.ts";
import { servicesOf } from "./create-examine.ts";

/** A page about one person. */
const MAX_ANSWER_BYTES = 1024 * 1024;
/** Longer names are not shown whole; they come from outside. */
const MAX_NAME = 100;

/** @param settings read anew for each test */
export function createTokenTest(
  settings: DoctorSettings,
  fetch: FetchDocument,
): (name: string, signal: AbortSignal) => Promise<TokenTest | null> {
  return async (name, signal) => {
    const service = servicesOf(settings).find(({ token }) => token === name);
    if (service === undefined) return null;
    if (!service.hasToken) return { kind: "none" };
    const url = new URL(service.whoAmI, `${service.endpoint.replace(/\/$/, "")}/`).href;
    const outcome = await fetch({ url, maxBytes: MAX_ANSWER_BYTES, freshMs: 0 }, signal);
    switch (outcome.kind) {
      case "aborted":
        return { kind: "unreachable", message: "It was not asked to the end.", advice: "" };
      case "failed":
        return unreachable(outcome.failure);
      case "answer":
        return judge(outcome.answer);
      default:
        throw outcome satisfies never;
    }
  };
}

function judge({ status, failure, bytes }: DocumentAnswer): TokenTest {
  if (status === 401 || status === 403) return { kind: "refused" };
  return failure === null ? { kind: "works", as: nameIn(bytes) } : unreachable(failure);
}

function unreachable({ message, advice }: Failure): TokenTest {
  return { kind: "unreachable", message, advice };
}

/** Hugging Face calls people `name`, Civitai `username`. */
function nameIn(bytes: Uint8Array): string | null {
  try {
    const { name, username } = JSON.parse(new TextDecoder().decode(bytes)) as Record<string, unknown>;
    const found = [username, name].find((each) => typeof each === "string" && each !== "");
    return typeof found === "string" ? found.slice(0, MAX_NAME) : null;
  } catch {
    // It knows the token, whatever else it says.
    return null;
  }
}
