import { readFileSync } from "node:fs";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { createServer } from "node:net";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { SMTPServer } from "smtp-server";
import { afterEach, describe, expect, it } from "vitest";
import type { ChannelSettings } from "../job/notify/channel.ts";
import type { Delivery } from "../job/notify/delivery.ts";
import { startReceiver } from "./testing/receiver.ts";
import type { Got, Receiver } from "./testing/receiver.ts";
import { notice, startNotifier } from "./testing/start-notifier.ts";
import type { TestNotifier } from "./testing/start-notifier.ts";

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(more: Parameters<typeof startNotifier>[0] = {}): Promise<TestNotifier> {
  const under = await startNotifier(more);
  ending.push(() => under[Symbol.asyncDispose]());
  return under;
}

async function receive(): Promise<Receiver> {
  const receiver = await startReceiver();
  ending.push(() => receiver.close());
  return receiver;
}

const never = new AbortController().signal;

/** Tells one failure on a channel, and answers what the service got. */
async function tell(settings: ChannelSettings, receiver: Receiver, name?: string): Promise<Got> {
  const under = await start();
  await under.add(settings);
  await under.store.notices.note(notice(1, "failed", name === undefined ? {} : { name }));
  await under.until("the message", () => receiver.got.length === 1);
  return receiver.got[0] as Got;
}

describe("services get what their documents ask for", () => {
  it("ntfy: a JSON message at the root, with topic, title, priority and the token as bearer", async () => {
    const receiver = await receive();
    const { path, headers, json } = await tell(
      { kind: "ntfy", url: receiver.url, topic: "gpu", token: "tk_123" },
      receiver,
    );
    expect(path).toBe("/");
    expect(headers.authorization).toBe("Bearer tk_123");
    expect(json).toEqual({
      topic: "gpu",
      title: "Failed: file-1.bin",
      message: "The server said no.\n/models/file-1.bin",
      priority: 4,
      tags: ["warning"],
    });
  });

  it("Discord: an embed within its limits, in which no name pings anybody or makes a link", async () => {
    const receiver = await receive();
    const name = `@everyone [free](http://evil.example) ${"ä".repeat(5000)}`;
    const { path, json } = await tell(
      { kind: "discord", url: `${receiver.url}/api/webhooks/1/abc` },
      receiver,
      name,
    );
    expect(path).toBe("/api/webhooks/1/abc");
    expect(json).toMatchObject({ username: "Haulyard", allowed_mentions: { parse: [] } });
    const [embed] = json["embeds"] as [{ title: string; description: string; timestamp: string }];
    expect(embed.title).toContain("\\[free\\]\\(");
    expect(embed.title.length).toBeLessThanOrEqual(256);
    expect(embed.description.length).toBeLessThanOrEqual(4096);
    expect(Date.parse(embed.timestamp)).not.toBeNaN();
  });

  it("Telegram: a plain text message of the bot to the chat", async () => {
    const receiver = await receive();
    const { path, json } = await tell(
      { kind: "telegram", url: receiver.url, token: "1:abcdefghij", chatId: "-100" },
      receiver,
    );
    expect(path).toBe("/bot1:abcdefghij/sendMessage");
    expect(json).toMatchObject({ chat_id: "-100", disable_notification: false });
    expect(json["text"]).toBe("Failed: file-1.bin\nThe server said no.\n/models/file-1.bin");
    expect(json["parse_mode"]).toBeUndefined();
  });
});

