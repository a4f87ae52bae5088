/** Bad input for everything about instances: status, message, the field named, nothing stored, nothing connected to. */
import { createServer } from "node:net";
import type { AddressInfo, Server } from "node:net";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { send } from "./testing/send.ts";
import type { Sent } from "./testing/send.ts";
import { startServer } from "./testing/start-server.ts";
import { stateOf } from "./testing/state-of.ts";
import type { TestServer } from "./testing/test-server.ts";

const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const HUGE = "x".repeat(100_000);

let running: TestServer;
let trap: Server;
let connected = 0;
let kept: string;
let keptId: string;

beforeAll(async () => {
  running = await startServer({ localJobs: 0 });
  trap = createServer((socket) => {
    connected += 1;
    socket.destroy();
  });
  await new Promise<void>((resolve) => {
    trap.listen(0, "127.0.0.1", resolve);
  });
  kept = `ssh -p ${(trap.address() as AddressInfo).port} root@127.0.0.1`;
  const made = await send(running.url, "/hosts", { method: "POST", body: { ssh_connection: kept } });
  keptId = String((made.json?.["host"] as { id?: string } | undefined)?.id);
  await send(running.url, "/hosts", { method: "POST", body: { ssh_connection: "root@192.0.2.1:7" } });
});
afterAll(async () => {
  trap.close();
  await running[Symbol.asyncDispose]();
});

interface Bad {
  what: string;
  path: string;
  sent: Sent;
  status: number;
  field: string | null;
}

const bad = (
  method: string,
  path: string,
  what: string,
  body: unknown,
  field: string | null,
  status = 400,
): Bad => ({ what, path, sent: { method, ...(body === undefined ? {} : { body }) }, status, field });

/** What is no connection string, whoever asks for it. */
const CONNECTIONS: readonly (readonly [string, unknown])[] = [
  ["no connection", undefined],
  ["a number for a connection", 22],
  ["a list for a connection", ["root@x"]],
  ["an empty connection", ""],
  ["a connection of spaces", "   "],
  ["a connection without a host", "ssh -p 22"],
  ["a huge connection", `root@${HUGE}`],
  ["a host that is an option", "ssh -- -oProxyCommand=touch"],
  ["a host that looks like an option", "-oProxyCommand=touch"],
  ["a command to run here", "ssh -o ProxyCommand=id root@127.0.0.1"],
  ["another configuration", "ssh -F /tmp/evil root@127.0.0.1"],
  ["a file to write here", "ssh -E /tmp/evil root@127.0.0.1"],
  ["a null byte", "root@127.0.0.1\u0000"],
  ["a port that is none", "ssh -p 99999 root@127.0.0.1"],
  ["a password", "ssh://root:hunter2@127.0.0.1"],
  ["another scheme", "http://127.0.0.1/"],
  ["two commands", "ssh root@127.0.0.1; rm -rf /"],
];

const connections = (path: string, more: object = {}): Bad[] => [
  bad("POST", path, "nothing", undefined, "body"),
  bad("POST", path, "a list", [], "body"),
  ...CONNECTIONS.map(([what, ssh_connection]) =>
    bad("POST", path, what, { ...more, ssh_connection }, "ssh_connection"),
  ),
];

const CHOICES: readonly (readonly [string, object, string])[] = [
  ["an empty label", { label: " " }, "label"],
  ["a huge label", { label: HUGE }, "label"],
  ["a label with a control character", { label: "a\u0007" }, "label"],
  ["a number for a label", { label: 5 }, "label"],
  ["null for a label", { label: null }, "label"],
  ["a ui_home that is not absolute", { ui_home: "ComfyUI" }, "ui_home"],
  ["a ui_home that climbs", { ui_home: "/workspace/../etc" }, "ui_home"],
  ["a ui_home with a line end", { ui_home: "/a\nb" }, "ui_home"],
  ["an empty ui_home", { ui_home: "" }, "ui_home"],
  ["text for tags", { tags: "gpu" }, "tags"],
  ["an empty tag", { tags: ["a", " "] }, "tags.1"],
  ["too many tags", { tags: Array.from({ length: 33 }, (_, nth) => `t${nth}`) }, "tags"],
  ["a number among the tags", { tags: [1] }, "tags.0"],
  ["a number for limits", { limits: 1 }, "limits"],
  ["no job at a time", { limits: { jobs: 0 } }, "limits.jobs"],
  ["half a job at a time", { limits: { jobs: 1.5 } }, "limits.jobs"],
  ["text for a limit", { limits: { jobs: "2" } }, "limits.jobs"],
  ["too many connections", { limits: { connections: 17 } }, "limits.connections"],
  ["a limit that is no rate", { limits: { limit_rate: "fast" } }, "limits.limit_rate"],
  ["a limit nobody knows", { limits: { cpu: 1 } }, "limits.cpu"],
  ["text for labels", { needs: "site=fra" }, "needs"],
  ["a label without a value", { needs: { site: "" } }, "needs"],
  ["a label with a space", { needs: { "a site": "fra" } }, "needs"],
  ["a number for a label's value", { needs: { site: 1 } }, "needs.site"],
  ["a field nobody knows", { lable: "x" }, "lable"],
];

