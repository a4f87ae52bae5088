import type { Failure } from "../../job/failure.ts";
import { failure } from "../../job/failure.ts";
import type { TransferStep } from "../../job/job.ts";
import { askOptions, askOrigin, WHOLE } from "../ask/ask-origin.ts";
import type { SendRequest } from "../ask/http-answer.ts";
import { pauseBeforeRetry } from "../fetch/pause-before-retry.ts";
import type { AddressClass } from "../reach/address-class.ts";
import { readDocument } from "../ask/read-document.ts";
import { Reporter } from "../report-progress.ts";
import type { FullSettings } from "../transfer-settings.ts";
import type { Metalink } from "./metalink.ts";
import { MAX_METALINK_BYTES, parseMetalink } from "./parse-metalink.ts";

export type MetalinkOutcome =
  /** `place`: of the server it came from; a file of this machine is as good as one of this network. */
  | { kind: "metalink"; metalink: Metalink; place: AddressClass }
  | { kind: "failed"; failure: Failure }
  | { kind: "stopped" };

/** Fetches and reads a Metalink. Never rejects but for bugs. */
export type ReadMetalink = (
  asked: Pick<TransferStep, "url" | "headers">,
  signal: AbortSignal,
) => Promise<MetalinkOutcome>;

export async function fetchMetalink(
  asked: Pick<TransferStep, "url" | "headers">,
  settings: FullSettings,
  send: SendRequest,
  signal: AbortSignal,
): Promise<MetalinkOutcome> {
  const report = new Reporter({ resolved: async () => null, progress: () => {} });
  for (let failures = 1; ; failures += 1) {
    const answer = await askOrigin(asked, WHOLE, send, askOptions(settings), signal);
    const document = await readDocument(answer, MAX_METALINK_BYTES, settings.clock.now(), signal);
    switch (document.kind) {
      case "document":
        return readMetalink(document.bytes, document.url.host, document.place);
      case "aborted":
        return { kind: "stopped" };
      case "absent":
        return { kind: "failed", failure: document.failure ?? failure("wrong_content", document.why) };
      case "unchanged":
        return { kind: "failed", failure: failure("bad_response", "The server answered 304 unasked.") };
      case "failed":
        break;
      default:
        throw document satisfies never;
    }
    const { failure: why } = document;
    if (!(await pauseBeforeRetry({ settings, report, signal }, why, failures))) {
      return { kind: "failed", failure: why };
    }
    if (signal.aborted) return { kind: "stopped" };
  }
}

/** @param from where it came from, for people */
export function readMetalink(bytes: Uint8Array, from: string, place: AddressClass): MetalinkOutcome {
  const reading = parseMetalink(bytes);
  if (reading.kind === "metalink") return { ...reading, place };
  const advice = "Check the address; it has to lead to a Metalink (.meta4, .metalink).";
  const message = `The Metalink of ${from} ${reading.reason}.`;
  return { kind: "failed", failure: failure("wrong_content", message, { advice }) };
}
