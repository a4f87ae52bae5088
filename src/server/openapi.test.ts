import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { Ajv2020 } from "ajv/dist/2020.js";
import type { ValidateFunction } from "ajv";
import { validate } from "@scalar/openapi-parser";
import { QueueAnswer } from "../wire/downloads.ts";
import { send } from "./testing/send.ts";
import type { Raw, Sent } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

interface Operation {
  operationId: string;
  summary: string;
  tags: string[];
  responses: Record<string, { description: string; content?: Record<string, { schema: object }> }>;
  requestBody?: { content: Record<string, { schema: object }> };
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, object> };
}

const CARD = `---
title: A
size: 5
dependencies: [b]
trigger: [x]
---
# Download
\`\`\`bash
mkdir -p "$UI_HOME/models" && wget -k -P "$UI_HOME/models" "https://x.org/a?token=b"
pip install civitdl
\`\`\`
`;

const IMAGE = {
  id: "debian",
  name: "Debian",
  url: "http://127.0.0.1:1/d.qcow2?token=a",
  checksum: "a".repeat(64),
  format: "qcow2",
  os: { family: "linux", distribution: "debian", version: "13", architecture: "x86_64" },
};
const SERVICE = "/limiquantix.storage.v1.ImageService";

let server: TestServer;
let document: Document;

beforeAll(async () => {
  const url = "http://127.0.0.1:1/base.safetensors";
  server = await startServer({
    localJobs: 0,
    catalogue: {
      sd: { name: "SD", models: { base: { name: "B", url, path: "a/base.safetensors" }, bad: {} } },
    },
    imageCatalogue: { images: [IMAGE, { ...IMAGE, id: "bad", url: 7 }] },
  });
  await writeFile(join(server.cards, "card.md"), CARD);
  await writeFile(join(server.cards, "broken.md"), "# Downloads");
  const gone = { name: "gone", kind: "worker", version: "1.2.3", run: "gone/1" } as const;
  await server.store.nodes.register(
    { ...gone, address: null, labels: {}, folders: {}, tokenHash: null },
    Date.now() - 60_000,
  );
  const answer = await send(server.url, "/openapi.json");
  document = JSON.parse(answer.text) as Document;
});
afterAll(() => server[Symbol.asyncDispose]());

const operations = (): [string, string, Operation][] =>
  Object.entries(document.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]): [string, string, Operation] => [
      method,
      path,
      operation,
    ]),
  );

/** Checks a value against a schema of the document, as a client that was generated from it would. */
function checker(): (schema: object) => ValidateFunction {
  const ajv = new Ajv2020({ strict: false, validateFormats: false, allErrors: true });
  ajv.addSchema({ $id: "doc", components: document.components });
  return (schema) =>
    ajv.compile(JSON.parse(JSON.stringify(schema).replaceAll('"#/components', '"doc#/components')) as object);
}

