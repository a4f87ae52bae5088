/** Who did what when: what changes something, who came in, and who was turned away. */
import type { FastifyBaseLogger, FastifyInstance, FastifyRequest } from "fastify";
import type { AccessStore, AuditDraft } from "../../job/access-contract.ts";
import type { Clock } from "../../job/clock.ts";
import { redactText } from "../../job/redact.ts";
import { sessionCookie, shownSecret } from "./credentials.ts";
import { roleOfRoute } from "./route-roles.ts";

declare module "fastify" {
  interface FastifyContextConfig {
    /** Reading it is told in the audit log, too; or, false, using it is not, for it changes nothing. */
    audited?: boolean;
  }
  interface FastifyRequest {
    /** What the request is about, where its address does not say so; no secrets. */
    target: string | null;
  }
}

/** Lines are kept this long. */
const KEEP_MS = 90 * 24 * 3_600_000;
/** And no more of them than these: some tens of MiB. */
const MAX_LINES = 100_000;
const TIDY_MS = 3_600_000;
/** Refusals written down within a minute: somebody who knocks a million times must not fill the disk. */
const MAX_REFUSALS = 300;
/** Lines within a minute about those nobody knows: they must not push out what is told of the others. */
const MAX_OF_STRANGERS = 20;
const MINUTE_MS = 60_000;
const MAX_TARGET_LENGTH = 200;

interface BookParts {
  access: AccessStore;
  clock: Clock;
  logger: FastifyBaseLogger;
}

/** What was done, as whoever does it knows it. */
type Deed = Pick<AuditDraft, "who" | "via" | "address" | "action" | "target" | "status">;
export type NoteDeed = (deed: Deed) => Promise<void>;

/** Answers what writes down a deed that no route is the name of. */
export function keepAudit(app: FastifyInstance, parts: BookParts): NoteDeed {
  const { access, clock, logger } = parts;
  const closing = new AbortController();
  let refusals = { since: 0, count: 0 };
  let strangers = { since: 0, count: 0 };
  app.addHook("preClose", async () => closing.abort());
  app.addHook("onReady", async () => void tidy(parts, closing.signal));
  const note: NoteDeed = async (deed) => {
    const now = clock.now();
    if (isRefusal(deed.status)) {
      if (now - refusals.since >= MINUTE_MS) refusals = { since: now, count: 0 };
      refusals.count += 1;
      if (refusals.count > MAX_REFUSALS) return;
    }
    if (deed.via === "nothing") {
      if (now - strangers.since >= MINUTE_MS) strangers = { since: now, count: 0 };
      strangers.count += 1;
      if (strangers.count > MAX_OF_STRANGERS) return;
    }
    const entry = { ...deed, at: now, target: plainTarget(deed.target) };
    await access.noteAudit(entry).catch((error: unknown) => logger.error({ err: error }, "audit"));
  };
  app.addHook("onResponse", async (request, { statusCode: status }) => {
    if (!changes(request) && (!isRefusal(status) || onlyKnocks(request))) return;
    const { who, via, address } = request.asker ?? { who: "", via: "nothing" as const, address: "" };
    await note({ who, via, address, action: actionOf(request), target: targetOf(request), status });
  });
  return note;
}

function isRefusal(status: number): boolean {
  return status === 401 || status === 403 || status === 429;
}

async function tidy({ access, clock, logger }: BookParts, signal: AbortSignal): Promise<void> {
  while (!signal.aborted) {
    await access
      .tidyAccess(clock.now() - KEEP_MS, MAX_LINES, clock.now())
      .catch((error: unknown) => logger.error({ err: error }, "the audit log could not be tidied"));
    await clock.sleep(TIDY_MS, signal);
  }
}

/** Every page that is opened asks before anybody has signed in: that is nobody who was turned away. */
function onlyKnocks({ method, headers, asker }: FastifyRequest): boolean {
  const shown = shownSecret(headers) ?? sessionCookie(headers);
  return method === "GET" && asker?.via === "nothing" && shown === null;
}

/** Signing in and out is told, too; reading is not. */
function changes({ method, routeOptions }: FastifyRequest): boolean {
  const role = roleOfRoute(method, routeOptions.url ?? "");
  if (role === undefined || method === "HEAD") return false;
  if (method === "GET") return routeOptions.config.audited === true;
  if (routeOptions.config.audited === false) return false;
  // Each call in it is a deed of its own, or none.
  if (routeOptions.config.rpc === true) return false;
  return role !== "read" || routeOptions.url?.startsWith("/access/") === true;
}

function actionOf({ method, routeOptions }: FastifyRequest): string {
  const { operationId } = (routeOptions.schema ?? {}) as { operationId?: string };
  return operationId ?? (routeOptions.url === undefined ? "nothing" : `${method} ${routeOptions.url}`);
}

/** Of an address only what is in the place of a parameter: a query may hold anything. */
function targetOf({ target, params }: FastifyRequest): string {
  return target ?? Object.values((params ?? {}) as Record<string, unknown>).join("/");
}

function plainTarget(target: string): string {
  return (
    redactText(target)
      // A line of a log has to stay one.
      .replaceAll(/\p{C}/gu, "·")
      .slice(0, MAX_TARGET_LENGTH)
  );
}
