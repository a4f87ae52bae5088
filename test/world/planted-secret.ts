/** Where a secret that was planted can be read, and should not be. */
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { listProcesses } from "./processes.ts";

/** Files below a folder that hold a text. */
export function filesWith(folder: string, text: string): string[] {
  const found: string[] = [];
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const path = join(entry.parentPath, entry.name);
    try {
      if (entry.isFile() && readFileSync(path, "latin1").includes(text)) found.push(path);
    } catch {
      // Gone meanwhile.
    }
  }
  return found;
}

/** Files with the text that others than their owner could read. */
export function openFilesWith(folder: string, text: string): string[] {
  return filesWith(folder, text).filter((path) => {
    const mode = statSync(path, { throwIfNoEntry: false })?.mode ?? 0;
    return (mode & 0o077) !== 0;
  });
}

/** Of all ssh clients: what `ps` shows of them, their environment included. */
export function sshThatKnow(text: string): string[] {
  return listProcesses().flatMap(({ pid, line }) => {
    try {
      const all = line + readFileSync(`/proc/${pid}/environ`, "latin1");
      return line.startsWith("ssh") && all.includes(text) ? [line] : [];
    } catch {
      // Gone meanwhile.
      return [];
    }
  });
}

/** Milliseconds of an answer that has no end: of the event stream. */
const LISTEN_MS = 1_000;

/**
 * Every answer to a GET that a server gives, by its own description of itself.
 *
 * @param ids what stands in for `{name}` in paths; several are asked for one after the other
 */
export async function allAnswers(url: string, ids: readonly string[]): Promise<Map<string, string>> {
  const { paths } = (await (await fetch(`${url}/openapi.json`)).json()) as {
    paths: Record<string, Record<string, unknown>>;
  };
  const answers = new Map<string, string>();
  const gets = Object.keys(paths).filter((path) => "get" in (paths[path] ?? {}));
  for (const path of gets) {
    for (const id of path.includes("{") ? ids : [""]) {
      const asked = path.replaceAll(/\{[^}]+\}/g, encodeURIComponent(id));
      answers.set(asked, await textOf(`${url}${asked}`));
    }
  }
  return answers;
}

async function textOf(url: string): Promise<string> {
  let text = "";
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(LISTEN_MS) });
    for await (const chunk of response.body ?? [])
      text += Buffer.from(chunk as Uint8Array).toString("latin1");
  } catch {
    // Cut off: it has said what there is to be said.
  }
  return text;
}
