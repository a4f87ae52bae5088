import { Outlet, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import { AddDownloadProvider } from "../add/add-download-provider.tsx";
import { OverallLimitProvider } from "../limit/overall-limit-provider.tsx";
import { Frame } from "./frame.tsx";
import { TokenGate } from "./token-gate.tsx";

const DetailsDrawer = lazy(async () => {
  const { DetailsDrawer: component } = await import("../details/details-drawer.tsx");
  return { default: component };
});

const HostKeyDialog = lazy(async () => {
  const { HostKeyDialog: component } = await import("../host-keys/host-key-dialog.tsx");
  return { default: component };
});

/** What every page has: the frame, the form for a new download, the details of a job, the question about the keys of an instance. */
export function Root() {
  const { job, verify } = useSearch({ from: "__root__" });
  const navigate = useNavigate();
  const close = useCallback(
    () =>
      void navigate({
        to: ".",
        search: ({ job: _closed, ...others }) => others,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  const closeQuestion = useCallback(
    () =>
      void navigate({
        to: ".",
        search: ({ verify: _closed, ...others }) => others,
        replace: true,
        resetScroll: false,
      }),
    [navigate],
  );
  return (
    <TokenGate>
      <AddDownloadProvider>
        <OverallLimitProvider>
          <Frame>
            <Outlet />
          </Frame>
          <Suspense fallback={null}>
            <DetailsDrawer id={job ?? null} onClose={close} />
            <HostKeyDialog id={verify ?? null} onClose={closeQuestion} />
          </Suspense>
        </OverallLimitProvider>
      </AddDownloadProvider>
    </TokenGate>
  );
}
