/** What a short script prints: how much space there is, which tools there are. */
import type { NoAnswer } from "../../job/run-contract.ts";
import type { Shell } from "../shell.ts";
import { converse } from "./converse.ts";
import type { Script } from "./script.ts";
import { makeNonce } from "./script.ts";

export type Captured = { kind: "captured"; output: string; code: number } | NoAnswer;

/**
 * Runs a script of POSIX sh that ends within seconds, and gives what it wrote to its standard output, without
 * line ends at the end, as `$(…)` does. At most about a megabyte.
 */
export async function capture(shell: Shell, script: string, signal: AbortSignal): Promise<Captured> {
  const talk = converse(shell, captureScript(script), "brief", signal);
  let output = "";
  let code = 0;
  let next = await talk.next();
  for (; next.done !== true; next = await talk.next()) {
    const frame = next.value;
    if (frame.kind === "data") output = Buffer.from(frame.bytes).toString("utf8");
    else if (frame.words[0] === "code") code = Number(frame.words[1]);
  }
  return next.value.kind === "bye" ? { kind: "captured", output, code } : next.value;
}

function captureScript(script: string): Script {
  const nonce = makeNonce();
  const lines = [
    // Counts bytes, and lets tools speak English.
    "LC_ALL=C",
    "export LC_ALL",
    "hy_do() {",
    script,
    "}",
    "hy_out=$(hy_do </dev/null)",
    "hy_code=$?",
    `printf '\\n%s data 0 0 %s\\n%s' '${nonce}' "\${#hy_out}" "$hy_out"`,
    `printf '\\n%s end whole\\n\\n%s code %s\\n\\n%s bye\\n' '${nonce}' '${nonce}' "$hy_code" '${nonce}'`,
  ];
  return { text: lines.join("\n"), nonce };
}
