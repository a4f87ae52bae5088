/** The environment of a server in a test. */
import type { TestOptions } from "./test-server.ts";

/** Nobody is there to be asked. */
const NO_TOKENS = {
  hfToken: null,
  hfEndpoint: "http://hugging-face.invalid",
  civitaiApiKey: null,
  civitaiEndpoint: "http://civitai.invalid",
};

/** The services and the environment as the variables that say so. */
export function environmentOf({ services: given, environment }: TestOptions): Record<string, string> {
  const { hfToken, hfEndpoint, civitaiApiKey, civitaiEndpoint } = { ...NO_TOKENS, ...given };
  return {
    HF_ENDPOINT: hfEndpoint,
    CIVITAI_ENDPOINT: civitaiEndpoint,
    ...(hfToken === null ? {} : { HF_TOKEN: hfToken }),
    ...(civitaiApiKey === null ? {} : { CIVITAI_API_KEY: civitaiApiKey }),
    ...environment,
  };
}
