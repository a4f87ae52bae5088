/** Files of ours without the secrets in them. */
import { holdsSecrets } from "../catalog/cards/holds-secrets.ts";
import { redactProse } from "../job/redact.ts";

/** `text`: null where the file is left out. `leftOut`: what was taken away, for the manifest. */
export function withoutSecrets(
  name: string,
  text: string,
  secretSettings: readonly string[],
): { text: string | null; leftOut: string[] } {
  // A command without its secret is another command: it would fail, or do something else.
  if (name.endsWith(".md"))
    return holdsSecrets(text) ? { text: null, leftOut: [name] } : { text, leftOut: [] };
  if (name !== "haulyard.config.json") {
    const clean = redactProse(text);
    return { text: clean, leftOut: clean === text ? [] : [`secrets in ${name}`] };
  }
  const values = parse(text);
  // Nobody can tell what is in a file that cannot be read.
  if (values === null) return { text: "{}\n", leftOut: [name] };
  const leftOut = Object.keys(values).filter((key) => secretSettings.includes(key));
  const kept = Object.entries(values).filter(([key]) => !leftOut.includes(key));
  return {
    text: `${redactProse(JSON.stringify(Object.fromEntries(kept), null, 2))}\n`,
    leftOut: leftOut.map((key) => `setting ${key}`),
  };
}

function parse(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Record<string, unknown>)
      : null;
  } catch {
    return null;
  }
}
