/** What the commands that talk to a server read from the environment. */
import * as kinds from "./kinds.ts";
import type { SettingsOutcome } from "./read-settings.ts";

export const DEFAULT_SERVER_URL = "http://127.0.0.1:8866";

export interface ClientSettings {
  /** Without a slash at the end. */
  url: string;
  token: string | null;
}

export function readClientSettings(
  env: Readonly<Record<string, string | undefined>>,
): SettingsOutcome<ClientSettings> {
  const base = { folder: "/", home: null };
  const problems: string[] = [];
  const given = (name: string): string | null => {
    const raw = env[name]?.trim() ?? "";
    return raw === "" ? null : raw;
  };
  const rawUrl = given("HAULYARD_URL");
  const url = rawUrl === null ? DEFAULT_SERVER_URL : kinds.endpoint.read(rawUrl, base);
  if (url === undefined)
    problems.push(`HAULYARD_URL: expected ${kinds.endpoint.expects}, got ${JSON.stringify(rawUrl)}.`);
  const rawToken = given("HAULYARD_TOKEN");
  const token = rawToken === null ? null : kinds.token.read(rawToken, base);
  if (token === undefined) problems.push(`HAULYARD_TOKEN: expected ${kinds.token.expects}.`);
  if (url === undefined || token === undefined) return { kind: "bad", problems };
  return { kind: "ok", settings: { url, token } };
}
