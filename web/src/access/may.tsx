/** What whoever is here may ask for. What they may not is not offered; the server refuses it all the same. */
import { createContext, useCallback, useContext, useMemo } from "react";
import type { ReactNode } from "react";
import type { Deed } from "./deeds.ts";
import { useAccess } from "./use-access.ts";

/** Null: not known yet, so nothing is kept back. */
const MayContext = createContext<ReadonlySet<string> | null>(null);

const NOTHING: readonly string[] = [];

export function MayProvider({ children }: { children: ReactNode }) {
  const access = useAccess().data;
  // Who has not signed in yet may do nothing; to offer it until then would only be refused.
  const may = access === undefined ? undefined : (access.asker?.may ?? NOTHING);
  const known = useMemo(() => (may === undefined ? null : new Set<string>(may)), [may]);
  return <MayContext value={known}>{children}</MayContext>;
}

export function useMay(deed: Deed): boolean {
  return useAllowed()(deed);
}

export function useAllowed(): (deed: Deed) => boolean {
  const may = useContext(MayContext);
  return useCallback((deed) => may === null || may.has(deed), [may]);
}

/** Shows what is in it to those who may do it. */
export function May({ to, children }: { to: Deed; children: ReactNode }): ReactNode {
  return useMay(to) ? children : null;
}
