import type { FastifyInstance } from "fastify";

/** Answers that are data run nothing and are framed by nobody. */
const DATA_POLICY = "default-src 'none'; frame-ancestors 'none'";

/** The page: its own scripts only; Mantine and Scalar write styles into elements. */
export const PAGE_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self' data:",
  "connect-src 'self'",
  "manifest-src 'self'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join("; ");

/** Scripts of the page: one that is run as a worker is under its own policy, and asks the server for events. */
export const SCRIPT_POLICY =
  "default-src 'none'; script-src 'self'; connect-src 'self'; frame-ancestors 'none'";

export function setSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onRequest", async (_request, reply) => {
    reply.headers({
      "content-security-policy": DATA_POLICY,
      // What is true of a download now is not a second later.
      "cache-control": "no-store",
      "x-content-type-options": "nosniff",
      // Not no-referrer: with that, browsers hide the origin of our own forms too.
      "referrer-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
  });
}
