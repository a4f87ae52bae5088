/** The server the commands talk to. */
import { createClient } from "../../client/create-client.ts";
import type { Client } from "../../client/create-client.ts";
import { readClientSettings } from "../../config/client-settings.ts";
import { readEnvironment } from "../../config/environment.ts";
import { UsageError } from "../usage-error.ts";

export function connect(): Client {
  const read = readClientSettings(readEnvironment());
  if (read.kind === "bad") throw new UsageError(read.problems.join("\n"));
  const { url, token } = read.settings;
  return createClient({ baseUrl: url, token });
}
