import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { preloadFirst } from "./preload-first.ts";

// Whoever builds it (a test does, under NODE_ENV=test): there is one page, the one people get.
process.env["NODE_ENV"] = "production";

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the page works under any path of a reverse proxy.
  base: "./",
  plugins: [react(), preloadFirst("/app/start-page.tsx")],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Inlined files would need data: in the page's Content-Security-Policy.
    assetsInlineLimit: 0,
    // Every evergreen browser since 2023.
    target: ["chrome111", "edge111", "firefox114", "safari16.4"],
    reportCompressedSize: true,
    // The second is what tools/manual makes the pages of the manual of.
    rolldownOptions: {
      input: ["index.html", "manual.html"].map((name) => join(import.meta.dirname, name)),
      output: {
        codeSplitting: {
          groups: [
            // What comes with every page, and changes with none of ours.
            {
              name: "react",
              test: /node_modules\/(?:react|react-dom|scheduler|use-sync-external-store)\//,
              priority: 2,
            },
            // A file for each of a hundred icons is more head than icon.
            { name: "icons", test: /node_modules\/lucide-react\//, priority: 1 },
          ],
        },
      },
    },
  },
});
