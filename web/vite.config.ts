import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";

// Whoever builds it (a test does, under NODE_ENV=test): there is one page, the one people get.
process.env["NODE_ENV"] = "production";

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the page works under any path of a reverse proxy.
  base: "./",
  plugins: [react()],
  build: {
    outDir: "dist",
    emptyOutDir: true,
    // Inlined files would need data: in the page's Content-Security-Policy.
    assetsInlineLimit: 0,
    // Every evergreen browser since 2023.
    target: ["chrome111", "edge111", "firefox114", "safari16.4"],
    reportCompressedSize: true,
    // The second is what tools/manual makes the pages of the manual of.
    rolldownOptions: { input: ["index.html", "manual.html"].map((name) => join(import.meta.dirname, name)) },
  },
});
