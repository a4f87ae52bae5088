/** Services that have files: asked over HTTP, through what the transfers ask with. */
import type { DocumentAnswer, DocumentRequest, FetchDocument } from "../job/document-contract.ts";
import { failure } from "../job/failure.ts";
import type { Failure } from "../job/failure.ts";

export interface AskedService {
  /** What people call it. */
  called: "Hugging Face" | "Civitai";
  /** Its address or that of a mirror, without a slash at its end. */
  endpoint: string;
  /** A token goes along. */
  hasToken: boolean;
  fetch: FetchDocument;
  /** More headers. */
  headers: Readonly<Record<string, string>>;
}

/** What cannot be had, why, and where a person can do something about it. */
export interface ServiceRefusal {
  kind: "refused";
  failure: Failure;
  page: string | null;
}

/** An answer of the service, whatever its status, or why there is none. */
export async function askService(
  service: AskedService,
  request: Omit<DocumentRequest, "headers">,
  signal: AbortSignal,
): Promise<{ kind: "answer"; answer: DocumentAnswer } | ServiceRefusal> {
  const outcome = await service.fetch({ ...request, headers: service.headers }, signal);
  switch (outcome.kind) {
    case "answer":
      return outcome;
    case "failed":
      return { kind: "refused", failure: outcome.failure, page: null };
    case "aborted": {
      const why = `${hostOf(service)} did not answer in time.`;
      return { kind: "refused", failure: failure("timed_out", why), page: null };
    }
    default:
      throw outcome satisfies never;
  }
}

/** Something else came than the service answers. */
export function strangeAnswer(service: AskedService, problem: string): ServiceRefusal {
  const setting = service.called === "Civitai" ? "CIVITAI_ENDPOINT" : "HF_ENDPOINT";
  const advice = `Check ${setting}: it has to be ${service.called} or a mirror that answers as it does.`;
  const message = `${hostOf(service)} ${problem}.`;
  return { kind: "refused", failure: failure("wrong_content", message, { advice }), page: null };
}

export function hostOf({ endpoint }: Pick<AskedService, "endpoint">): string {
  return new URL(endpoint).host;
}

/** A person gave headers that say who asks. */
export function hasLogin(headers: Readonly<Record<string, string>>): boolean {
  return Object.keys(headers).some((name) => name.toLowerCase() === "authorization");
}
