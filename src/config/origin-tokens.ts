import type { Settings } from "./settings-table.ts";

/** Tokens of the environment with the origin each is meant for. */
export function originTokens({
  hfToken,
  hfEndpoint,
  civitaiApiKey,
  civitaiEndpoint,
}: Pick<Settings, "hfToken" | "hfEndpoint" | "civitaiApiKey" | "civitaiEndpoint">): {
  url: string;
  token: string;
}[] {
  return [
    ...(hfToken === null ? [] : [{ url: hfEndpoint, token: hfToken }]),
    ...(civitaiApiKey === null ? [] : [{ url: civitaiEndpoint, token: civitaiApiKey }]),
  ];
}

/** Where services that have files are, and whether they will know who asks. */
export function services({
  hfToken,
  hfEndpoint,
  civitaiApiKey,
  civitaiEndpoint,
}: Pick<Settings, "hfToken" | "hfEndpoint" | "civitaiApiKey" | "civitaiEndpoint">): {
  huggingFace: { endpoint: string; hasToken: boolean };
  civitai: { endpoint: string; hasToken: boolean };
} {
  return {
    huggingFace: { endpoint: hfEndpoint, hasToken: hfToken !== null },
    civitai: { endpoint: civitaiEndpoint, hasToken: civitaiApiKey !== null },
  };
}
