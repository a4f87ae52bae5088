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
    problems.push(`HAULYARD_URL: expected ${kinds.endpoint.expects}${gotOf(rawUrl ?? "")}.`);
  else if (namesUser(url))
    problems.push("HAULYARD_URL: the address of a server takes no user or password; use HAULYARD_TOKEN.");
  const rawToken = given("HAULYARD_TOKEN");
  const token = rawToken === null ? null : kinds.token.read(rawToken, base);
  if (token === undefined) problems.push(`HAULYARD_TOKEN: expected ${kinds.token.expects}.`);
  if (url === undefined || token === undefined || problems.length > 0) return { kind: "bad", problems };
  return { kind: "ok", settings: { url, token } };
}

function namesUser(url: string): boolean {
  const { username, password } = new URL(url);
  return username !== "" || password !== "";
}

/** What stands before an @ may be a password: such a text is not shown. */
function gotOf(raw: string): string {
  return raw.includes("@") ? "" : `, got ${JSON.stringify(raw)}`;
}