describe("mail", () => {
  interface Mail {
    user: string | undefined;
    to: string[];
    text: string;
  }

  async function startSmtp(got: Mail[]): Promise<number> {
    const server = new SMTPServer({
      authOptional: true,
      allowInsecureAuth: true,
      disabledCommands: ["STARTTLS"],
      onAuth: ({ username, password }, _session, callback) => {
        if (password === "p@ss") callback(null, { user: username });
        else callback(Object.assign(new Error("no such login"), { responseCode: 535 }));
      },
      onData: (stream, session, callback) => {
        let text = "";
        stream.setEncoding("utf8");
        stream.on("data", (part: string) => (text += part));
        stream.on("end", () => {
          got.push({ user: session.user, to: session.envelope.rcptTo.map(({ address }) => address), text });
          callback();
        });
      },
    });
    ending.push(() => new Promise((resolve) => server.close(() => resolve())));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    return (server.server.address() as { port: number }).port;
  }

  const mail = (url: string) =>
    ({ kind: "mail", url, from: "haulyard@example.org", to: ["a@example.org", "b@example.org"] }) as const;

  it("goes to everybody named, over a server that wants a login, and no name adds a header", async () => {
    const got: Mail[] = [];
    const port = await startSmtp(got);
    const under = await start();
    await under.add(mail(`smtp://me:p%40ss@127.0.0.1:${port}`));
    await under.store.notices.note(notice(1, "complete", { name: "a\r\nBcc: evil@example.org\r\n\r\nb" }));
    await under.until("the mail", () => got.length === 1);
    const [{ user, to, text }] = got as [Mail];
    expect(user).toBe("me");
    expect(to).toEqual(["a@example.org", "b@example.org"]);
    expect(text).toMatch(/^Subject: Complete: a/m);
    expect(text).not.toMatch(/^Bcc:/im);
    expect(text).toMatch(/^Auto-Submitted: auto-generated/m);
    expect(text).toContain("/models/file-1.bin");
  });

  it("that the server refuses for the login is not tried again, and the password is not told", async () => {
    const port = await startSmtp([]);
    const under = await start();
    const { id } = await under.add(mail(`smtp://me:s3cretword@127.0.0.1:${port}`));
    const answer = (await under.notifier.test(id, never)) as Extract<Delivery, { kind: "failed" }>;
    expect(answer).toMatchObject({ kind: "failed", retryable: false });
    expect(answer.answer).toContain("no such login");
    expect(answer.answer).not.toContain("s3cretword");
  });

  it("to a server that keeps talking and comes to nothing is given up in time, and its connection with it", async () => {
    const late = new AbortController();
    const closed = Promise.withResolvers<void>();
    const server = createServer((socket) => {
      socket.on("error", () => {});
      socket.once("close", () => closed.resolve());
      socket.write("220 mail.example\r\n");
      // Each line comes soon enough for a timeout of silence; the last one never does.
      socket.once("data", () => {
        const talk = setInterval(() => socket.write("250-more\r\n"), 20);
        socket.once("close", () => clearInterval(talk));
        setTimeout(() => late.abort(), 100);
      });
    });
    ending.push(() => new Promise((resolve) => server.close(() => resolve())));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const under = await start();
    const { id } = await under.add(mail(`smtp://127.0.0.1:${(server.address() as AddressInfo).port}`));
    expect(await under.notifier.test(id, late.signal)).toMatchObject({
      kind: "failed",
      retryable: true,
      answer: "The mail server was not done in time.",
    });
    await closed.promise;
  });

  it("to a server that is not there is tried again", async () => {
    const under = await start();
    const { id } = await under.add(mail("smtp://127.0.0.1:1"));
    expect(await under.notifier.test(id, never)).toMatchObject({ kind: "failed", retryable: true });
  });
});