describe("the published document", () => {
  it("is valid OpenAPI 3.1", async () => {
    expect(document.openapi).toMatch(/^3\.1\./);
    const { valid, errors } = await validate(JSON.stringify(document));
    expect(errors ?? []).toEqual([]);
    expect(valid).toBe(true);
  });

  it("has every route of the contract", () => {
    const routes = operations().map(([method, path]) => `${method.toUpperCase()} ${path}`);
    expect(new Set(routes)).toEqual(
      new Set([
        "POST /jobs",
        "GET /jobs",
        "GET /jobs/{id}",
        "GET /jobs/{id}/history",
        "GET /jobs/{id}/log",
        "GET /jobs/{id}/map",
        "PATCH /jobs/{id}",
        "DELETE /jobs/{id}",
        ...["pause", "resume", "now", "cancel", "retry", "move"].map((verb) => `POST /jobs/{id}/${verb}`),
        "POST /jobs/actions",
        "POST /groups",
        "GET /groups",
        "GET /groups/{id}",
        "DELETE /groups/{id}",
        "POST /groups/{id}/actions",
        "POST /plan",
        "GET /hosts",
        "POST /hosts",
        "GET /hosts/{id}",
        "PATCH /hosts/{id}",
        "DELETE /hosts/{id}",
        "POST /hosts/{id}/scan",
        "POST /hosts/{id}/verify",
        "POST /ssh/verify-host",
        "POST /ssh/explain",
        "POST /ssh/test",
        "POST /downloads/queue",
        "GET /downloads/status",
        "POST /downloads/retry",
        "DELETE /downloads/job/{id}",
        "GET /access",
        "POST /access/sign-in",
        "POST /access/sign-out",
        "PUT /access/password",
        "GET /access/sessions",
        "DELETE /access/sessions",
        "DELETE /access/sessions/{id}",
        "GET /access/users",
        "POST /access/users",
        "PATCH /access/users/{name}",
        "DELETE /access/users/{name}",
        "GET /access/keys",
        "POST /access/keys",
        "DELETE /access/keys/{id}",
        "GET /audit",
        "GET /notifications",
        "POST /notifications",
        "PATCH /notifications/{id}",
        "DELETE /notifications/{id}",
        "GET /notifications/{id}/messages",
        "POST /notifications/{id}/test",
        "GET /limit-rate",
        "PUT /limit-rate",
        "GET /settings",
        "PATCH /settings",
        "DELETE /settings/{name}",
        "POST /settings/{name}/test",
        "GET /events",
        "GET /health",
        "GET /ready",
        "GET /metrics",
        "GET /backup",
        "GET /restore",
        "POST /restore",
        "DELETE /restore",
        "GET /doctor",
        "GET /nodes",
        "POST /nodes/{name}/drain",
        "DELETE /nodes/{name}",
        "GET /files",
        "GET /files/folders",
        "POST /files/verify",
        "GET /after-run",
        "GET /lock",
        "POST /sync",
        "GET /images",
        "GET /images/catalog",
        "GET /images/jobs/{job_id}",
        "POST /images/{id}/download",
        "POST /images/import",
        "POST /images/updates",
        "DELETE /images/{id}",
        ...["GetImageCatalog", "DownloadImage", "GetImportStatus", "GetCatalogDownloadStatus"].map(
          (name) => `POST ${SERVICE}/${name}`,
        ),
        ...["ListImages", "ImportImage", "DeleteImage"].map((name) => `POST ${SERVICE}/${name}`),
        "GET /models",
        "POST /download",
        "GET /status",
        "POST /clear_completed",
        "GET /get_model_configs",
        "GET /debug_config",
        ...["add_model", "edit_model", "delete_model", "reload_config"].map((name) => `POST /${name}`),
        ...["list", "search", "types", "ecosystems", "tags", "get/{path}"].map(
          (name) => `GET /resources/${name}`,
        ),
      ]),
    );
  });

  it("names, sums up and sorts every route, and says what each answer means", () => {
    const ids = operations().map(([, , { operationId }]) => operationId);
    expect(new Set(ids).size).toBe(ids.length);
    for (const [method, path, { summary, tags, responses }] of operations()) {
      const where = `${method} ${path}`;
      expect(summary, where).toMatch(/^[A-Z]/);
      expect(tags, where).toHaveLength(1);
      for (const [status, { description }] of Object.entries(responses))
        expect(description, `${where} ${status}`).not.toBe("Default Response");
    }
  });

  it("says that /download takes forms, and that /events is a stream", () => {
    expect(Object.keys(document.paths["/download"]?.["post"]?.requestBody?.content ?? {})).toEqual([
      "application/json",
      "application/x-www-form-urlencoded",
      "multipart/form-data",
    ]);
    expect(Object.keys(document.paths["/events"]?.["get"]?.responses["200"]?.content ?? {})).toEqual([
      "text/event-stream",
    ]);
  });
});

