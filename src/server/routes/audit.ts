/** Who did what when. */
import { AuditPage, AuditQuery, toAuditMessage } from "../../wire/access.ts";
import type { App } from "../app.ts";
import type { ServerParts } from "../parts.ts";
import { errors } from "./describe.ts";

export function serveAudit(app: App, { access }: Pick<ServerParts, "access">): void {
  app.route({
    method: "GET",
    url: "/audit",
    schema: {
      tags: ["access"],
      operationId: "readAudit",
      summary: "Who did what when: changes, sign-ins, refusals; the newest first",
      querystring: AuditQuery,
      response: { 200: AuditPage.describe("A page of lines."), ...errors(400) },
    },
    handler: async ({ query: { before, limit } }) => {
      const entries = await access.audit({ before: before ?? null, limit });
      const last = entries.length < limit ? undefined : entries.at(-1);
      return { entries: entries.map(toAuditMessage), next: last?.id ?? null };
    },
  });
}
