/**
 * What an instance is given of an address. A secret is for the server it was made for, and a rented machine is somebody
 * else's: an address that needs one is asked from here, as far as its own origin goes. What it leads to elsewhere (a
 * signed link of a store) is all the instance gets to see.
 */
import type { DocumentAnswer, FetchDocument } from "../../job/document-contract.ts";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import type { Credentials } from "../command/command-parts.ts";

/** What the tool on the instance is told. All of it may be secret. */
export interface Link {
  urls: readonly string[];
  /** They go to the host of the address alone: no redirect is followed with them. */
  headers: Readonly<Record<string, string>>;
  follows: boolean;
  /** The same for the same bytes; null: nobody can tell, so nothing is gone on with. */
  identity: string | null;
}

export type LinkOutcome = { kind: "link"; link: Link } | { kind: "failed"; failure: Failure };

type Asked = Pick<TransferStep, "url" | "mirrors" | "headers" | "checksum" | "reach">;

export async function resolveLink(
  asked: Asked,
  credentials: Credentials,
  fetch: FetchDocument,
  signal: AbortSignal,
): Promise<LinkOutcome> {
  const { url, mirrors, checksum, reach } = asked;
  const known = checksum === null ? null : `${checksum.algorithm} ${checksum.hex}`;
  const isPlain = !isSigned(asked, credentials) && reach === undefined;
  const open = { urls: [url, ...mirrors], headers: {}, follows: true };
  if (isPlain && known !== null) return { kind: "link", link: { ...open, identity: known } };
  const outcome = await fetch(
    {
      url,
      headers: lowerCase(asked.headers),
      maxBytes: 0,
      redirects: isPlain || reach !== undefined ? "follow" : "within_origin",
      ...(reach === undefined ? {} : { reach }),
    },
    signal,
  );
  const why = refusalOf(outcome);
  if (isPlain) {
    // The instance may reach what this machine does not.
    const identity = outcome.kind === "answer" && why === null ? validatorOf(outcome.answer) : null;
    return { kind: "link", link: { ...open, identity } };
  }
  if (why !== null || outcome.kind !== "answer")
    return { kind: "failed", failure: why ?? failure("stopped", "The address was not asked to the end.") };
  return readLink(outcome.answer, asked, credentials, known);
}

function refusalOf(outcome: Awaited<ReturnType<FetchDocument>>): Failure | null {
  switch (outcome.kind) {
    case "answer":
      return outcome.answer.failure;
    case "failed":
      return outcome.failure;
    case "aborted":
      return failure("stopped", "The address was not asked to the end.");
    default:
      throw outcome satisfies never;
  }
}

function readLink(
  answer: DocumentAnswer,
  { url, mirrors, headers, reach }: Asked,
  credentials: Credentials,
  known: string | null,
): LinkOutcome {
  const identity = known ?? validatorOf(answer);
  if (answer.status >= 300 && answer.status < 400) {
    const target = URL.parse(answer.headers["location"] ?? "", answer.url);
    if (target === null || !/^https?:$/.test(target.protocol))
      return {
        kind: "failed",
        failure: failure(
          "redirect_refused",
          `${new URL(url).host} redirects to no address that can be used.`,
        ),
      };
    // Mirrors are asked without secrets.
    return { kind: "link", link: { urls: [target.href, ...mirrors], headers: {}, follows: true, identity } };
  }
  // Where it was checked that the address is a public one, it is the one that is asked.
  const strayed = new URL(answer.url).origin !== new URL(url).origin;
  if (reach === "public" || (reach === "restricted" && strayed))
    return { kind: "link", link: { urls: [answer.url], headers: {}, follows: false, identity } };
  const sent = { ...secretHeaders(url, credentials), ...lowerCase(headers) };
  return { kind: "link", link: { urls: [answer.url], headers: sent, follows: false, identity } };
}

/** Whether an address is asked with a secret: what it leads to may live for a while only. */
export function isSigned(
  { url, headers }: Pick<TransferStep, "url" | "headers">,
  credentials: Credentials,
): boolean {
  return Object.keys(headers).length > 0 || Object.keys(secretHeaders(url, credentials)).length > 0;
}

/** What is sent to this address for it to know who asks: the user in it, or the token that is set for its origin. */
function secretHeaders(
  url: string,
  { hfToken, hfEndpoint, civitaiApiKey, civitaiEndpoint }: Credentials,
): Record<string, string> {
  const { origin, username, password } = new URL(url);
  if (username !== "" || password !== "") {
    const user = `${decodeURIComponent(username)}:${decodeURIComponent(password)}`;
    return { authorization: `Basic ${Buffer.from(user).toString("base64")}` };
  }
  if (hfToken !== null && URL.parse(hfEndpoint)?.origin === origin)
    return { authorization: `Bearer ${hfToken}` };
  if (civitaiApiKey !== null && URL.parse(civitaiEndpoint)?.origin === origin)
    return { authorization: `Bearer ${civitaiApiKey}` };
  return {};
}

function lowerCase(headers: Readonly<Record<string, string>>): Record<string, string> {
  return Object.fromEntries(Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]));
}

/** RFC 9110 §8.8: a strong entity tag, or a date with a length. */
function validatorOf({ headers }: DocumentAnswer): string | null {
  const etag = headers["etag"];
  if (etag !== undefined && !etag.startsWith("W/")) return `etag ${etag}`;
  const modified = headers["last-modified"];
  const length = /\/(\d+)$/.exec(headers["content-range"] ?? "")?.[1] ?? headers["content-length"];
  return modified === undefined || length === undefined ? null : `modified ${modified} ${length}`;
}
