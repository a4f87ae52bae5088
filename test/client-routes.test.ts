/** The client against the published document: a route that is added gets a call, or a reason why it has none. */
import { afterAll, beforeAll, expect, it } from "vitest";
import { Haulyard } from "../src/client/haulyard.ts";
import { systemClock } from "../src/job/clock.ts";
import { startServer } from "../src/server/testing/start-server.ts";
import type { TestServer } from "../src/server/testing/test-server.ts";

/** Routes no program that is written today needs. */
const WITHOUT_A_CALL: Readonly<Record<string, string>> = {
  "GET /metrics": "text for Prometheus",
  "GET /get_model_configs": "old system B: `models.list` tells the same and the state of each file",
  "GET /debug_config": "old system B: `health` and `examine` tell what is set up",
  "GET /resources/search": "old system C: `cards.list` searches, too",
  "POST /downloads/queue": "old system C: `add` with `to` queues cards",
  "GET /downloads/status": "old system C: `jobs.list`",
  "POST /downloads/retry": "old system C: `jobs.retry`",
  "DELETE /downloads/job/{id}": "old system C: `jobs.remove`",
  "GET /images/jobs/{job_id}": "old system A: `jobs.get`",
};
/** Old system A's service, as a whole: `images` is the same. */
const OLD_SERVICE = "/limiquantix.storage.v1.ImageService/";

const ID = "3fa85f64-5717-4562-b3fc-2c963f66afa6";
const AT = "root@203.0.113.7";

const MODEL = { name: "B", url: "https://example.org/b.safetensors", path: "b.safetensors" };

type Ask = (haulyard: Haulyard) => Promise<unknown>;

