import { afterEach, describe, expect, it } from "vitest";
import { failure } from "../job/failure.ts";
import { startReceiver } from "../notify/testing/receiver.ts";
import { GroupAnswer } from "../wire/groups.ts";
import { ChannelAnswer, ChannelListMessage, NotificationListMessage } from "../wire/notifications.ts";
import type { ChannelMessage } from "../wire/notifications.ts";
import { send } from "./testing/send.ts";
import type { Raw } from "./testing/send.ts";
import { soon } from "./testing/soon.ts";
import { startServer } from "./testing/start-server.ts";
import type { TestServer } from "./testing/test-server.ts";

const ending: (() => PromiseLike<void> | void)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(): Promise<TestServer> {
  const server = await startServer();
  ending.push(() => server[Symbol.asyncDispose]());
  return server;
}

const add = ({ url }: TestServer, body: object): Promise<Raw> =>
  send(url, "/notifications", { method: "POST", body });

const list = async ({ url }: TestServer): Promise<ChannelMessage[]> =>
  ChannelListMessage.parse((await send(url, "/notifications")).json).channels;

describe("notifications", () => {
  it("are set up, changed and forgotten, and no secret ever comes out again", async () => {
    const server = await start();
    const secrets = ["tk_topsecret", "gpu-topic-4711", "hunter2hunter2", "aGVsbG8wMTIzNDU2Nzg5"];
    const bodies = [
      {
        settings: {
          kind: "ntfy",
          url: "https://ntfy.example",
          topic: "gpu-topic-4711",
          token: "tk_topsecret",
        },
      },
      {
        settings: {
          kind: "mail",
          url: "smtp://me:hunter2hunter2@mail.example",
          from: "a@example.org",
          to: ["b@example.org"],
        },
      },
      {
        settings: { kind: "webhook", url: "https://x.example/?token=aGVsbG8wMTIzNDU2Nzg5" },
        events: ["failed"],
      },
    ];
    const answers = [];
    for (const body of bodies) answers.push(await add(server, body));
    expect(answers.map(({ status }) => status)).toEqual([201, 201, 201]);
    const [ntfy, , webhook] = answers.map(({ json }) => ChannelAnswer.parse(json));
    expect(webhook?.secret).toMatch(/^whsec_/);
    expect(ntfy?.secret).toBeNull();

    const all = await send(server.url, "/notifications");
    for (const secret of [...secrets, webhook?.secret ?? ""]) expect(all.text).not.toContain(secret);
    expect((await list(server)).map(({ kind, target, events }) => [kind, target, events.length])).toEqual([
      ["ntfy", "ntfy.example", 4],
      ["mail", "b@example.org", 4],
      ["webhook", "x.example", 1],
    ]);

    const path = `/notifications/${ntfy?.channel.id}`;
    const change = { name: "phone", digest_seconds: 0, enabled: false };
    const changed = await send(server.url, path, { method: "PATCH", body: change });
    expect(ChannelAnswer.parse(changed.json).channel).toMatchObject({ ...change, target: "ntfy.example" });
    expect((await send(server.url, path, { method: "DELETE" })).status).toBe(200);
    expect((await send(server.url, path, { method: "DELETE" })).status).toBe(404);
    expect(await list(server)).toHaveLength(2);
  });

  it("name the commands that downloads may ask for; a name that there is none of is refused", async () => {
    const server = await startServer({ hooks: ["/bin/true"] });
    ending.push(() => server[Symbol.asyncDispose]());
    const ask = (after_run: string): Promise<Raw> =>
      send(server.url, "/jobs", { method: "POST", body: { source: "http://a.example/a.bin", after_run } });
    const settings = { kind: "command", argv: ["/bin/true"] };
    expect((await add(server, { settings, name: "scan", named: true })).status).toBe(201);
    expect((await add(server, { settings, name: "told of all" })).status).toBe(201);
    expect((await send(server.url, "/after-run")).json).toEqual({ commands: ["scan"] });
    expect((await ask("scan")).json).toMatchObject({ after_run: "scan" });
    for (const name of ["told of all", "/bin/true", "rm -rf /"]) {
      const { status, json } = await ask(name);
      expect([status, json?.["field"]]).toEqual([400, "after_run"]);
    }
  });

  it("are asked for by the sources of a group, too, for each place", async () => {
    const server = await startServer({ hooks: ["/bin/true"] });
    ending.push(() => server[Symbol.asyncDispose]());
    await add(server, { settings: { kind: "command", argv: ["/bin/true"] }, name: "scan", named: true });
    const ask = (after_run: string): Promise<Raw> => {
      const sources = ["http://a.example/a.bin", { source: "http://a.example/b.bin", after_run }];
      return send(server.url, "/groups", { method: "POST", body: { sources } });
    };
    const refused = await ask("no-such");
    expect([refused.status, refused.json?.["field"]]).toEqual([400, "after_run"]);
    expect((await send(server.url, "/groups")).json).toMatchObject({ groups: [] });
    const { jobs } = GroupAnswer.parse((await ask("scan")).json);
    const asked = await Promise.all(jobs.map(async (id) => (await send(server.url, `/jobs/${id}`)).json));
    expect(asked.map((job) => job?.["after_run"])).toEqual([null, "scan"]);
  });

  it("tell of a download that fails, and show what came back", async () => {
    const receiver = await startReceiver();
    ending.push(() => receiver.close());
    const server = await start();
    receiver.answers.push({ status: 200, body: "thank you" });
    const added = await add(server, { settings: { kind: "webhook", url: receiver.url }, digest_seconds: 0 });
    const { id } = ChannelAnswer.parse(added.json).channel;
    await send(server.url, "/jobs", { method: "POST", body: { source: "http://127.0.0.1:1/a.bin" } });
    const run = await server.transfers.begun(0);
    run.finish({ kind: "failed", failure: failure("gone", "The server says 410."), bytesCame: false });
    await soon(async () => {
      const answer = await send(server.url, `/notifications/${id}/messages`);
      return NotificationListMessage.parse(answer.json).messages;
    }).toMatchObject([{ title: "Failed: a.bin", state: "delivered", answer: "HTTP 200: thank you" }]);
    expect((await list(server))[0]).toMatchObject({ waiting: 0, last: { state: "delivered" } });
  });

  it("are tested at once, with what came back in the answer", async () => {
    const receiver = await startReceiver();
    ending.push(() => receiver.close());
    const server = await start();
    const added = await add(server, { settings: { kind: "discord", url: receiver.url } });
    const path = `/notifications/${ChannelAnswer.parse(added.json).channel.id}/test`;
    receiver.answers.push({ status: 404, body: '{"message": "Unknown Webhook"}' });
    expect((await send(server.url, path, { method: "POST" })).json).toEqual({
      delivered: false,
      answer: 'HTTP 404: {"message": "Unknown Webhook"}',
    });
    expect((await send(server.url, path, { method: "POST" })).json).toEqual({
      delivered: true,
      answer: "HTTP 204",
    });
  });

  it.each([
    ["settings", {}],
    ["settings.url", { settings: { kind: "webhook", url: "file:///etc/passwd" } }],
    ["settings.secret", { settings: { kind: "webhook", url: "https://x.example", secret: "short" } }],
    ["settings.topic", { settings: { kind: "ntfy", topic: "../x" } }],
    ["settings.token", { settings: { kind: "telegram", token: "1:../../x", chat_id: "1" } }],
    ["settings.to.0", { settings: { kind: "mail", url: "smtp://x", from: "a@b", to: ["a@b\r\nBcc: c@d"] } }],
    ["settings.argv", { settings: { kind: "command", argv: ["/bin/sh", "-c", "id"] } }],
    ["events", { settings: { kind: "discord", url: "https://x.example" }, events: [] }],
    ["digest_seconds", { settings: { kind: "discord", url: "https://x.example" }, digest_seconds: 1e9 }],
  ])("are refused for %s if it is wrong", async (field, body) => {
    const server = await start();
    const answer = await add(server, body);
    expect(answer).toMatchObject({ status: 400, json: { field } });
    expect(await list(server)).toEqual([]);
  });
});
