import { readFileSync } from "node:fs";
import { originRateOf } from "../job/limit/origin-rates.ts";
import { originTokens } from "./origin-tokens.ts";
import type { Settings } from "./settings-table.ts";

/** What transfers are told of the settings. */
export function transferSettings(
  settings: Settings,
  version: string,
): {
  userAgent: string;
  directIo: Settings["directIo"];
  connections: number;
  proxy: { http: string | null; https: string | null; no: string | null };
  /** At present. */
  tokens: () => { url: string; token: string }[];
  /** At present, for all from the server of an address; null for no limit. */
  originRate: (url: string) => number | null;
  allowPrivateRedirects: boolean;
  allowedPlaces: readonly string[];
  restrictAll: boolean;
  extraCertificates: string[];
} {
  const { directIo, connections, httpProxy, httpsProxy, noProxy, extraCaCerts, privateRedirects } = settings;
  return {
    userAgent: `haulyard/${version}`,
    directIo,
    connections,
    proxy: { http: httpProxy, https: httpsProxy, no: noProxy },
    tokens: () => originTokens(settings),
    originRate: (url) => originRateOf(settings.originLimits, url),
    allowPrivateRedirects: privateRedirects === "allow",
    allowedPlaces: settings.allowedNetworks,
    restrictAll: settings.privateSources === "nobody",
    extraCertificates: extraCaCerts === null ? [] : [readFileSync(extraCaCerts, "utf8")],
  };
}