describe("a command", () => {
  /** A program, and notifications that may run it. */
  async function hook(script: string): Promise<{ under: TestNotifier; program: string; folder: string }> {
    const programs: string[] = [];
    const environment = { PATH: process.env["PATH"] ?? "/usr/bin:/bin", HOME: "/nowhere" };
    const hooks = { programs, environment, folder: "/" };
    const under = await start({ hooks });
    const program = join(under.folder, "hook.sh");
    await writeFile(program, `#!/bin/sh\n${script}\n`);
    await chmod(program, 0o755);
    programs.push(program);
    return { under, program, folder: under.folder };
  }

  const command = (argv: string[], timeoutMs = 60_000): ChannelSettings => ({
    kind: "command",
    argv,
    timeoutMs,
  });

  it("gets its arguments as they are, the event on its standard input and the file in its environment", async () => {
    const { under, program, folder } = await hook(
      'cat > "$1/stdin"; printf %s "$2" > "$1/argument"; env > "$1/env"; echo done',
    );
    const hostile = '; touch "$HOME" $(id) `id`';
    const { id } = await under.add(command([program, folder, hostile]));
    await under.store.notices.note(notice(1));
    await under.until(
      "it has run",
      async () => (await under.store.notices.messages(id, 1))[0]?.state === "delivered",
    );

    expect(await readFile(join(folder, "argument"), "utf8")).toBe(hostile);
    const told = JSON.parse(await readFile(join(folder, "stdin"), "utf8")) as object;
    expect(told).toMatchObject({ type: "haulyard.events", data: { events: [{ event: "complete" }] } });
    const environment = await readFile(join(folder, "env"), "utf8");
    expect(environment).toMatch(/^HAULYARD_EVENT=complete$/m);
    expect(environment).toMatch(/^HAULYARD_PATH=\/models\/file-1.bin$/m);
    expect(environment).toMatch(/^HOME=\/nowhere$/m);
    // Of this process it gets nothing that it was not given.
    expect(environment).not.toMatch(/^VITEST/m);
    expect((await under.store.notices.messages(id, 1))[0]?.answer).toBe("exit code 0\ndone");
  });

  it("that fails is told with what it said, and not run again", async () => {
    const { under, program } = await hook("echo token=hunter2hunter2 >&2; exit 3");
    const { id } = await under.add(command([program]));
    await under.store.notices.note(notice(1));
    await under.until(
      "it has run",
      async () => (await under.store.notices.messages(id, 1))[0]?.state === "given_up",
    );
    const [message] = await under.store.notices.messages(id, 1);
    expect(message?.attempts).toBe(1);
    expect(message?.answer).toBe("exit code 3\ntoken=***");
  });

  it("that does not end is stopped in time", async () => {
    const { under, program } = await hook("sleep 1000 & wait");
    const { id } = await under.add(command([program], 1_000));
    const answer = await under.notifier.test(id, never);
    expect(answer).toMatchObject({ kind: "failed", retryable: false });
    expect(answer?.answer).toContain("did not end within 1 s");
  });

  it("is stopped with all it has begun", async () => {
    const { under, program, folder } = await hook(
      'sleep 1000 & echo $! > "$1/new"; mv "$1/new" "$1/pid"; wait',
    );
    const { id } = await under.add(command([program, folder]));
    const leave = new AbortController();
    const answer = under.notifier.test(id, leave.signal);
    let pid = 0;
    await under.until("it has begun", async () => {
      pid = Number(await readFile(join(folder, "pid"), "utf8").catch(() => "0"));
      return pid > 0;
    });
    leave.abort();
    expect(await answer).toMatchObject({ kind: "failed" });
    await under.until("its child is gone", () => !isAlive(pid));
  });

  it("runs only if the setting names it, also when the setting has changed since", async () => {
    const { under, program } = await hook("true");
    const refused = await under.notifier.add({
      name: "x",
      settings: command(["/bin/sh", "-c", "true"]),
      filter: { events: ["complete"], places: null, sets: null },
      digestMs: 0,
      enabled: true,
    });
    expect(refused).toMatchObject({ kind: "refused", field: "settings.argv" });
    const { id } = await under.store.notices.insert(
      {
        name: "as a backup would bring it",
        settings: command([`${program}.other`]),
        filter: { events: ["complete"], places: null, sets: null },
        digestMs: 0,
        enabled: true,
      },
      0,
    );
    const answer = await under.notifier.test(id, never);
    expect(answer).toMatchObject({ kind: "failed", retryable: false });
    expect(answer?.answer).toContain("HAULYARD_HOOKS");
  });
});

/** A zombie has ended: whoever is its parent by now has not looked yet. */
function isAlive(pid: number): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, "utf8"));
  } catch {
    return false;
  }
}