describe("every real answer is what the document says", () => {
  const UNKNOWN = "00000000-0000-4000-8000-000000000000";
  /** Nobody listens on port 1. */
  const NOWHERE = "ssh -p 1 root@127.0.0.1";
  const MODEL = { name: "N", url: "http://127.0.0.1:1/n.bin", path: "n.bin" };
  const post = (body?: unknown): Sent => ({ method: "POST", body });
  /** Each documented route once well and, where it can be refused, once badly; in an order that works. */
  const CALLS: [string, string, Sent, number][] = [
    [
      "/jobs",
      "/jobs",
      post({ source: "http://127.0.0.1:1/x.bin?token=a", headers: { Cookie: "b" }, sha256: "a".repeat(64) }),
      201,
    ],
    [
      "/jobs",
      "/jobs",
      post({ source: "http://127.0.0.1:1/x.bin?token=a", headers: { Cookie: "b" }, sha256: "a".repeat(64) }),
      200,
    ],
    ["/jobs", "/jobs", post({ source: 5 }), 400],
    ["/jobs", "/jobs", post({ source: "sd/none" }), 404],
    ["/jobs", "/jobs", { method: "POST", headers: { "content-type": "text/xml" }, body: "x" }, 415],
    ["/jobs", "/jobs", post({ source: "x".repeat(17e6) }), 413],
    ["/jobs", "/jobs?limit=1", {}, 200],
    ["/jobs", "/jobs?limit=x", {}, 400],
    ["/jobs", "/jobs", { headers: { host: "evil.example" } }, 403],
    ["/jobs/{id}", "/jobs/:id", {}, 200],
    ["/jobs/{id}", `/jobs/${UNKNOWN}`, {}, 404],
    ["/jobs/{id}", "/jobs/x", {}, 400],
    ["/jobs/{id}", "/jobs/:id", { method: "PATCH", body: { limit_rate: "5M", priority: 2 } }, 200],
    ["/jobs/{id}", "/jobs/:id", { method: "PATCH", body: { limit_rate: 1 } }, 400],
    ["/jobs/{id}", `/jobs/${UNKNOWN}`, { method: "PATCH", body: { limit_rate: null } }, 404],
    ["/limit-rate", "/limit-rate", { method: "PUT", body: { limit_rate: "mon 08:00-18:00=5M, off" } }, 200],
    ["/limit-rate", "/limit-rate", { method: "PUT", body: { limit_rate: "fast" } }, 400],
    ["/limit-rate", "/limit-rate", {}, 200],
    ["/limit-rate", "/limit-rate", { method: "PUT", body: { limit_rate: null } }, 200],
    ["/settings", "/settings", { method: "PATCH", body: { retentionHours: 48 } }, 200],
    ["/settings", "/settings", { method: "PATCH", body: { retentionHours: "soon" } }, 400],
    ["/settings", "/settings", {}, 200],
    ["/restore", "/restore", {}, 200],
    ["/restore", "/restore", { method: "DELETE" }, 404],
    [
      "/restore",
      "/restore",
      { method: "POST", headers: { "content-type": "application/gzip" }, body: "x" },
      422,
    ],
    ["/settings/{name}", "/settings/retentionHours", { method: "DELETE" }, 200],
    ["/settings/{name}", "/settings/nothing", { method: "DELETE" }, 404],
    ["/settings/{name}/test", "/settings/hfToken/test", post(), 200],
    ["/settings/{name}/test", "/settings/nothing/test", post(), 404],
    ["/jobs/{id}/pause", "/jobs/:id/pause", post(), 200],
    ["/jobs/{id}/retry", "/jobs/:id/retry", post(), 409],
    ["/jobs/{id}/resume", "/jobs/:id/resume", post(), 200],
    ["/jobs/{id}/now", "/jobs/:id/now", post(), 200],
    ["/jobs/{id}/move", "/jobs/:id/move", post({ priority: 3 }), 200],
    ["/jobs/{id}/cancel", "/jobs/:id/cancel", post(), 200],
    ["/jobs/{id}/history", "/jobs/:id/history", {}, 200],
    ["/jobs/{id}/map", "/jobs/:id/map", {}, 200],
    ["/jobs/{id}/map", `/jobs/${UNKNOWN}/map`, {}, 404],
    ["/jobs/{id}/log", "/jobs/:id/log?offset=-5", {}, 200],
    ["/jobs/{id}/log", "/jobs/:id/log?offset=x", {}, 400],
    ["/jobs/{id}/log", `/jobs/${UNKNOWN}/log`, {}, 404],
    ["/plan", "/plan", post({ jobs: [{ source: "http://127.0.0.1:1/y.bin" }, { source: "sd/none" }] }), 200],
    ["/plan", "/plan", post({ source: "card.md" }), 200],
    ["/plan", "/plan", post({ jobs: [] }), 400],
    ["/jobs/actions", "/jobs/actions", post({ action: "pause", filter: {} }), 200],
    ["/jobs/{id}", "/jobs/:id", { method: "DELETE" }, 200],
    [
      "/jobs",
      "/jobs",
      post({ source: "http://127.0.0.1:1/l1.bin\nhttp://127.0.0.1:1/l2.bin\nftp://x/y" }),
      201,
    ],
    ["/hosts", "/hosts", post({ ssh_connection: NOWHERE, tags: ["a"], limits: { jobs: 2 } }), 201],
    ["/hosts", "/hosts", post({ ssh_connection: NOWHERE }), 200],
    ["/hosts", "/hosts", post({ ssh_connection: "-F x" }), 400],
    ["/hosts", "/hosts", {}, 200],
    ["/hosts/{id}", "/hosts/:host", {}, 200],
    ["/hosts/{id}", `/hosts/${UNKNOWN}`, {}, 404],
    ["/hosts/{id}", "/hosts/:host", { method: "PATCH", body: { label: "box" } }, 200],
    ["/hosts/{id}", "/hosts/:host", { method: "PATCH", body: {} }, 400],
    ["/hosts/{id}/scan", "/hosts/:host/scan", post(), 503],
    ["/hosts/{id}/verify", "/hosts/:host/verify", post({}), 503],
    ["/hosts/{id}/verify", "/hosts/:host/verify", post({ accept: true }), 409],
    ["/ssh/verify-host", "/ssh/verify-host", post({ ssh_connection: NOWHERE, accept: false }), 503],
    ["/ssh/verify-host", "/ssh/verify-host", post({ accept: false }), 400],
    ["/ssh/explain", "/ssh/explain", post({ ssh_connection: NOWHERE }), 200],
    ["/ssh/explain", "/ssh/explain", post({ ssh_connection: "ssh -F x y" }), 200],
    ["/ssh/test", "/ssh/test", post({ ssh_connection: NOWHERE }), 200],
    [
      "/notifications",
      "/notifications",
      post({ settings: { kind: "discord", url: "http://[::1]:1/" } }),
      201,
    ],
    ["/notifications", "/notifications", post({ settings: { kind: "pigeon" } }), 400],
    ["/notifications", "/notifications", {}, 200],
    ["/after-run", "/after-run", {}, 200],
    ["/notifications/{id}", "/notifications/:channel", { method: "PATCH", body: { enabled: false } }, 200],
    ["/notifications/{id}", `/notifications/${UNKNOWN}`, { method: "PATCH", body: { name: "a" } }, 404],
    ["/notifications/{id}/test", "/notifications/:channel/test", post(), 200],
    ["/notifications/{id}/test", `/notifications/${UNKNOWN}/test`, post(), 404],
    ["/notifications/{id}/messages", "/notifications/:channel/messages", {}, 200],
    ["/notifications/{id}/messages", `/notifications/${UNKNOWN}/messages`, {}, 404],
    ["/notifications/{id}", "/notifications/:channel", { method: "DELETE" }, 200],
    ["/notifications/{id}", "/notifications/:channel", { method: "DELETE" }, 404],
    ["/hosts/{id}", "/hosts/:host", { method: "DELETE" }, 200],
    [
      "/downloads/queue",
      "/downloads/queue",
      post({ ssh_connection: NOWHERE, resources: ["card.md", "x"] }),
      200,
    ],
    ["/downloads/queue", "/downloads/queue", post({ ssh_connection: NOWHERE, resources: [{}] }), 400],
    ["/downloads/status", "/downloads/status", {}, 200],
    ["/downloads/status", "/downloads/status?instance_id=a&instance_id=b", {}, 400],
    ["/downloads/retry", "/downloads/retry", post({ job_id: ":download" }), 409],
    ["/downloads/retry", "/downloads/retry", post({}), 400],
    ["/downloads/retry", "/downloads/retry", post({ job_id: UNKNOWN }), 404],
    ["/downloads/job/{id}", "/downloads/job/:download", { method: "DELETE" }, 200],
    ["/downloads/job/{id}", "/downloads/job/:download", { method: "DELETE" }, 404],
    ["/access", "/access", {}, 200],
    ["/access/users", "/access/users", post({ name: "Anna", password: "correct horse" }), 201],
    ["/access/users", "/access/users", post({ name: "anna", password: "correct horse" }), 409],
    ["/access/users", "/access/users", post({ name: "anna", password: "short" }), 400],
    ["/access/users", "/access/users", {}, 200],
    ["/access/users/{name}", "/access/users/anna", { method: "PATCH", body: { role: "operate" } }, 200],
    ["/access/users/{name}", "/access/users/bob", { method: "PATCH", body: { role: "operate" } }, 404],
    ["/access/sign-in", "/access/sign-in", post({ name: "anna", password: "wrong" }), 401],
    ["/access/sign-in", "/access/sign-in", post({ name: "anna", password: "correct horse" }), 200],
    ["/access/sessions", "/access/sessions", {}, 200],
    ["/access/sessions", "/access/sessions", { method: "DELETE" }, 409],
    ["/access/sessions/{id}", `/access/sessions/${UNKNOWN}`, { method: "DELETE" }, 404],
    ["/access/sign-out", "/access/sign-out", post(), 200],
    [
      "/access/password",
      "/access/password",
      { method: "PUT", body: { old_password: "x", new_password: "correct horse" } },
      409,
    ],
    ["/access/users/{name}", "/access/users/anna", { method: "DELETE" }, 200],
    ["/access/keys", "/access/keys", post({ name: "script", role: "read", expires_in_days: 3 }), 201],
    ["/access/keys", "/access/keys", post({ name: "script" }), 400],
    ["/access/keys", "/access/keys", {}, 200],
    ["/access/keys/{id}", "/access/keys/:key", { method: "DELETE" }, 200],
    ["/access/keys/{id}", "/access/keys/:key", { method: "DELETE" }, 404],
    ["/audit", "/audit?limit=5", {}, 200],
    ["/audit", "/audit?limit=0", {}, 400],
    ["/lock", "/lock", {}, 200],
    ["/lock", "/lock?root=elsewhere", {}, 400],
    ["/sync", "/sync", post({ lock: "version: 1\nfiles: [{path: x.bin}]" }), 200],
    ["/sync", "/sync", post({ lock: "version: 1\nfiles: [{path: ../x}]" }), 400],
    ["/health", "/health", {}, 200],
    ["/doctor", "/doctor", {}, 200],
    ["/nodes", "/nodes", {}, 200],
    ["/nodes/{name}/drain", "/nodes/gone/drain", post({}), 200],
    ["/nodes/{name}/drain", "/nodes/unknown/drain", post({}), 404],
    ["/nodes/{name}", "/nodes/gone", { method: "DELETE" }, 200],
    ["/nodes/{name}", "/nodes/gone", { method: "DELETE" }, 404],
    ["/ready", "/ready", {}, 200],
    ["/images/import", "/images/import", post({ name: "i", url: "http://127.0.0.1:1/i.img" }), 200],
    ["/images/import", "/images/import", post({ name: "i", url: "http://127.0.0.1:1/i.img" }), 409],
    ["/images/import", "/images/import", post({ name: "../i", url: "http://127.0.0.1:1/i.img" }), 400],
    ["/images/{id}/download", "/images/debian/download", post(), 200],
    ["/images/{id}/download", "/images/debian/download", post(), 409],
    ["/images/{id}/download", "/images/none/download", post(), 404],
    ["/images/{id}/download", "/images/bad/download", post(), 422],
    ["/images", "/images", {}, 200],
    ["/images/catalog", "/images/catalog", {}, 200],
    ["/images/jobs/{job_id}", "/images/jobs/:image", {}, 200],
    ["/images/jobs/{job_id}", `/images/jobs/${UNKNOWN}`, {}, 404],
    ["/images/jobs/{job_id}", "/images/jobs/x", {}, 400],
    ["/images/updates", "/images/updates", post(), 200],
    ...(
      [
        ["GetImageCatalog", {}, 200],
        ["GetImageCatalog", { osFamily: 7 }, 400],
        ["DownloadImage", { catalogId: "debian" }, 409],
        ["DownloadImage", { catalogId: "none" }, 404],
        ["DownloadImage", {}, 400],
        ["GetImportStatus", { jobId: ":image" }, 200],
        ["GetImportStatus", { jobId: UNKNOWN }, 404],
        ["GetCatalogDownloadStatus", { catalogIds: ["debian"] }, 200],
        ["GetCatalogDownloadStatus", { catalogIds: 1 }, 400],
        ["ListImages", {}, 200],
        ["ListImages", { pageToken: "x" }, 400],
        ["DeleteImage", { id: "i.img" }, 200],
        ["DeleteImage", { id: "i.img" }, 404],
        ["ImportImage", { name: "j", url: "http://127.0.0.1:1/j.img" }, 200],
        ["ImportImage", { name: "j", url: "http://127.0.0.1:1/j.img" }, 409],
        ["ImportImage", {}, 400],
      ] as const
    ).map(([name, body, status]): [string, string, Sent, number] => [
      `${SERVICE}/${name}`,
      `${SERVICE}/${name}`,
      post(body),
      status,
    ]),
    ["/images/{id}", "/images/debian", { method: "DELETE" }, 200],
    ["/images/{id}", "/images/debian", { method: "DELETE" }, 404],
    ["/groups", "/groups", { method: "POST", body: { sources: ["http://127.0.0.1:1/group.bin"] } }, 201],
    ["/groups", "/groups", { method: "POST", body: { sources: [] } }, 400],
    ["/groups", "/groups", {}, 200],
    ["/groups/{id}", "/groups/:group", {}, 200],
    ["/groups/{id}/actions", "/groups/:group/actions", { method: "POST", body: { action: "pause" } }, 200],
    ["/groups/{id}", "/groups/:group", { method: "DELETE" }, 200],
    ["/groups/{id}", "/groups/:group", {}, 404],
    ["/models", "/models", {}, 200],
    ["/events", "/events?last_event_id=x", {}, 400],
    ["/download", "/download", post({ model_set: "sd", model_id: "base" }), 200],
    ["/download", "/download", post({ model_set: "sd", model_id: "base" }), 409],
    ["/download", "/download", post({ model_set: "sd", model_id: "bad" }), 400],
    ["/download", "/download", post({ model_set: "sd", model_id: "none" }), 404],
    ["/status", "/status", {}, 200],
    ["/clear_completed", "/clear_completed", post({}), 200],
    ["/get_model_configs", "/get_model_configs", {}, 200],
    ["/debug_config", "/debug_config", {}, 200],
    ["/add_model", "/add_model", post({ model_set: "sd", model_name: "N", model_info: MODEL }), 200],
    ["/add_model", "/add_model", post({ model_set: "none", model_name: "N", model_info: MODEL }), 404],
    ["/edit_model", "/edit_model", post({ model_set: "sd", model_id: "n", model_info: MODEL }), 200],
    ["/delete_model", "/delete_model", post({ model_set: "sd", model_id: "n" }), 200],
    ["/reload_config", "/reload_config", post({}), 200],
    ["/resources/list", "/resources/list", {}, 200],
    ["/resources/list", "/resources/list?type=a&type=b", {}, 400],
    ["/resources/search", "/resources/search?q=a", {}, 200],
    ["/resources/search", "/resources/search", {}, 400],
    ["/resources/types", "/resources/types", {}, 200],
    ["/resources/ecosystems", "/resources/ecosystems", {}, 200],
    ["/resources/tags", "/resources/tags", {}, 200],
    ["/files", "/files?unknown=true", {}, 200],
    ["/files", "/files?limit=0", {}, 400],
    ["/files/folders", "/files/folders", {}, 200],
    ["/files/verify", "/files/verify", { method: "POST", body: { paths: ["/none"] } }, 200],
    ["/files/verify", "/files/verify", { method: "POST", body: { paths: [] } }, 400],
    ["/resources/get/{path}", "/resources/get/card.md", {}, 200],
    ["/resources/get/{path}", "/resources/get/..", {}, 400],
    ["/resources/get/{path}", "/resources/get/none.md", {}, 404],
    ["/resources/get/{path}", "/resources/get/broken.md", {}, 422],
  ];

  /** The id that calls after this one go by, and the word for it. */
  function madeBy(path: string, status: number, { json }: Raw): [string, string] | null {
    const within = (field: string): string => String(Object(json?.[field])["id"]);
    switch (`${status} ${path}`) {
      case "201 /jobs":
        return [":id", String(json?.["id"])];
      case "201 /groups":
        return [":group", within("group")];
      case "201 /notifications":
        return [":channel", within("channel")];
      case "201 /hosts":
        return [":host", within("host")];
      case "201 /access/keys":
        return [":key", within("key")];
      case "200 /images/import":
        return [":image", String(json?.["job_id"])];
      case "200 /downloads/queue":
        return [":download", QueueAnswer.parse(json).jobs[0]?.id ?? ""];
      default:
        return null;
    }
  }

  it("for every documented route", async () => {
    const check = checker();
    const called = new Set(["get /events", "get /metrics", "get /backup"]);
    const ids = new Map(
      [":id", ":host", ":channel", ":download", ":image", ":key", ":group"].map((name) => [name, ""]),
    );
    const fill = (text: string): string =>
      text.replaceAll(/:(?:id|host|channel|download|image|key|group)\b/g, (name) => ids.get(name) ?? "");
    for (const [path, address, sent, status] of CALLS) {
      const method = (sent.method ?? "GET").toLowerCase();
      const where = `${method} ${address} ${status}`;
      const body =
        sent.body === undefined ? {} : { body: JSON.parse(fill(JSON.stringify(sent.body))) as unknown };
      const answer = await send(server.url, fill(address), { ...sent, ...body });
      expect(answer.status, where).toBe(status);
      const schema = document.paths[path]?.[method]?.responses[status]?.content?.["application/json"]?.schema;
      expect(schema, where).toBeDefined();
      const fits = check(schema ?? {});
      fits(answer.json);
      expect(fits.errors ?? [], where).toEqual([]);
      const made = madeBy(path, status, answer);
      if (made !== null) ids.set(...made);
      called.add(`${method} ${path}`);
    }
    expect(new Set(operations().map(([method, path]) => `${method} ${path}`))).toEqual(called);
  });

  it("and the check would notice one that is not", async () => {
    const job =
      document.paths["/jobs/{id}"]?.["get"]?.responses["200"]?.content?.["application/json"]?.schema;
    const fits = checker()(job ?? {});
    expect(fits({ id: "x", status: "ASLEEP" })).toBe(false);
  });
});
