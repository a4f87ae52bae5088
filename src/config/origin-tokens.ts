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

/** Where services that have files are, and whether they will know who asks: at each look, as the settings are then. */
export function services(
  settings: Pick<Settings, "hfToken" | "hfEndpoint" | "civitaiApiKey" | "civitaiEndpoint">,
): {
  huggingFace: { endpoint: string; hasToken: boolean };
  civitai: { endpoint: string; hasToken: boolean };
} {
  return {
    huggingFace: {
      endpoint: settings.hfEndpoint,
      get hasToken() {
        return settings.hfToken !== null;
      },
    },
    civitai: {
      endpoint: settings.civitaiEndpoint,
      get hasToken() {
        return settings.civitaiApiKey !== null;
      },
    },
  };
}
