/** A readable page of the published document. Everything it needs comes from here, nothing from elsewhere. */
import type { App } from "../app.ts";
import { PAGE_POLICY } from "../security-headers.ts";

const PAGE = `<!doctype html>
<html lang="en">
  <head>
    <meta charset="utf-8">
    <meta name="viewport" content="width=device-width, initial-scale=1">
    <title>Haulyard API</title>
    <link rel="icon" href="favicon.svg">
  </head>
  <body>
    <div id="app"></div>
    <script src="docs/scalar.js"></script>
    <script src="docs/start.js"></script>
  </body>
</html>
`;

/** Its own file, because the page runs no script that is written into it. */
const START = `Scalar.createApiReference("#app", {
  url: "openapi.json",
  servers: [{ url: new URL(".", location.href).href.replace(/\\/$/, "") }],
  withDefaultFonts: false,
  telemetry: false,
  hideClientButton: true,
  showDeveloperTools: "never",
  agent: { disabled: true },
  mcp: { disabled: true },
  persistAuth: false,
});
`;

/** The script is a megabyte or more and changes with the version only. */
const SCRIPT_CACHE = "private, max-age=86400";

export function serveDocs(app: App): void {
  let script: Promise<string> | null = null;
  const page = { schema: { hide: true } } as const;

  app.get("/docs", page, async (_request, reply) =>
    reply
      .type("text/html; charset=utf-8")
      .headers({ "content-security-policy": PAGE_POLICY, "cache-control": "no-cache" })
      .send(PAGE),
  );
  app.get("/docs/", page, async (_request, reply) => reply.redirect("../docs", 301));
  app.get("/docs/start.js", page, async (_request, reply) =>
    reply.type("text/javascript; charset=utf-8").header("cache-control", "no-cache").send(START),
  );
  app.get("/docs/scalar.js", page, async (_request, reply) => {
    script ??= loadScript();
    return reply
      .type("text/javascript; charset=utf-8")
      .header("cache-control", SCRIPT_CACHE)
      .send(await script);
  });
}

/**
 * The reader's script, out of its Fastify plugin: the package gives it no other way. Loaded when it is
 * first asked for, since it is four megabytes of text that most servers never need.
 */
async function loadScript(): Promise<string> {
  const [{ fastify }, { default: reference }] = await Promise.all([
    import("fastify"),
    import("@scalar/fastify-api-reference"),
  ]);
  const lender = fastify();
  try {
    await lender.register(reference, { routePrefix: "/", configuration: { content: {} } });
    const { payload } = await lender.inject("/js/scalar.js");
    return payload;
  } finally {
    await lender.close();
  }
}
