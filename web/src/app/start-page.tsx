/** The page: its parts, put together. */
import { MantineProvider } from "@mantine/core";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { lazy, StrictMode, Suspense } from "react";
import { createRoot } from "react-dom/client";
import { z } from "zod";
import { router } from "./router.tsx";
import { createServer } from "../data/create-server.ts";
import { ServerProvider } from "../data/server.tsx";
import { colorSchemeManager } from "../theme/color-scheme.ts";
import { cssVariables, theme } from "../theme/theme.ts";
import { fetchPart } from "../ui/fetch-part.ts";
import { keepFocus } from "../ui/focus/keep-focus.ts";
import { DialogsPlace } from "../ui/dialogs-place.tsx";

// Compiling schemas with `new Function` is against the page's Content-Security-Policy.
z.config({ jitless: true });

// News can wait for the page: what is told before is kept.
const Notifications = lazy(async () => ({
  default: (await fetchPart(() => import("@mantine/notifications"))).Notifications,
}));

const server = createServer();
const queries = new QueryClient({
  defaultOptions: {
    // The live jobs say when something changed; going back to a tab is no reason to ask again.
    // The server may be this very machine: it answers also where the browser thinks it is offline.
    queries: { refetchOnWindowFocus: false, retry: 1, networkMode: "always" },
    mutations: { networkMode: "always" },
  },
});

/** Shows the page in `root`. What it says is in the language that is spoken when this file is loaded. */
export function startPage(root: HTMLElement): void {
  keepFocus(document);
  createRoot(root).render(
    <StrictMode>
      <MantineProvider
        theme={theme}
        cssVariablesResolver={cssVariables}
        colorSchemeManager={colorSchemeManager}
        defaultColorScheme="auto"
      >
        <ServerProvider value={server}>
          <QueryClientProvider client={queries}>
            <RouterProvider router={router} />
            <DialogsPlace />
            <Suspense fallback={null}>
              <Notifications position="bottom-right" limit={4} />
            </Suspense>
          </QueryClientProvider>
        </ServerProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
