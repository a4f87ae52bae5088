/** Which tokens the commands of a card would want and this server has not. Pure. */
import type { CommandStep } from "../../job/job.ts";

/** A service that gives some of its files only to those it knows. */
interface Service {
  endpoint: string;
  hasToken: boolean;
}

interface Services {
  huggingFace: Service;
  civitai: Service;
}

/** A sentence for each token; the commands may do without, so nothing is refused. */
export function missingTokens(steps: readonly CommandStep[], { huggingFace, civitai }: Services): string[] {
  const asks = (tool: CommandStep["tool"], { endpoint }: Service): boolean =>
    steps.some((step) => step.tool === tool || step.expects.some(({ urls }) => urls.some(isAt(endpoint))));
  return [
    ...(!civitai.hasToken && asks("civitdl", civitai)
      ? ["Civitai gives many models only with an API key, and none is set (CIVITAI_API_KEY)."]
      : []),
    ...(!huggingFace.hasToken && asks("hf", huggingFace)
      ? ["Hugging Face gives gated models only with a token, and none is set (HF_TOKEN)."]
      : []),
  ];
}

function isAt(endpoint: string): (url: string) => boolean {
  const origin = URL.parse(endpoint)?.origin;
  return (url) => origin !== undefined && URL.parse(url)?.origin === origin;
}
