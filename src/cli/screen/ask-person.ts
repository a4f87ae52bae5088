import { createInterface } from "node:readline/promises";

/** Asks on the terminal; null where nobody sits there, or they leave without a word. */
export async function askPerson(question: string): Promise<string | null> {
  const { stdin, stderr } = process;
  if (!stdin.isTTY || !stderr.isTTY) return null;
  const gone = new AbortController();
  const reader = createInterface({ input: stdin, output: stderr });
  // Ctrl-C and Ctrl-D: no answer.
  reader.once("SIGINT", () => gone.abort());
  reader.once("close", () => gone.abort());
  try {
    return await reader.question(question, { signal: gone.signal });
  } catch (error) {
    if (!gone.signal.aborted) throw error;
    stderr.write("\n");
    return null;
  } finally {
    reader.close();
  }
}
