/** A source that is a line for a shell: it is read for the downloads it asks for, never run. Pure. */

/** What stands in front is a prompt, or who is to run it: nobody does. */
export const PROMPT = /^(?:[$>] )?(?:sudo )?/;
const BEGINNING = /^(?:[$>] )?(?:sudo )?(curl|wget2?|aria2c)(?:\.exe)?(?=\s)/;

/** The tool it calls, or null. Any word of such a line may be a secret. */
export function commandTool(line: string): string | null {
  return BEGINNING.exec(line.trim())?.[1] ?? null;
}
