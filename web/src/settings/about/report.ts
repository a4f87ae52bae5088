/** What the examination found, in order of weight, and as text to be sent to somebody. Pure. */
import type { DoctorAnswer, FindingMessage } from "../../../../src/wire/doctor.ts";

const WEIGHT: Record<FindingMessage["state"], number> = { problem: 0, hint: 1, ok: 2 };

/** What needs a person first; otherwise as the server tells it. */
export function byWeight(findings: readonly FindingMessage[]): FindingMessage[] {
  return findings.toSorted((a, b) => WEIGHT[a.state] - WEIGHT[b.state]);
}

/** In English, whatever the page speaks: it is for those who help. */
export function reportText({ version, runtime, platform, findings }: DoctorAnswer): string {
  const lines = byWeight(findings).flatMap(({ state, area, name, message, advice }) => [
    `${state.padEnd(7)} ${area}/${name}: ${message}`,
    ...(advice === null ? [] : [`        ${advice}`]),
  ]);
  return [`Haulyard ${version}, ${runtime}, ${platform}`, "", ...lines, ""].join("\n");
}
