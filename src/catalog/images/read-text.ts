/** Texts that publishers keep beside their images; where a key is given, signed ones alone. */
import type { FetchDocument } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { openSigned } from "./open-signed.ts";

export interface TextRequest {
  url: string;
  maxBytes: number;
  /** An answer that is no older than this (milliseconds) will do. */
  freshMs: number;
  /** A key file (absolute path); null: a signature, if there is one, is not looked at. */
  signedBy: string | null;
  /** Where the signature is; null: in the text itself. */
  signatureUrl: string | null;
}

export type TextReading =
  /** What is signed, where a key was given; `bytes` as they came otherwise. */
  | { kind: "text"; bytes: Uint8Array; isPage: boolean; url: string }
  | { kind: "failed"; failure: Failure }
  | { kind: "aborted" };

export type ReadText = (request: TextRequest, signal: AbortSignal) => Promise<TextReading>;

/** A signature of a list has some hundred bytes, one by many keys some thousand. */
const MAX_SIGNATURE_BYTES = 256 * 1024;

export function createReadText(fetch: FetchDocument): ReadText {
  return async (request, signal) => {
    const { url, maxBytes, freshMs, signedBy, signatureUrl } = request;
    const text = await ask({ url, maxBytes, freshMs }, fetch, signal);
    if (text.kind !== "text" || signedBy === null) return text;
    // Both as new as each other: a list that was renewed does not fit the signature of the one before.
    const signature =
      signatureUrl === null
        ? null
        : await ask({ url: signatureUrl, maxBytes: MAX_SIGNATURE_BYTES, freshMs }, fetch, signal);
    if (signature !== null && signature.kind !== "text") return signature;
    const opened = await openSigned(text.bytes, signature?.bytes ?? null, signedBy, signal);
    switch (opened.kind) {
      case "signed":
        return { ...text, bytes: opened.bytes };
      case "refused":
        return {
          kind: "failed",
          failure: failure(opened.code, `${url} ${opened.reason}.`, { advice: opened.advice }),
        };
      case "aborted":
        return opened;
      default:
        throw opened satisfies never;
    }
  };
}

async function ask(
  request: Pick<TextRequest, "url" | "maxBytes" | "freshMs">,
  fetch: FetchDocument,
  signal: AbortSignal,
): Promise<TextReading> {
  const outcome = await fetch(request, signal);
  if (outcome.kind !== "answer") return outcome;
  const { answer } = outcome;
  if (answer.failure !== null) return { kind: "failed", failure: answer.failure };
  const isPage = /^\s*(?:text\/html|application\/xhtml)/i.test(answer.headers["content-type"] ?? "");
  return { kind: "text", bytes: answer.bytes, isPage, url: answer.url };
}

/** Text of any encoding: what is looked for in it is ASCII. */
export function decodeText(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes);
}
