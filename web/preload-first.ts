/**
 * The first page is imported by `main.tsx` once the words are there, so that nothing in the HTML names it. Named there,
 * it is fetched beside `main.tsx` and not after it.
 */
import type { Plugin, Rolldown } from "vite";

export function preloadFirst(module: string): Plugin {
  return {
    name: "preload-first",
    transformIndexHtml: {
      order: "post",
      handler: (html, { bundle, path }) => {
        if (bundle === undefined || path !== "/index.html") return html;
        const chunks = Object.values(bundle).filter((file) => file.type === "chunk");
        const first = chunks.find(({ facadeModuleId }) => facadeModuleId?.endsWith(module) === true);
        if (first === undefined) throw new Error(`no chunk begins with ${module}`);
        const known = [...collect(first, bundle)].filter((file) => !html.includes(file));
        const attrs = { crossorigin: true };
        return known.map((file) =>
          file.endsWith(".css")
            ? { tag: "link", attrs: { rel: "stylesheet", ...attrs, href: `./${file}` }, injectTo: "head" }
            : { tag: "link", attrs: { rel: "modulepreload", ...attrs, href: `./${file}` }, injectTo: "head" },
        );
      },
    },
  };
}

/** A chunk, all it imports at once, and their styles. */
function collect(
  chunk: Rolldown.OutputChunk,
  bundle: Rolldown.OutputBundle,
  found = new Set<string>(),
): Set<string> {
  if (found.has(chunk.fileName)) return found;
  found.add(chunk.fileName);
  for (const name of chunk.imports) {
    const next = bundle[name];
    if (next?.type === "chunk") collect(next, bundle, found);
  }
  for (const style of chunk.viteMetadata?.importedCss ?? []) found.add(style);
  return found;
}
