/** The routes there are, to tell a wrong method from a wrong path. */
import type { FastifyInstance } from "fastify";

export interface KnownRoute {
  methods: Set<string>;
  /** Speaks old system B's error shape. */
  compat: boolean;
}

declare module "fastify" {
  interface FastifyContextConfig {
    /** Errors carry the sentence as `error` too, as old system B's did. */
    compat?: boolean;
    /** Errors are `{code, message}` in Connect's words, as old system A's were. */
    connect?: boolean;
  }
}

/** Remembers every route registered from now on; answers what is known of a path, or null. */
export function rememberRoutes(app: FastifyInstance): (path: string) => KnownRoute | null {
  const routes = new Map<string, KnownRoute & { pattern: RegExp }>();
  app.addHook("onRoute", ({ url, method, config }) => {
    // What is no route is asked of the page.
    if (url === "/*") return;
    const route = routes.get(url) ?? { pattern: toPattern(url), methods: new Set(), compat: false };
    for (const name of [method].flat()) route.methods.add(name);
    route.compat ||= config?.compat === true;
    routes.set(url, route);
  });
  return (path) => {
    let found: KnownRoute | null = null;
    // A fixed path wins over one with a parameter, as in the router.
    for (const [url, route] of routes) {
      if (route.pattern.test(path) && (found === null || !/[:*]/.test(url))) found = route;
    }
    return found;
  };
}

function toPattern(url: string): RegExp {
  const source = url
    .split("/")
    .map((part) =>
      part.startsWith(":")
        ? "[^/]+"
        : part === "*"
          ? ".+"
          : part.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`),
    )
    .join("/");
  return new RegExp(`^${source}$`);
}
