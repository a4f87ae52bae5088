import { Outlet, useNavigate, useSearch } from "@tanstack/react-router";
import { lazy, Suspense, useCallback } from "react";
import { MayProvider } from "../access/may.tsx";
import { Gate } from "../access/gate.tsx";
import { AddDownloadProvider } from "../add/add-download-provider.tsx";
import { OverallLimitProvider } from "../limit/overall-limit-provider.tsx";
import { fetchPart } from "../ui/fetch-part.ts";
import { useEver } from "../ui/use-ever.ts";
import { Frame } from "./frame.tsx";

const DetailsDrawer = lazy(async () => {
  const { DetailsDrawer: component } = await fetchPart(() => import("../details/details-drawer.tsx"));
  return { default: component };
});

const HostKeyDialog = lazy(async () => {
  const { HostKeyDialog: component } = await fetchPart(() => import("../host-keys/host-key-dialog.tsx"));
  return { default: component };
});

/** What every page has: the frame, the form for a new download, the details of a job, the question about the keys of an instance. */
export function Root() {
  const { job, verify } = useSearch({ from: "__root__" });
  const navigate = useNavigate();
  const hadJob = useEver(job !== undefined);
  const hadQuestion = useEver(verify !== undefined);
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
    <Gate>
      <MayProvider>
        <AddDownloadProvider>
          <OverallLimitProvider>
            <Frame>
              <Outlet />
            </Frame>
            <Suspense fallback={null}>
              {hadJob && <DetailsDrawer id={job ?? null} onClose={close} />}
              {hadQuestion && <HostKeyDialog id={verify ?? null} onClose={closeQuestion} />}
            </Suspense>
          </OverallLimitProvider>
        </AddDownloadProvider>
      </MayProvider>
    </Gate>
  );
}
