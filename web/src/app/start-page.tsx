/** The page: its parts, put together. */
import { MantineProvider } from "@mantine/core";
import { ModalsProvider } from "@mantine/modals";
import { Notifications } from "@mantine/notifications";
import { QueryClient, QueryClientProvider } from "@tanstack/react-query";
import { RouterProvider } from "@tanstack/react-router";
import { StrictMode } from "react";
import { createRoot } from "react-dom/client";
import { z } from "zod";
import { router } from "./router.tsx";
import { createServer } from "../data/create-server.ts";
import { ServerProvider } from "../data/server.tsx";
import { colorSchemeManager } from "../theme/color-scheme.ts";
import { cssVariables, theme } from "../theme/theme.ts";

// Compiling schemas with `new Function` is against the page's Content-Security-Policy.
z.config({ jitless: true });

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
            <ModalsProvider>
              <Notifications position="bottom-right" limit={4} />
              <RouterProvider router={router} />
            </ModalsProvider>
          </QueryClientProvider>
        </ServerProvider>
      </MantineProvider>
    </StrictMode>,
  );
}
