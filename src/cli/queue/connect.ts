/** The server the commands talk to. */
import { createClient } from "../../client/create-client.ts";
import type { Client } from "../../client/create-client.ts";
import { readClientSettings } from "../../config/client-settings.ts";
import type { ClientSettings } from "../../config/client-settings.ts";
import { readEnvironment } from "../../config/environment.ts";
import { UsageError } from "../usage-error.ts";

export function connect(): Client {
  const { url, token } = clientSettings();
  return createClient({ baseUrl: url, token });
}

/** Where the server is; the address holds no secret. */
export function serverUrl(): string {
  return clientSettings().url;
}

function clientSettings(): ClientSettings {
  const read = readClientSettings(readEnvironment());
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  return read.settings;
}
