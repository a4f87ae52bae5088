import { lazy, Suspense, useSyncExternalStore } from "react";
import { dialogsHost } from "./dialogs.ts";
import { fetchPart } from "./fetch-part.ts";

const DialogsHost = lazy(async () => ({
  default: (await fetchPart(() => import("./dialogs-host.tsx"))).DialogsHost,
}));

/** Where dialogs are drawn that are opened by a call. */
export function DialogsPlace() {
  const wanted = useSyncExternalStore(dialogsHost.subscribe, dialogsHost.isWanted);
  return <Suspense fallback={null}>{wanted && <DialogsHost />}</Suspense>;
}
