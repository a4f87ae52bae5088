/** Several addresses of the same bytes. */
import type { FailureCode } from "./failure.ts";
import type { TransferStep } from "./job.ts";

/** Failures of this machine and of what was asked: another address would meet them, too. */
const EVERYWHERE: ReadonlySet<FailureCode> = new Set([
  "no_space",
  "write_denied",
  "disk_failed",
  "destination_exists",
  "destination_busy",
  "path_refused",
  "stopped",
  "internal",
]);

export function failsEverywhere(code: FailureCode): boolean {
  return EVERYWHERE.has(code);
}

/** The addresses of a file, its own first. */
export function addressesOf({ url, mirrors }: TransferStep): readonly string[] {
  return [url, ...mirrors];
}

/** The step as it is run at one of its addresses. Headers may hold secrets of the first: they go to its origin only. */
export function stepAt(step: TransferStep, address: string): TransferStep {
  const sameOrigin = new URL(address).origin === new URL(step.url).origin;
  return { ...step, url: address, headers: sameOrigin ? step.headers : {} };
}