const ADDING: Bad[] = [
  ...connections("/hosts"),
  ...CHOICES.map(([what, choice, field]) =>
    bad("POST", "/hosts", what, { ssh_connection: "root@192.0.2.9", ...choice }, field),
  ),
  bad(
    "POST",
    "/hosts",
    "a bad choice for a host that is there",
    { ssh_connection: "root@192.0.2.1:7", label: "" },
    "label",
  ),
];

const CHANGING: Bad[] = [
  bad("PATCH", "/hosts/:id", "nothing", undefined, "body"),
  bad("PATCH", "/hosts/:id", "nothing to change", {}, "body"),
  ...CHOICES.map(([what, choice, field]) => bad("PATCH", "/hosts/:id", what, choice, field)),
  ...CONNECTIONS.slice(1).map(([what, ssh_connection]) =>
    bad("PATCH", "/hosts/:id", what, { label: "new", ssh_connection }, "ssh_connection"),
  ),
  bad(
    "PATCH",
    "/hosts/:id",
    "the connection of another host",
    { label: "new", ssh_connection: "ssh -p 7 root@192.0.2.1" },
    "ssh_connection",
    409,
  ),
];

const VERDICTS: Bad[] = ["/ssh/verify-host", "/hosts/:id/verify"].flatMap((path) => {
  const verdict = (what: string, body: object, field: string, status = 400): Bad =>
    bad(
      "POST",
      path,
      what,
      { ...(path.startsWith("/ssh") ? { ssh_connection: ":kept" } : {}), ...body },
      field,
      status,
    );
  return [
    verdict("text for accept", { accept: "yes" }, "accept"),
    verdict("null for accept", { accept: null }, "accept"),
    verdict("yes and no", { accept: true, reject: true }, "reject"),
    verdict("a number for a fingerprint", { accept: true, fingerprint: 5 }, "fingerprint"),
    verdict("an empty fingerprint", { accept: true, fingerprint: "" }, "fingerprint"),
    verdict("a huge fingerprint", { accept: true, fingerprint: HUGE }, "fingerprint"),
    verdict("yes to nothing that was shown", { accept: true }, "accept", 409),
    verdict("no to nothing that was shown", { reject: true }, "accept", 409),
  ];
});

const ONE_HOST: Bad[] = [
  ["GET", "", undefined] as const,
  ["PATCH", "", { label: "x" }] as const,
  ["DELETE", "", undefined] as const,
  ["POST", "/scan", undefined] as const,
  ["POST", "/verify", {}] as const,
].flatMap(([method, end, body]) => [
  bad(method, `/hosts/5${end}`, `${method} ${end}: an id that is none`, body, "id"),
  bad(method, `/hosts/..%2fetc${end}`, `${method} ${end}: a traversal`, body, "id"),
  bad(method, `/hosts/${"a".repeat(5000)}${end}`, `${method} ${end}: a huge id`, body, "id"),
  bad(method, `/hosts/${UNKNOWN}${end}`, `${method} ${end}: an id nobody knows`, body, "id", 404),
]);

const OTHERS: Bad[] = [
  bad("POST", "/hosts/:id/verify", "a field nobody knows", { acept: true }, "acept"),
  bad("DELETE", "/hosts/:id?cancel_jobs=perhaps", "a word that is neither", undefined, "cancel_jobs"),
  bad(
    "POST",
    "/ssh/verify-host",
    "yes to a host nobody knows",
    { ssh_connection: "root@192.0.2.77", accept: true },
    "accept",
    409,
  ),
];

describe.each([
  ["POST /hosts", ADDING],
  ["PATCH /hosts/{id}", CHANGING],
  ["POST /ssh/verify-host", connections("/ssh/verify-host", { accept: false })],
  ["POST /ssh/verify-host to accept", connections("/ssh/verify-host", { accept: true })],
  ["POST /ssh/test", connections("/ssh/test")],
  ["an answer about keys", VERDICTS],
  ["the routes of one host", ONE_HOST],
  ["the rest", OTHERS],
])("%s refuses bad input, names the field, and stores nothing", (_, table) => {
  it.each(table.map((one) => [`${one.path.slice(0, 40)}: ${one.what}`, one] as const))(
    "%s",
    async (__, one) => {
      const before = await stateOf(running);
      const sent = JSON.parse(
        JSON.stringify(one.sent).replace('":kept"', () => JSON.stringify(kept)),
      ) as Sent;
      // Yes to nothing looks whether the key is trusted already: nobody is logged in to for it.
      const mayLook = one.status === 409;
      const connectedBefore = connected;
      const answer = await send(running.url, one.path.replace(":id", keptId), sent);
      expect(answer.status, answer.text).toBe(one.status);
      expect(answer.json).toMatchObject({ success: false, code: expect.any(String) as unknown });
      expect(answer.json?.["field"] ?? null).toBe(one.field);
      expect(answer.json?.["message"]).toMatch(/^\S.{10,}\.$/s);
      expect(answer.json?.["message"]).toContain(one.field?.split(".")[0]);
      expect(answer.text.length).toBeLessThan(1500);
      expect(answer.text).not.toContain("hunter2");
      expect(await stateOf(running)).toEqual(before);
      if (!mayLook) expect(connected).toBe(connectedBefore);
    },
  );
});
