/** The published document of all routes, made of the schemas that check them. */
import swagger from "@fastify/swagger";
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from "@fastify/type-provider-zod";
import type { App } from "../app.ts";
import { addExamples } from "./add-examples.ts";

const DESCRIPTION = `Queues, runs and watches large downloads on this machine and on every machine you can ssh to.
Errors are \`{success: false, message, code, field?}\`; the routes of old system B add \`error\` with the same sentence.`;

/** Before the routes: it collects them as they are added. */
export async function collectRoutes(app: App, version: string): Promise<void> {
  await app.register(swagger, {
    // It would read the relative address below as an absolute one.
    stripBasePath: false,
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
      // The page of the interface shows them in this order.
      tags: [
        { name: "jobs", description: "Downloads" },
        { name: "models", description: "The model catalogue" },
        { name: "images", description: "VM images: the catalogue and what is here" },
        { name: "files", description: "Files in the folders of models, images and downloads" },
        { name: "resource cards", description: "What can be fetched onto an instance, and how" },
        { name: "nodes", description: "Machines that share the queue" },
        { name: "instances", description: "Machines that are reached over SSH" },
        { name: "locks", description: "Lock files: what a place has, and making another match it" },
        { name: "notifications", description: "Who is told what happens" },
        { name: "access", description: "Who may ask: sign-in, accounts, API keys, the audit log" },
        { name: "server", description: "The server itself" },
        {
          name: "resource queue",
          description: "Resource cards that run on instances, as old clients ask for them",
        },
        { name: "old model downloader", description: "For clients of the system this one replaces" },
        { name: "old image service", description: "For clients of the image service this one replaces" },
      ],
      components: {
        securitySchemes: {
          token: { type: "http", scheme: "bearer", description: "The server's token, or an API key (hy_…)" },
          key: { type: "apiKey", in: "header", name: "X-Api-Key", description: "The same" },
          session: {
            type: "apiKey",
            in: "cookie",
            name: "haulyard_session",
            description: "Of a browser that signed in",
          },
        },
      },
      // The empty one: on loopback there is no token.
      security: [{}, { token: [] }, { key: [] }, { session: [] }],
    },
    transform: createJsonSchemaTransform({}),
    transformObject: (document) => addExamples(withJsonErrors(resolveSchemas(document))),
  });
}

const resolveSchemas = createJsonSchemaTransformObject({});

type Document = ReturnType<typeof resolveSchemas>;

/** A route's own media type is that of its success; errors are JSON everywhere. */
function withJsonErrors(document: Document): Document {
  for (const operations of Object.values(document.paths ?? {}) as Record<
    string,
    { responses?: Responses }
  >[]) {
    for (const operation of Object.values(operations)) {
      for (const [status, response] of Object.entries(operation.responses ?? {})) {
        const [media] = Object.values(response.content ?? {});
        if (!status.startsWith("2") && media !== undefined) response.content = { "application/json": media };
      }
    }
  }
  return document;
}

type Responses = Record<string, { content?: Record<string, unknown> }>;

export function serveOpenApi(app: App): void {
  app.route({
    method: "GET",
    url: "/openapi.json",
    schema: { hide: true },
    handler: async () => app.swagger(),
  });
}
