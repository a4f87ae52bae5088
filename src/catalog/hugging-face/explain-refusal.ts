/** What Hugging Face means when it says no, in words, with the page where a person can change it. Pure. */
import type { DocumentAnswer } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { FailureCode } from "../../job/failure.ts";
import type { ServiceRefusal } from "../ask-service.ts";
import type { Hub } from "./hub.ts";
import { encodePath, pageOf } from "./hub.ts";
import type { HubAddress } from "./read-address.ts";

const CALLED = { models: "model", datasets: "dataset", spaces: "space" } as const;

/** The refusal an answer is; null if it is none. */
export function explainRefusal(answer: DocumentAnswer, address: HubAddress, hub: Hub): ServiceRefusal | null {
  const { failure: why, headers } = answer;
  if (why === null) return null;
  const page = pageOf(hub, address);
  switch (headers["x-error-code"]) {
    case "GatedRepo":
      return gated(address, page, hub);
    case "RepoNotFound":
      return missing(address, page, hub);
    case "RevisionNotFound":
      return refused(
        "not_found",
        `${address.repo} has no revision ${quote(address.revision ?? "main")}.`,
        `Look for the right branch, tag or commit at ${page}.`,
        page,
      );
    case "EntryNotFound":
      return missingEntry(address, page);
    case "DisabledRepo":
      return refused("gone", `${address.repo} was taken off by Hugging Face.`, `See ${page} for why.`, page);
    default:
      return explainStatus(answer, address, page, hub);
  }
}

function gated({ repo, type }: HubAddress, page: string, { hasToken }: Hub): ServiceRefusal {
  const message = `The ${CALLED[type]} ${repo} is gated: its owner gives it to those who ask.`;
  const advice = hasToken
    ? `Open ${page} with the account of your token, and accept the conditions or wait to be let in.`
    : `Open ${page} and accept the conditions, then set HF_TOKEN to a token of that account.`;
  return refused("forbidden", message, advice, page);
}

/** It also answers 401 for what does not exist, so that nobody can find out what private repos are called. */
function missing({ repo, type }: HubAddress, page: string, { endpoint, hasToken }: Hub): ServiceRefusal {
  const { host } = new URL(endpoint);
  const message = `${host} has no ${CALLED[type]} ${repo}, or it is private.`;
  const advice = hasToken
    ? `Check the spelling at ${page}; HF_TOKEN may also be one that may not read it.`
    : `Check the spelling at ${page}; for a private repo set HF_TOKEN to a token that may read it.`;
  return refused("not_found", message, advice, page);
}

function missingEntry({ repo, revision, path }: HubAddress, page: string): ServiceRefusal {
  const at = `${page}/tree/${encodePath(revision ?? "main")}`;
  const message = `${repo} has no file ${quote(path)} at revision ${quote(revision ?? "main")}.`;
  return refused("not_found", message, `See what it has at ${at}.`, at);
}

function explainStatus(
  { status, failure: why }: DocumentAnswer,
  address: HubAddress,
  page: string,
  hub: Hub,
): ServiceRefusal | null {
  if (why === null) return null;
  if (status === 401 && hub.hasToken) {
    const tokens = `${hub.endpoint}/settings/tokens`;
    return refused(
      "unauthorized",
      `${why.message}: it does not know the token.`,
      `Make a new one at ${tokens} and set HF_TOKEN.`,
      tokens,
    );
  }
  if (status === 401 || status === 404) return missing(address, page, hub);
  if (why.code !== "rate_limited" || hub.hasToken) return { kind: "refused", failure: why, page: null };
  const advice = "Wait a little; with HF_TOKEN set more requests are allowed.";
  return { kind: "refused", failure: { ...why, advice }, page: null };
}

function refused(code: FailureCode, message: string, advice: string, page: string): ServiceRefusal {
  return { kind: "refused", failure: failure(code, message, { advice }), page };
}

/** Longest name that is repeated in a message. */
const MAX_QUOTE_LENGTH = 200;

function quote(text: string): string {
  return JSON.stringify(text.slice(0, MAX_QUOTE_LENGTH));
}
