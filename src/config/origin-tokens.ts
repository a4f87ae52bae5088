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
