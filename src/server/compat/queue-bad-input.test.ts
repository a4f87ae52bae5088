/** What no route of old system C takes, however it is sent: status, message, the field named, nothing stored. */
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { putCard } from "../testing/put-card.ts";
import { send } from "../testing/send.ts";
import type { Sent } from "../testing/send.ts";
import { startServer } from "../testing/start-server.ts";
import { stateOf } from "../testing/state-of.ts";
import type { TestServer } from "../testing/test-server.ts";

const JSON_TYPE = { "content-type": "application/json" };
const UNKNOWN = "00000000-0000-4000-8000-000000000000";
const POSTS = ["/downloads/queue", "/downloads/retry", "/ssh/verify-host", "/ssh/test"];

let server: TestServer;
beforeAll(async () => {
  server = await startServer({ localJobs: 0 });
  await putCard(server, "a.md", "wget https://x.org/a.bin", "title: A");
  const body = { ssh_connection: "ssh -p 7 root@192.0.2.1", resources: ["a.md"] };
  await send(server.url, "/downloads/queue", { method: "POST", body });
});
afterAll(() => server[Symbol.asyncDispose]());

type Row = readonly [what: string, path: string, sent: Sent, status: number, field: string | null];

const BODIES: Row[] = POSTS.flatMap((path): Row[] => [
  ["broken JSON", path, { method: "POST", headers: JSON_TYPE, body: '{"job_id":' }, 400, null],
  ["no JSON at all", path, { method: "POST", headers: JSON_TYPE, body: "job_id=5" }, 400, null],
  ["an empty body", path, { method: "POST", headers: JSON_TYPE, body: "" }, 400, null],
  ["null", path, { method: "POST", headers: JSON_TYPE, body: "null" }, 400, "body"],
  ["a list", path, { method: "POST", body: [] }, 400, "body"],
  ["a text", path, { method: "POST", headers: JSON_TYPE, body: '"x"' }, 400, "body"],
  ["a number", path, { method: "POST", headers: JSON_TYPE, body: "5" }, 400, "body"],
  [
    "another type",
    path,
    { method: "POST", headers: { "content-type": "text/xml" }, body: "<a/>" },
    415,
    null,
  ],
  ["two megabytes", path, { method: "POST", body: { job_id: "x".repeat(2_000_000) } }, 413, null],
  ["a field that is every object's", path, { method: "POST", body: { __proto__: null } }, 400, null],
  ["the wrong method", path, { method: "GET" }, 405, null],
]);

const IDS: Row[] = [
  ...["x", "5", "..%2f..%2fetc", "%00", "a".repeat(5000), UNKNOWN.toUpperCase() + "0"].map((id): Row => [
    "an id that is none",
    `/downloads/job/${id}`,
    { method: "DELETE" },
    400,
    "id",
  ]),
  ["an id nobody knows", `/downloads/job/${UNKNOWN}`, { method: "DELETE" }, 404, "id"],
  ["no id", "/downloads/job/", { method: "DELETE" }, 400, "id"],
  ["the wrong method", `/downloads/job/${UNKNOWN}`, { method: "POST" }, 405, null],
  ...[5, null, ["x"], {}, "", "x", `${UNKNOWN}\n`, "x".repeat(5000)].map((id): Row => [
    `${JSON.stringify(id).slice(0, 40)} for a job`,
    "/downloads/retry",
    { method: "POST", body: { job_id: id } },
    400,
    "job_id",
  ]),
  ["a job nobody knows", "/downloads/retry", { method: "POST", body: { job_id: UNKNOWN } }, 404, "job_id"],
  ["control characters", "/downloads/status?instance_id=a%00b", {}, 400, "instance_id"],
  [
    "an instance as long as a page",
    `/downloads/status?instance_id=${"x".repeat(5000)}`,
    {},
    400,
    "instance_id",
  ],
  ["two instances", "/downloads/status?instance_id=a&instance_id=b", {}, 400, "instance_id"],
  ["the wrong method", "/downloads/status", { method: "POST", body: {} }, 405, null],
];

describe.each([
  ["bodies", BODIES],
  ["ids and words", IDS],
])("%s", (_, rows) => {
  it.each(rows.map((row) => [`${row[2].method ?? "GET"} ${row[1].slice(0, 40)}: ${row[0]}`, row] as const))(
    "%s",
    async (__, [, path, sent, status, field]) => {
      const before = await stateOf(server);
      const answer = await send(server.url, path, sent);
      expect(answer.status, answer.text).toBe(status);
      expect(answer.json).toMatchObject({ success: false, code: expect.any(String) as string });
      expect(answer.json?.["message"]).toMatch(/^\S.{10,}\.$/s);
      if (field !== null) expect(answer.json?.["field"]).toBe(field);
      expect(answer.text.length).toBeLessThan(1500);
      expect(await stateOf(server)).toEqual(before);
    },
  );
});
