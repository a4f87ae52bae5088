import { join } from "node:path";
import react from "@vitejs/plugin-react";
import { defineConfig } from "vite";
import { preloadFirst } from "./preload-first.ts";

// Whoever builds it (a test does, under NODE_ENV=test): there is one page, the one people get.
process.env["NODE_ENV"] = "production";

/** The page that one comes to. */
const FIRST = "src/app/start-page.tsx";
/** `main.tsx` and what it imports at once. */
const BEFORE_THE_WORDS =
  /\/web\/(?:index\.html|src\/(?:main\.tsx|theme\/[\w-]+\.css|theme\/mantine\.ts|app\/shell\.css|words\/(?:words|languages|load-words)\.ts))|\/node_modules\/(?:i18next|@mantine\/[\w/-]+\.layer\.css)|^\0/;

export default defineConfig({
  root: import.meta.dirname,
  // Relative addresses: the page works under any path of a reverse proxy.
  base: "./",
  plugins: [react(), preloadFirst(FIRST)],
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
      // The first page is an entry as well, though nothing but `main.tsx` asks for it: only so is it known what it begins with.
      input: ["index.html", "manual.html", FIRST].map((name) => join(import.meta.dirname, name)),
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
            // All the rest of the first page: a hundred little files took longer to come, even from this very machine,
            // than all that is done with them. What is loaded before the language is known cannot be among them.
            {
              name: "first",
              tags: ["$initial"],
              test: (id) => !BEFORE_THE_WORDS.test(id) && !/\/web\/manual\b/.test(id),
              // What these import is either the first page's, and tagged, or not to come with it.
              includeDependenciesRecursively: false,
            },
          ],
        },
      },
    },
  },
});
