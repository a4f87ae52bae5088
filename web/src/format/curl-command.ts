/** Command lines that fetch the same file by hand. Holds no secret: what it is made of is redacted. */
import { REDACTED } from "../../../src/job/redact.ts";
import type { JobMessage } from "../../../src/wire/job-message.ts";

type TransferMessage = Extract<JobMessage["steps"][number], { kind: "transfer" }>;

/** `curl -fL -C - -o NAME URL`, quoted for a POSIX shell. */
export function curlCommand(step: TransferMessage): string {
  const headers = Object.entries(step.headers).flatMap(([name, value]) => ["-H", quote(`${name}: ${value}`)]);
  const output = step.name === null ? ["-OJ"] : ["-C", "-", "-o", quote(step.name)];
  return ["curl", "-fL", ...output, ...headers, "--", quote(step.url)].join(" ");
}

/** `wget -c -O NAME URL`, likewise. */
export function wgetCommand(step: TransferMessage): string {
  const headers = Object.entries(step.headers).map(([name, value]) => quote(`--header=${name}: ${value}`));
  const output = step.name === null ? ["--content-disposition"] : ["-c", "-O", quote(step.name)];
  return ["wget", ...output, ...headers, "--", quote(step.url)].join(" ");
}

/** Whether something secret was left out, so that the person has to fill it in. */
export function lacksSecrets(step: TransferMessage): boolean {
  return step.url.includes(REDACTED) || Object.values(step.headers).includes(REDACTED);
}

/** Quotes what a shell might read as more than text. */
function quote(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", `'\\''`)}'`;
}
