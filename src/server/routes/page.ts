/** The page: built files from a folder, or a word on how to build them. */
import { stat } from "node:fs/promises";
import { join } from "node:path";
import fastifyStatic from "@fastify/static";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { PAGE_POLICY, SCRIPT_POLICY } from "../security-headers.ts";

const NOT_BUILT = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Haulyard</title>
    <style>body { font: 1rem/1.6 system-ui, sans-serif; max-width: 40rem; margin: 4rem auto; padding: 0 1rem }</style>
  </head>
  <body>
    <h1>Haulyard runs, its page is not built yet</h1>
    <p>Downloads go on all the same. To build the page, run <code>npm start</code> in the folder Haulyard was
    cloned to: it builds the page when it has to, then starts the server.</p>
    <p>Meanwhile: <a href="docs">the API</a>, <a href="health">the state of the server</a>,
    and <code>bin/haulyard ls</code> in a terminal.</p>
  </body>
</html>
`;

/** Files in here carry a hash of what is in them in their name: it never comes to mean something else. */
const HASHED = /^assets\/[\w-][\w.-]*$/;
const HASHED_MAX_AGE_MS = 365 * 24 * 3600 * 1000;
/** A page of the manual, its pictures, and what its search reads. */
const MANUAL = /^manual\/(?:pictures\/)?[\w-][\w.-]*\.(?:html|json|png|svg)$/;
/** What lies beside the page: an icon, a script that has to come first. */
const PLAIN = /^[\w-][\w.-]*\.(?:css|ico|js|json|png|svg|txt|webmanifest)$/;

export async function servePage(app: App, { settings }: Pick<ServerParts, "settings">): Promise<void> {
  const root = settings.webDir;
  // It may be built while the server runs: then it is served from the next request on.
  await app.register(fastifyStatic, {
    root,
    serve: false,
    suppressWarning: true,
    dotfiles: "ignore",
    // The build puts them beside the files; what has none is sent as it is.
    preCompressed: true,
  });
  const page = { schema: { hide: true } } as const;

  app.get("/", page, async (_request, reply) => {
    reply.headers({ "content-security-policy": PAGE_POLICY, "cache-control": "no-cache" });
    if (await isFile(join(root, "index.html"))) return reply.sendFile("index.html", { cacheControl: false });
    return reply.code(503).type("text/html; charset=utf-8").send(NOT_BUILT);
  });

  app.get("/manual", page, async (_request, reply) => reply.redirect("manual/", 301));

  // Where phones and browsers send what is shared with the installed page (web/public/manifest.webmanifest): they
  // cannot write behind a `#`. It asks for nothing by itself; the page shows what came, and asks a person.
  app.get("/send", page, async (request, reply) => {
    const [, search = ""] = /\?(.*)$/s.exec(request.url) ?? [];
    return reply.redirect(`./#/add${search === "" ? "" : `?${search}`}`, 303);
  });

  app.get("/*", page, async (request, reply) => {
    const asked = (request.params as { "*": string })["*"];
    const file = asked === "manual/" ? "manual/index.html" : asked;
    const [hashed, manual] = [HASHED.test(file), MANUAL.test(file)];
    if (!(hashed || manual || PLAIN.test(file)) || !(await isFile(join(root, file))))
      return reply.callNotFound();
    if (file.endsWith(".js")) reply.header("content-security-policy", SCRIPT_POLICY);
    if (hashed) return reply.sendFile(file, { maxAge: HASHED_MAX_AGE_MS, immutable: true });
    if (manual) reply.header("content-security-policy", PAGE_POLICY);
    return reply.header("cache-control", "no-cache").sendFile(file, { cacheControl: false });
  });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isFile(),
    () => false,
  );
}