const CALLS: Readonly<Record<string, Ask>> = {
  "GET /health": (on) => on.health(),
  "GET /ready": (on) => on.ready(),
  "GET /doctor": (on) => on.examine(),
  "GET /backup": (on) => on.backup({ withSecrets: false }),
  "GET /restore": (on) => on.restores.waiting(),
  "POST /restore": (on) => on.restores.send(new Blob(["x"])),
  "DELETE /restore": (on) => on.restores.giveUp(),
  "GET /events": (on) =>
    on.openEventStream({ after: null, clock: systemClock, signal: new AbortController().signal }).next(),
  "POST /jobs": (on) => on.add("https://example.org/x"),
  "GET /jobs": (on) => on.jobs.list(),
  "GET /jobs/{id}": (on) => on.jobs.get(ID),
  "DELETE /jobs/{id}": (on) => on.jobs.remove(ID),
  "PATCH /jobs/{id}": (on) => on.jobs.adjust(ID, { limit_rate: 1 }),
  "GET /jobs/{id}/history": (on) => on.jobs.history(ID),
  "GET /jobs/{id}/log": (on) => on.jobs.log(ID, 0),
  "GET /jobs/{id}/map": (on) => on.jobs.map(ID),
  "POST /jobs/{id}/pause": (on) => on.jobs.pause(ID),
  "POST /jobs/{id}/resume": (on) => on.jobs.resume(ID),
  "POST /jobs/{id}/now": (on) => on.jobs.now(ID),
  "POST /jobs/{id}/cancel": (on) => on.jobs.cancel(ID),
  "POST /jobs/{id}/retry": (on) => on.jobs.retry(ID),
  "POST /jobs/{id}/move": (on) => on.jobs.move(ID, { priority: 1 }),
  "POST /jobs/actions": (on) => on.jobs.actions({ action: "pause", filter: {} }),
  "GET /groups": (on) => on.groups.list(),
  "POST /groups": (on) => on.groups.create({ sources: ["https://example.org/x"] }),
  "GET /groups/{id}": (on) => on.groups.get(ID),
  "DELETE /groups/{id}": (on) => on.groups.remove(ID, "keep"),
  "POST /groups/{id}/actions": (on) => on.groups.act(ID, "pause"),
  "POST /plan": (on) => on.jobs.plan([{ source: "https://example.org/x" }]),
  "GET /lock": (on) => on.locks.get({}),
  "POST /sync": (on) => on.locks.sync({ lock: "version: 1" }),
  "GET /limit-rate": (on) => on.limit.get(),
  "PUT /limit-rate": (on) => on.limit.change(null),
  "GET /nodes": (on) => on.nodes.list(),
  "POST /nodes/{name}/drain": (on) => on.nodes.drain("gpu-2"),
  "DELETE /nodes/{name}": (on) => on.nodes.remove("gpu-2"),
  "GET /settings": (on) => on.settings.list(),
  "PATCH /settings": (on) => on.settings.change({}),
  "DELETE /settings/{name}": (on) => on.settings.reset("retentionHours"),
  "POST /settings/{name}/test": (on) => on.settings.test("hfToken"),
  "GET /hosts": (on) => on.hosts.list(),
  "POST /hosts": (on) => on.hosts.add({ ssh_connection: AT }),
  "GET /hosts/{id}": (on) => on.hosts.get(ID),
  "PATCH /hosts/{id}": (on) => on.hosts.change(ID, { label: "a" }),
  "DELETE /hosts/{id}": (on) => on.hosts.remove(ID, false),
  "POST /hosts/{id}/scan": (on) => on.hosts.scan(ID),
  "POST /hosts/{id}/verify": (on) => on.hosts.verify(ID, {}),
  "POST /ssh/verify-host": (on) => on.hosts.verifyConnection(AT, {}),
  "POST /ssh/explain": (on) => on.hosts.explain(AT),
  "POST /ssh/test": (on) => on.hosts.test(AT),
  "GET /after-run": (on) => on.channels.commands(),
  "GET /notifications": (on) => on.channels.list(),
  "POST /notifications": (on) => on.channels.add({ settings: { kind: "discord", url: "https://a.example" } }),
  "PATCH /notifications/{id}": (on) => on.channels.change(ID, { enabled: false }),
  "DELETE /notifications/{id}": (on) => on.channels.remove(ID),
  "POST /notifications/{id}/test": (on) => on.channels.test(ID),
  "GET /notifications/{id}/messages": (on) => on.channels.messages(ID),
  "GET /images": (on) => on.images.list(),
  "GET /images/catalog": (on) => on.images.catalog(),
  "POST /images/{id}/download": (on) => on.images.download("debian-13"),
  "POST /images/import": (on) => on.images.importFrom({ name: "a", url: "https://a.example/a.img" }),
  "DELETE /images/{id}": (on) => on.images.remove("debian-13"),
  "POST /images/updates": (on) => on.images.checkUpdates(),
  "GET /models": (on) => on.models.list(),
  "POST /download": (on) => on.models.download({ model_set: "a", model_id: "b" }),
  "GET /status": (on) => on.models.status(),
  "POST /clear_completed": (on) => on.models.clearCompleted(),
  "POST /add_model": (on) => on.models.add({ model_set: "a", model_name: "b", model_info: MODEL }),
  "POST /edit_model": (on) => on.models.edit({ model_set: "a", model_id: "b", model_info: MODEL }),
  "POST /delete_model": (on) => on.models.remove({ model_set: "a", model_id: "b" }),
  "POST /reload_config": (on) => on.models.reload(),
  "GET /resources/list": (on) => on.cards.list({}),
  "GET /resources/get/{path}": (on) => on.cards.get("a.md"),
  "GET /resources/types": (on) => on.cards.words(),
  "GET /resources/ecosystems": (on) => on.cards.words(),
  "GET /resources/tags": (on) => on.cards.words(),
  "GET /files": (on) => on.files.list({}),
  "GET /files/folders": (on) => on.files.folders(),
  "POST /files/verify": (on) => on.files.verify(["/a"]),
  "GET /access": (on) => on.access.get(),
  "POST /access/sign-in": (on) => on.access.signIn("a", "b"),
  "POST /access/sign-out": (on) => on.access.signOut(),
  "PUT /access/password": (on) => on.access.changePassword("a", "b"),
  "GET /access/sessions": (on) => on.access.sessions(),
  "DELETE /access/sessions": (on) => on.access.endOtherSessions(),
  "DELETE /access/sessions/{id}": (on) => on.access.endSession(ID),
  "GET /access/users": (on) => on.access.accounts(),
  "POST /access/users": (on) => on.access.addAccount({ name: "a", password: "b" }),
  "PATCH /access/users/{name}": (on) => on.access.changeAccount("a", { role: "read" }),
  "DELETE /access/users/{name}": (on) => on.access.removeAccount("a"),
  "GET /access/keys": (on) => on.access.keys(),
  "POST /access/keys": (on) => on.access.addKey({ name: "a", role: "read" }),
  "DELETE /access/keys/{id}": (on) => on.access.revokeKey(ID),
  "GET /audit": (on) => on.access.audit(),
};

let server: TestServer;
let documented: string[];

beforeAll(async () => {
  server = await startServer();
  const answer = await fetch(`${server.url}/openapi.json`);
  const { paths } = (await answer.json()) as { paths: Record<string, object> };
  documented = Object.entries(paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method.toUpperCase()} ${path}`),
  );
});
afterAll(() => server[Symbol.asyncDispose]());

it("every documented route has a call, or a reason why not", () => {
  const current = documented.filter((route) => !route.includes(OLD_SERVICE)).toSorted();
  expect([...Object.keys(CALLS), ...Object.keys(WITHOUT_A_CALL)].toSorted()).toEqual(current);
});

it.each(Object.entries(CALLS))("the call for %s asks for that route", async (route, ask) => {
  const asked: string[] = [];
  const haulyard = new Haulyard("http://nobody.invalid", {
    fetch: async (input, init) => {
      // A call hands over an address as text.
      asked.push(`${init?.method ?? "GET"} ${new URL(String(input)).pathname}`);
      return Response.json({ success: false, message: "no", code: "bad_request" }, { status: 400 });
    },
  });
  await expect(ask(haulyard)).rejects.toThrow("no");
  const [method = "", path = ""] = route.split(" ");
  const pattern = new RegExp(
    `^${method} ${path.replaceAll(/\{\w+\}/g, "[^/]+").replaceAll(".", String.raw`\.`)}$`,
  );
  expect(asked.filter((each) => pattern.test(each))).toHaveLength(1);
});
