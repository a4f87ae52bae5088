/** The transfer's requests over our own HTTP/1.1: straight from the socket into the memory that is written. */
import type { SecureContext } from "node:tls";
import { systemClock } from "../../job/clock.ts";
import { failure } from "../../job/failure.ts";
import type { Failure } from "../../job/failure.ts";
import { redactUrl } from "../../job/redact.ts";
import { chooseProxy } from "../ask/choose-proxy.ts";
import { classifyNetworkError, privatePlace, restrictedPlace } from "../ask/classify-network-error.ts";
import type { AnswerHeaders, BodyEnd, BodySource, SendOutcome, SendRequest } from "../ask/http-answer.ts";
import type { FullSettings } from "../transfer-settings.ts";
import type { BodySink } from "../sinks/body-sink.ts";
import type { BodyOutcome } from "./exchange.ts";
import type { Fields } from "./fields.ts";
import { Http1Client } from "./http1-client.ts";
import type { ResponseBody } from "./http1-client.ts";
import { loadTls } from "./load-tls.ts";
import { failureOfFault } from "./protocol-fault.ts";
import { parseProxy } from "./proxy.ts";
import { deliverBy } from "../sinks/take-sink.ts";
import { classOfAddress, isLocalName } from "../reach/address-class.ts";
import type { AddressClass } from "../reach/address-class.ts";
import { AllowedPlaces } from "../reach/allowed-places.ts";
import { NameLookup } from "../reach/name-lookup.ts";
import type { Trouble } from "./trouble.ts";

export interface HttpClient {
  send: SendRequest;
  /** Closes idle connections. */
  close(): Promise<void>;
}

export function createHttp1Client(settings: FullSettings): HttpClient {
  const { limits, extraCertificates, userAgent } = settings;
  const allowed = new AllowedPlaces(settings.allowedPlaces);
  const names = new NameLookup(settings.lookup, allowed);
  const client = new Http1Client({
    // Sockets live in real time, whatever clock the policy of the transfer goes by.
    clock: systemClock,
    userAgent,
    lookup: names.any,
    publicLookup: names.publicOnly,
    restrictedLookup: names.restricted,
    connectTimeoutMs: limits.connectTimeoutMs,
    limits: { headTimeoutMs: limits.headersTimeoutMs, idleTimeoutMs: limits.stallMs },
    tls: trust(extraCertificates),
  });

  const send: SendRequest = async (url, headers, signal, reach = "anywhere"): Promise<SendOutcome> => {
    const known = placeByName(url.hostname);
    if (reach === "public" && known === "private")
      return { kind: "failed", failure: privatePlace(url.host), heard: false };
    if (reach === "restricted" && allowed.judge(url.hostname) === "refused")
      return { kind: "failed", failure: restrictedPlace(url.host), heard: false };
    const over = reach === "machine" ? null : chooseProxy(url, settings.proxy);
    const proxy = over === null ? null : parseProxy(over);
    const host = over === null ? url.host : `${url.host} (over the proxy ${redactUrl(over)})`;
    if (over !== null && proxy === null) return { kind: "failed", failure: badProxy(over), heard: false };
    const fields = Object.entries(headers);
    const outcome = await client.send({ method: "GET", url, fields, proxy, reach }, signal);
    if (outcome.kind === "aborted") return outcome;
    if (outcome.kind === "trouble") {
      const { trouble, heard } = outcome;
      return { kind: "failed", failure: failureOfTrouble(trouble, host), heard };
    }
    const { head, body } = outcome;
    const { framing } = head;
    return {
      kind: "answer",
      answer: {
        status: head.status,
        headers: headersOf(head.fields),
        length: framing.kind === "length" ? framing.bytes : null,
        endsWithConnection: framing.kind === "close",
        body: sourceOf(body, host, signal),
        place: known ?? (proxy === null ? names.ledTo(url.hostname) : null) ?? "public",
      },
    };
  };
  return { send, close: async () => client.close() };
}

/** Made once, and only if it is needed: reading the certificates takes longer than a handshake. */
function trust(extraCertificates: readonly string[]): { readonly secureContext: SecureContext } {
  const make = (): SecureContext => {
    const { createSecureContext, rootCertificates } = loadTls();
    const isMore = extraCertificates.length > 0;
    return createSecureContext(isMore ? { ca: [...rootCertificates, ...extraCertificates] } : {});
  };
  let made: SecureContext | null = null;
  return {
    get secureContext() {
      return (made ??= make());
    },
  };
}

/** What the address itself tells; null for a name that may lead anywhere. */
function placeByName(hostname: string): AddressClass | null {
  return classOfAddress(hostname) ?? (isLocalName(hostname) ? "private" : null);
}

function sourceOf(body: ResponseBody, host: string, request: AbortSignal): BodySource {
  const receive = async (sink: BodySink, signal: AbortSignal): Promise<BodyEnd | { kind: "refused" }> => {
    const both = signal === request ? signal : AbortSignal.any([request, signal]);
    const outcome = await body.receive(sink, both);
    return outcome.kind === "refused" ? outcome : bodyEnd(outcome, host);
  };
  return {
    receive,
    deliver: (take, signal) => deliverBy((sink) => receive(sink, signal), take),
    discard: () => body.discard(),
  };
}

function bodyEnd(outcome: Exclude<BodyOutcome, { kind: "refused" }>, host: string): BodyEnd {
  switch (outcome.kind) {
    case "ended":
      return { kind: "ended" };
    case "aborted":
      return outcome;
    case "trouble":
      return { kind: "broken", failure: failureOfTrouble(outcome.trouble, host) };
    default:
      return outcome satisfies never;
  }
}

/** @param host as shown to people: name and port, no secrets */
export function failureOfTrouble(trouble: Trouble, host: string): Failure {
  switch (trouble.kind) {
    case "fault":
      return failureOfFault(trouble.fault, host);
    case "error":
      return classifyNetworkError(trouble.error, host);
    case "timeout":
      return failureOfTimeout(trouble, host);
    case "proxy":
      return failure("connection_failed", `The proxy to ${host} ${trouble.reason}.`, {
        advice: trouble.needsLogin
          ? "Put user and password into the proxy's address (http://user:password@proxy:port)."
          : "Check the proxy's address, and whether it lets connections to this host through.",
        retryable: !trouble.needsLogin,
      });
    case "request":
      return failure("unsupported", `The request to ${host} cannot be sent: ${trouble.reason}.`, {
        advice: "Check the address and the headers given for it.",
      });
    default:
      return trouble satisfies never;
  }
}

function failureOfTimeout({ phase, ms }: Trouble & { kind: "timeout" }, host: string): Failure {
  const seconds = Math.round(ms / 1000);
  switch (phase) {
    case "connect":
      return failure("connection_failed", `${host} did not take the connection within ${seconds} s.`);
    case "head":
      return failure("timed_out", `${host} took the request but did not answer within ${seconds} s.`);
    case "body":
      return failure("stalled", `${host} sent nothing for ${seconds} s.`);
    default:
      return phase satisfies never;
  }
}

function badProxy(over: string): Failure {
  return failure("connection_failed", `The proxy address ${redactUrl(over)} cannot be used.`, {
    advice: "Proxies are written as http://host:port, https://host:port or socks5://host:port.",
    retryable: false,
  });
}

/** One value as text, several as a list: the shape the rest of the transfer knows. */
function headersOf(fields: Fields): AnswerHeaders {
  return Object.fromEntries(
    Array.from(fields, ([name, values]) => [name, values.length === 1 ? values[0] : values]),
  );
}
