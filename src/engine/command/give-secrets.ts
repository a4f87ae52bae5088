/** Which keys of the server's settings a command gets to see: those it is of use to, and no other command. */
import type { CommandStep } from "../../job/job.ts";
import type { Credentials } from "./command-parts.ts";

export function giveSecrets(
  { line, tool, expects }: CommandStep,
  { hfToken, hfEndpoint, civitaiApiKey, civitaiEndpoint }: Credentials,
): Record<string, string> {
  const goesTo = (endpoint: string): boolean => {
    const origin = URL.parse(endpoint)?.origin;
    return (
      origin !== undefined &&
      (line.includes(origin) ||
        expects.some(({ urls }) => urls.some((url) => URL.parse(url)?.origin === origin)))
    );
  };
  const secrets: Record<string, string> = {};
  if (
    hfToken !== null &&
    (tool === "hf" || tool === "git-lfs" || line.includes("HF_TOKEN") || callsHf(line) || goesTo(hfEndpoint))
  )
    secrets["HF_TOKEN"] = hfToken;
  if (civitaiApiKey !== null && (/civitdl|CIVITAI_API_KEY/.test(line) || goesTo(civitaiEndpoint)))
    secrets["CIVITAI_API_KEY"] = civitaiApiKey;
  return secrets;
}

/** Also in a line that is more than plain calls. */
function callsHf(line: string): boolean {
  return /\b(?:hf|huggingface-cli) (?:download|auth)\b|huggingface_hub|snapshot_download/.test(line);
}

/** What must not be read anywhere, as it is printed. */
export function secretValues({ hfToken, civitaiApiKey }: Credentials): string[] {
  return [hfToken, civitaiApiKey].filter((value) => value !== null && value !== "") as string[];
}
