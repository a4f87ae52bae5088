/** Methods about the server itself. */
import type { Method } from "./rpc-context.ts";
import { RpcError } from "./rpc-error.ts";

/** The version whose calls are answered here: add-ons and scripts ask for it to know what they may use. */
const ARIA2_VERSION = "1.36.0";
const FEATURES = ["HTTPS", "Message Digest", "Metalink"];

const getVersion: Method = async () => ({ version: ARIA2_VERSION, enabledFeatures: FEATURES });

const getSessionInfo: Method = async (_params, { sessionId }) => ({ sessionId });

/** Every change is on the disk before it is answered: there is nothing to save. */
const saveSession: Method = async () => "OK";

/** It serves others, too, and whoever started it stops it. */
const shutdown: Method = async () => {
  throw new RpcError("Haulyard is not shut down by its clients. Stop it where it was started.");
};

export const SESSION_METHODS = {
  getVersion,
  getSessionInfo,
  saveSession,
  shutdown,
  forceShutdown: shutdown,
} as const satisfies Record<string, Method>;
