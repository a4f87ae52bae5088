/** What was just asked for, for components that show it as queued. */
import { useSyncExternalStore } from "react";
import type { Wanted } from "./create-asked.ts";
import { useServer } from "./server.tsx";

/** The same map until one comes or goes. */
export function useAsked(): ReadonlyMap<string, Wanted> {
  const { asked } = useServer();
  return useSyncExternalStore(asked.subscribe, asked.getSnapshot);
}

/** Whether this very one was; drawn again only for it. */
export function useIsAsked(key: string): boolean {
  const { asked } = useServer();
  return useSyncExternalStore(asked.subscribe, () => asked.getSnapshot().has(key));
}
