import { lazy, Suspense, useCallback, useMemo, useState } from "react";
import type { ReactNode } from "react";
import { useMay } from "../access/may.tsx";
import { fetchPart } from "../ui/fetch-part.ts";
import { useEver } from "../ui/use-ever.ts";
import { useShortcut } from "../ui/use-shortcut.ts";
import { OverallLimitContext } from "./use-overall-limit.tsx";

const OverallLimitDialog = lazy(async () => {
  const { OverallLimitDialog: component } = await fetchPart(() => import("./overall-limit-dialog.tsx"));
  return { default: component };
});

/** Holds the form for the limit for all; `l` opens it on every page. */
export function OverallLimitProvider({ children }: { children: ReactNode }) {
  const [opened, setOpened] = useState(false);
  const had = useEver(opened);
  const may = useMay("PUT /limit-rate");
  const open = useCallback(() => setOpened(may), [may]);
  const close = useCallback(() => setOpened(false), []);
  useShortcut("l", open);
  return (
    <OverallLimitContext value={useMemo(() => ({ open }), [open])}>
      {children}
      <Suspense fallback={null}>{had && <OverallLimitDialog opened={opened} onClose={close} />}</Suspense>
    </OverallLimitContext>
  );
}
