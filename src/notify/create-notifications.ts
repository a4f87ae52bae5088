/** Notifications with all their parts: who is told, how it is sent, and the watch over the disks. */
import { Agent } from "node:http";
import { Agent as HttpsAgent } from "node:https";
import { createNotifier } from "./notifier.ts";
import type { Notifier, NotifierParts } from "./notifier.ts";
import { watchDisks } from "./watch-disks.ts";
import type { WatchParts } from "./watch-disks.ts";

export interface NotificationParts
  extends Omit<NotifierParts, "agents">, Pick<WatchParts, "facts" | "folders"> {
  proxy: { http: string | null; https: string | null; no: string | null };
  /** Free space below which a disk is low; 0: never. */
  diskLowBytes: () => number;
}

export function createNotifications(parts: NotificationParts): Notifier {
  const proxyEnv = {
    HTTP_PROXY: parts.proxy.http ?? undefined,
    HTTPS_PROXY: parts.proxy.https ?? undefined,
    NO_PROXY: parts.proxy.no ?? undefined,
  };
  const agents = { http: new Agent({ proxyEnv }), https: new HttpsAgent({ proxyEnv }) };
  const notifier = createNotifier({ ...parts, agents });
  let disks: { close(): Promise<void> } | null = null;
  return {
    ...notifier,
    async start() {
      await notifier.start();
      disks = watchDisks({ ...parts, limitBytes: parts.diskLowBytes });
    },
    async stop() {
      await notifier.stop();
      await disks?.close();
      agents.http.destroy();
      agents.https.destroy();
    },
  };
}
