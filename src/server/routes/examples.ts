/** One example for each route that wants something: what the published document shows, and `test/openapi-examples.test.ts` runs. */

export interface Example {
  /** Of the path's parameters, in place of a made-up id. */
  path?: string;
  query?: string;
  body?: unknown;
  /** What curl needs besides. */
  curl?: string;
}

/** Of a job, a host, a key: whoever tries it has another one. */
export const EXAMPLE_ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6";

const URL = "https://example.org/model.safetensors";
const INSTANCE = "root@203.0.113.7 -p 44686";
const MODEL = { name: "My VAE", url: URL, path: "vae/my-vae.safetensors" };
const CARD = "loras/detail_tweaker_xl.md";
const SESSION = "-b cookies.txt";
const SERVICE = "/limiquantix.storage.v1.ImageService";

export const EXAMPLES: Readonly<Record<string, Example>> = {
  "POST /access/sign-in": {
    body: { name: "anna", password: "correct horse battery" },
    curl: "-c cookies.txt",
  },
  "POST /access/sign-out": { curl: SESSION },
  "GET /access/sessions": { curl: SESSION },
  "DELETE /access/sessions": { curl: SESSION },
  "PUT /access/password": {
    body: { old_password: "correct horse battery", new_password: "battery staple correct" },
    curl: SESSION,
  },
  "POST /access/users": { body: { name: "anna", password: "correct horse battery", role: "operate" } },
  "PATCH /access/users/{name}": { path: "anna", body: { role: "read" } },
  "DELETE /access/users/{name}": { path: "anna" },
  "POST /access/keys": { body: { name: "backup script", role: "read", expires_in_days: 90 } },
  "GET /audit": { query: "limit=20" },
  "GET /backup": { query: "secrets=0", curl: "-o haulyard-backup.tar.gz" },
  "POST /restore": {
    curl: "-H 'content-type: application/gzip' --data-binary @haulyard-backup.tar.gz",
  },

  "POST /jobs": { body: { source: URL, path: "vae/model.safetensors", priority: 10 } },
  "GET /jobs": { query: "status=RUNNING,PENDING&limit=50" },
  "PATCH /jobs/{id}": { body: { limit_rate: "5M" } },
  "GET /jobs/{id}/log": { query: "offset=0" },
  "POST /jobs/{id}/move": { body: { to: "top" } },
  "POST /jobs/actions": { body: { action: "pause", filter: { search: "model" } } },
  "POST /plan": { body: { source: URL } },
  "POST /sync": {
    body: { lock: `version: 1\nfiles:\n  - path: vae/model.safetensors\n    url: ${URL}\n`, dry_run: true },
  },
  "PUT /limit-rate": { body: { limit_rate: "10M" } },
  "POST /groups": {
    body: { name: "VAEs for everybody", sources: [URL, "https://example.org/vae.safetensors"], to: ["all"] },
  },
  "GET /groups": { query: "limit=20" },
  "POST /groups/{id}/actions": { body: { action: "pause" } },
  "DELETE /groups/{id}": { query: "jobs=keep" },
  "GET /events": { query: "snapshot=1", curl: "-N" },

  "PATCH /settings": { body: { retentionHours: 48 } },
  "DELETE /settings/{name}": { path: "retentionHours" },
  "POST /settings/{name}/test": { path: "hfToken" },
  "POST /notifications": {
    body: {
      name: "Hook",
      settings: { kind: "webhook", url: "https://example.org/hook" },
      events: ["failed"],
    },
  },
  "PATCH /notifications/{id}": { body: { enabled: false } },

  "POST /nodes/{name}/drain": { path: "gpu-2", body: { timeout_seconds: 600 } },
  "DELETE /nodes/{name}": { path: "gpu-2" },
  "POST /hosts": { body: { ssh_connection: INSTANCE, label: "gpu", tags: ["rented"] } },
  "PATCH /hosts/{id}": { body: { label: "the big one", limits: { jobs: 2 } } },
  "DELETE /hosts/{id}": { query: "cancel_jobs=true" },
  "POST /hosts/{id}/verify": { body: {} },
  "POST /ssh/explain": { body: { ssh_connection: INSTANCE } },
  "POST /ssh/verify-host": { body: { ssh_connection: INSTANCE } },
  "POST /ssh/test": { body: { ssh_connection: INSTANCE } },

  "POST /images/{id}/download": { path: "debian-13" },
  "POST /images/import": { body: { name: "my-image", url: "https://example.org/my-image.qcow2" } },
  "DELETE /images/{id}": { path: "debian-13" },
  [`POST ${SERVICE}/GetImageCatalog`]: { body: { osFamily: "linux" } },
  [`POST ${SERVICE}/DownloadImage`]: { body: { catalogId: "debian-13" } },
  [`POST ${SERVICE}/ImportImage`]: { body: { name: "other-image", url: "https://example.org/other.qcow2" } },
  [`POST ${SERVICE}/DeleteImage`]: { body: { id: "debian-13" } },
  [`POST ${SERVICE}/GetImportStatus`]: { body: { jobId: EXAMPLE_ID } },
  [`POST ${SERVICE}/GetCatalogDownloadStatus`]: { body: { catalogIds: ["debian-13"] } },
  [`POST ${SERVICE}/ListImages`]: { body: { pageSize: 50 } },

  "GET /files": { query: "unknown=true&limit=100" },
  "POST /files/verify": { body: { paths: ["/models/vae/model.safetensors"] } },
  "POST /add_model": { body: { model_set: "set", model_name: MODEL.name, model_info: MODEL } },
  "POST /edit_model": { body: { model_set: "set", model_id: "model", model_info: MODEL } },
  "POST /delete_model": { body: { model_set: "set", model_id: "model" } },
  "POST /download": { body: { model_set: "flux", model_id: "flux1_vae" } },
  "GET /resources/list": { query: "type=lora" },
  "GET /resources/search": { query: "q=detail" },
  "GET /resources/get/{path}": { path: encodeURIComponent(CARD) },
  "POST /downloads/queue": { body: { ssh_connection: INSTANCE, resources: [CARD] } },
  "POST /downloads/retry": { body: { job_id: EXAMPLE_ID } },
};
