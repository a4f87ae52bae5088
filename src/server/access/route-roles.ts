/** Which role every route wants. The only place that says so: a route that is not in here cannot be registered. */
import { isEnough } from "../../job/access-contract.ts";
import type { Role } from "../../job/access-contract.ts";

export type RouteRole =
  | Role
  /** Anybody: it tells nothing but what is in this program's package, or checks for itself. */
  | "public";

const SERVICE = "/limiquantix.storage.v1.ImageService";

const ROUTE_ROLES = {
  // The page, and what can be known of every Haulyard.
  "GET /": "public",
  "GET /*": "public",
  "GET /docs": "public",
  "GET /docs/": "public",
  "GET /docs/start.js": "public",
  "GET /docs/scalar.js": "public",
  "GET /manual": "public",
  // Leads to the page, with what was sent in the address.
  "GET /send": "public",
  "GET /openapi.json": "public",
  "GET /health": "public",
  "GET /ready": "public",

  // Who is there. Signing in and out needs no role; who asks for a session's end is looked at by the route.
  "GET /access": "public",
  "POST /access/sign-in": "public",
  "POST /access/sign-out": "public",
  "PUT /access/password": "read",
  "GET /access/sessions": "read",
  "DELETE /access/sessions": "read",
  "DELETE /access/sessions/:id": "read",
  "GET /access/users": "admin",
  "POST /access/users": "admin",
  "PATCH /access/users/:name": "admin",
  "DELETE /access/users/:name": "admin",
  "GET /access/keys": "admin",
  "POST /access/keys": "admin",
  "DELETE /access/keys/:id": "admin",
  "GET /audit": "admin",

  // Jobs
  "GET /jobs": "read",
  "POST /jobs": "operate",
  "GET /jobs/:id": "read",
  "GET /jobs/:id/history": "read",
  "GET /jobs/:id/map": "read",
  "GET /jobs/:id/log": "read",
  "PATCH /jobs/:id": "operate",
  "DELETE /jobs/:id": "operate",
  "POST /jobs/:id/pause": "operate",
  "POST /jobs/:id/resume": "operate",
  "POST /jobs/:id/now": "operate",
  "POST /jobs/:id/cancel": "operate",
  "POST /jobs/:id/retry": "operate",
  "POST /jobs/:id/move": "operate",
  "POST /jobs/actions": "operate",
  "GET /groups": "read",
  "POST /groups": "operate",
  "GET /groups/:id": "read",
  "DELETE /groups/:id": "operate",
  "POST /groups/:id/actions": "operate",
  // It asks servers, as a download does.
  "POST /plan": "operate",
  "GET /events": "read",
  "GET /limit-rate": "read",
  "PUT /limit-rate": "operate",
  "GET /lock": "read",
  "POST /sync": "operate",
  "GET /files": "read",
  "GET /files/folders": "read",
  "POST /files/verify": "operate",

  // Instances: whose keys are trusted and where commands may run is an admin's.
  "GET /hosts": "read",
  "GET /hosts/:id": "read",
  "POST /hosts": "admin",
  "PATCH /hosts/:id": "admin",
  "DELETE /hosts/:id": "admin",
  "POST /hosts/:id/scan": "operate",
  "POST /hosts/:id/verify": "admin",
  "POST /ssh/verify-host": "admin",
  "POST /ssh/test": "admin",
  "POST /ssh/explain": "read",

  // Models, cards, images
  "GET /models": "read",
  "POST /download": "operate",
  "GET /status": "read",
  "POST /clear_completed": "operate",
  "GET /get_model_configs": "read",
  "GET /debug_config": "admin",
  "POST /add_model": "admin",
  "POST /edit_model": "admin",
  "POST /delete_model": "admin",
  "POST /reload_config": "operate",
  "GET /resources/list": "read",
  "GET /resources/search": "read",
  "GET /resources/get/:path": "read",
  "GET /resources/get/*": "read",
  "GET /resources/types": "read",
  "GET /resources/ecosystems": "read",
  "GET /resources/tags": "read",
  "POST /downloads/queue": "operate",
  "GET /downloads/status": "read",
  "POST /downloads/retry": "operate",
  "DELETE /downloads/job/:id": "operate",
  "GET /images": "read",
  "GET /images/catalog": "read",
  "POST /images/:id/download": "operate",
  "POST /images/import": "operate",
  "GET /images/jobs/:job_id": "read",
  "DELETE /images/:id": "operate",
  "POST /images/updates": "operate",
  [`POST ${SERVICE}/GetImageCatalog`]: "read",
  [`POST ${SERVICE}/ListImages`]: "read",
  [`POST ${SERVICE}/GetImportStatus`]: "read",
  [`POST ${SERVICE}/GetCatalogDownloadStatus`]: "read",
  [`POST ${SERVICE}/DownloadImage`]: "operate",
  [`POST ${SERVICE}/ImportImage`]: "operate",
  [`POST ${SERVICE}/DeleteImage`]: "operate",

  // Every call shows a secret of its own: which role its method wants is said in src/server/compat/aria2/methods.ts.
  "GET /jsonrpc": "public",
  "POST /jsonrpc": "public",
  "OPTIONS /jsonrpc": "public",

  // The server: it tells which tokens are set.
  // Who may set up where messages go learns what everybody downloads, and may have a program run.
  "GET /notifications": "admin",
  // Names alone, for whoever may ask for one.
  "GET /after-run": "operate",
  "POST /notifications": "admin",
  "PATCH /notifications/:id": "admin",
  "DELETE /notifications/:id": "admin",
  "POST /notifications/:id/test": "admin",
  "GET /notifications/:id/messages": "admin",
  "GET /nodes": "read",
  "POST /nodes/:name/drain": "admin",
  "DELETE /nodes/:name": "admin",
  "GET /doctor": "admin",
  "GET /settings": "admin",
  "PATCH /settings": "admin",
  "DELETE /settings/:name": "admin",
  "POST /settings/:name/test": "admin",
  // All there is, secrets included if asked for.
  "GET /backup": "admin",
  "GET /restore": "admin",
  "POST /restore": "admin",
  "DELETE /restore": "admin",
  // Numbers without names.
  "GET /metrics": "read",
} as const satisfies Record<string, RouteRole>;

const ROLES: ReadonlyMap<string, RouteRole> = new Map(Object.entries(ROUTE_ROLES));

/** What a route wants; HEAD is GET without its body. Undefined: there is no such route. */
export function roleOfRoute(method: string, url: string): RouteRole | undefined {
  return ROLES.get(`${method === "HEAD" ? "GET" : method} ${url}`);
}

/** The routes that may be asked for with a role. */
export function routesOfRole(role: Role): string[] {
  const mayAsk = (needed: RouteRole): boolean => needed === "public" || isEnough(role, needed);
  return [...ROLES].filter(([, needed]) => mayAsk(needed)).map(([route]) => route);
}
