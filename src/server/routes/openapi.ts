/** The published document of all routes, made of the schemas that check them. */
import swagger from "@fastify/swagger";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "@fastify/type-provider-zod";
import type { App } from "../app.ts";

const DESCRIPTION = `Queues, runs and watches large downloads on this machine and on every machine you can ssh to.
Errors are \`{success: false, message, code, field?}\`; the routes of old system B add \`error\` with the same sentence.`;

/** Before the routes: it collects them as they are added. */
export async function collectRoutes(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    openapi: {
      openapi: "3.1.0",
      info: {
        title: "Haulyard",
        version,
        description: DESCRIPTION,
        license: { name: "MIT", identifier: "MIT" },
      },
      // Relative: it holds on every address and behind every proxy path.
      servers: [{ url: "." }],
      tags: [
        { name: "jobs", description: "Downloads" },
        { name: "models", description: "The model catalogue" },
        { name: "old model downloader", description: "For clients of the system this one replaces" },
        { name: "server", description: "The server itself" },
      ],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "Where a token is set" },
          key: { type: "apiKey", in: "header", name: "X-Api-Key", description: "The same token" },
        },
      },
      // The empty one: on loopback there is no token.
      security: [{}, { token: [] }, { key: [] }],
    },
    transform: createJsonSchemaTransform({}),
    transformObject: createJsonSchemaTransformObject({}),
  });
}

export function serveOpenApi(app: App): void {
  app.route({
    method: "GET",
    url: "/openapi.json",
    schema: { hide: true },
    handler: async () => app.swagger(),
  });
}
