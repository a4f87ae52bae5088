/** What a server says of a file, asked once. */
import type { TransferStep } from "../../job/job.ts";
import type { Sight } from "../../job/transfer-contract.ts";
import type { FinalAnswer } from "../ask/ask-origin.ts";
import { askOptions, askOrigin } from "../ask/ask-origin.ts";
import type { SendRequest } from "../ask/http-answer.ts";
import { headerOf } from "../ask/http-answer.ts";
import type { Probe } from "../ask/probe-object.ts";
import { probeOnce } from "../ask/probe-object.ts";
import { checkStep } from "../check-step.ts";
import { chooseName } from "../name/choose-name.ts";
import type { FullSettings } from "../transfer-settings.ts";

export async function lookAtFile(
  step: TransferStep,
  settings: FullSettings,
  send: SendRequest,
  signal: AbortSignal,
): Promise<Sight> {
  const wrong = checkStep(step);
  if (wrong !== null) return { kind: "failed", failure: wrong };
  const probe = await probeFile(step, settings, send, signal);
  if (probe.kind !== "object") return probe;
  const { answer, facts } = probe;
  const checksum = step.checksum ?? answer.published.checksum;
  return { kind: "seen", name: step.name ?? nameIn(step, answer), size: facts.size, checksum };
}

export function probeFile(
  step: TransferStep,
  settings: FullSettings,
  send: SendRequest,
  signal: AbortSignal,
): Promise<Probe> {
  const options = askOptions(settings);
  return probeOnce(
    { step, settings, ask: (question, stop) => askOrigin(step, question, send, options, stop) },
    signal,
  );
}

/** The name the transfer will choose where the server alone can tell it. */
export function nameIn({ url }: Pick<TransferStep, "url">, answer: FinalAnswer): string {
  return chooseName(headerOf(answer.headers, "content-disposition"), new URL(url), answer.url);
}
