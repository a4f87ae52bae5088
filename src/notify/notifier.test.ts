import { createHmac } from "node:crypto";
import { afterEach, describe, expect, it } from "vitest";
import type { ChannelSettings } from "../job/notify/channel.ts";
import { MAX_WAITING } from "../store/notify/distribute-notices.ts";
import { startReceiver } from "./testing/receiver.ts";
import type { Got, Receiver } from "./testing/receiver.ts";
import { notice, startNotifier } from "./testing/start-notifier.ts";
import type { TestNotifier } from "./testing/start-notifier.ts";

const ending: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const end of ending.splice(0).toReversed()) await end();
});

async function start(): Promise<{ under: TestNotifier; receiver: Receiver }> {
  const receiver = await startReceiver();
  ending.push(() => receiver.close());
  const under = await startNotifier();
  ending.push(() => under[Symbol.asyncDispose]());
  return { under, receiver };
}

/** Of the clock, where it has far to go. */
const STEP_MS = 60_000;
const KEY = Buffer.alloc(32, 7);
const webhook = (url: string) =>
  ({ kind: "webhook", url, secret: `whsec_${KEY.toString("base64")}` }) as const;

const titles = (got: readonly Got[]): unknown[] =>
  got.map(({ json }) => (json["data"] as { title: string }).title);

const states = async ({ store }: TestNotifier, id: string): Promise<string[]> =>
  (await store.notices.messages(id, 50)).map(({ state }) => state);

describe("a webhook", () => {
  it("is signed so that the receiver can check who sent it, when and what", async () => {
    const { under, receiver } = await start();
    await under.add(webhook(`${receiver.url}/hook`));
    await under.store.notices.note(notice(1));
    await under.until("the message", () => receiver.got.length === 1);

    const [{ path, headers, body, json }] = receiver.got as [Got];
    expect(path).toBe("/hook");
    expect(headers["content-type"]).toBe("application/json");
    const [id, timestamp] = [headers["webhook-id"], headers["webhook-timestamp"]];
    // As the document of Standard Webhooks says it, not as the sender does it.
    const expected = createHmac("sha256", KEY);
    expected.update(Buffer.concat([Buffer.from(`${String(id)}.${String(timestamp)}.`), Buffer.from(body)]));
    expect(headers["webhook-signature"]).toBe(`v1,${expected.digest().toString("base64")}`);
    expect(Math.abs(Number(timestamp) - under.clock.now() / 1000)).toBeLessThan(60);
    expect(json).toMatchObject({
      type: "haulyard.events",
      data: {
        title: "Complete: file-1.bin",
        counts: { complete: 1 },
        events: [{ event: "complete", job: { name: "file-1.bin", path: "/models/file-1.bin" } }],
        more: 0,
      },
    });
  });

  it("that is down is tried again with the same id until it is up, and is told in order", async () => {
    const { under, receiver } = await start();
    receiver.answers.push({ status: 500, body: "restarting" }, { status: 502 }, { status: 404 });
    const channel = await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until("the first try", () => receiver.got.length === 1);
    await under.store.notices.note(notice(2));
    await under.until("both are there", () => receiver.got.length === 5);

    expect(titles(receiver.got)).toEqual([
      ...Array.from({ length: 4 }, () => "Complete: file-1.bin"),
      "Complete: file-2.bin",
    ]);
    const ids = receiver.got.map(({ headers }) => headers["webhook-id"]);
    expect(new Set(ids.slice(0, 4)).size).toBe(1);
    expect(ids[4]).not.toBe(ids[0]);
    await under.until("both are done", async () =>
      (await states(under, channel.id)).every((state) => state === "delivered"),
    );
  });

  it("that answers nobody any more is given up after a day, and says so", async () => {
    const { under, receiver } = await start();
    await receiver.close();
    const channel = await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until(
      "it is given up",
      async () => (await states(under, channel.id))[0] === "given_up",
      10 * 60_000,
    );
    const [message] = await under.store.notices.messages(channel.id, 1);
    expect(message).toMatchObject({ attempts: 8, answer: expect.stringContaining("refused") });
    expect((await under.notifier.channels())[0]).toMatchObject({ waiting: 0, last: { state: "given_up" } });
  });

  it("that is gone for good, or refuses the message itself, is not asked again", async () => {
    const { under, receiver } = await start();
    receiver.answers.push({ status: 410 });
    const channel = await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until("it is given up", async () => (await states(under, channel.id))[0] === "given_up");
    expect(receiver.got).toHaveLength(1);
  });

  it("that asks for patience gets it", async () => {
    const { under, receiver } = await start();
    receiver.answers.push({ status: 429, headers: { "retry-after": "3000" } });
    await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until("the first try", () => receiver.got.length === 1);
    const refusedAt = under.clock.now();
    await under.until("the second", () => receiver.got.length === 2, STEP_MS);
    // Our own pause would be 5 s.
    expect(under.clock.now() - refusedAt).toBeGreaterThanOrEqual(3_000_000 - STEP_MS);
  });

  it("is not followed where it redirects to", async () => {
    const { under, receiver } = await start();
    const other = await startReceiver();
    ending.push(() => other.close());
    receiver.answers.push({ status: 307, headers: { location: other.url } });
    const { id } = await under.add(webhook(receiver.url));
    const answer = await under.notifier.test(id, new AbortController().signal);
    expect(answer).toMatchObject({ kind: "failed", answer: "HTTP 307" });
    expect(other.got).toHaveLength(0);
  });

  it("whose answer repeats its address is shown without the secret in it", async () => {
    const { under, receiver } = await start();
    const secret = "T0123456789abcdefXYZ";
    receiver.answers.push({ status: 403, body: `no such hook: /services/${secret}\nApi-Key: abc` });
    const { id } = await under.add(webhook(`${receiver.url}/services/${secret}`));
    const answer = await under.notifier.test(id, new AbortController().signal);
    expect(answer?.answer).toContain("no such hook");
    expect(answer?.answer).not.toContain(secret);
    expect(answer?.answer).not.toContain("abc");
  });
});

describe("many events", () => {
  it("within the window are one message with the counts and the first names", async () => {
    const { under, receiver } = await start();
    await under.add(webhook(receiver.url), { digestMs: 60_000 });
    for (let n = 1; n <= 137; n += 1) await under.store.notices.note(notice(n));
    for (const n of [201, 202]) await under.store.notices.note(notice(n, "failed"));
    await under.until("the message", () => receiver.got.length === 1);
    await under.clock.advance(120_000, 1_000);

    expect(titles(receiver.got)).toEqual(["137 downloads complete, 2 failed"]);
    const [{ json }] = receiver.got as [Got];
    const data = json["data"] as { text: string; events: object[]; more: number };
    expect(data.events).toHaveLength(22);
    expect(data.more).toBe(117);
    // What somebody has to see to comes first.
    expect(data.text.split("\n")[0]).toBe("Failed: file-201.bin: The server said no.");
    expect(data.text.split("\n").at(-1)).toBe("… and 127 more");
  });

  it("are one message each where there is no window, in their order", async () => {
    const { under, receiver } = await start();
    await under.add(webhook(receiver.url));
    for (let n = 1; n <= 5; n += 1) await under.store.notices.note(notice(n));
    await under.until("all five", () => receiver.got.length === 5);
    expect(titles(receiver.got)).toEqual([1, 2, 3, 4, 5].map((n) => `Complete: file-${n}.bin`));
  });

  it("while a receiver is down are gathered instead of piling up, and none is lost", async () => {
    const { under, receiver } = await start();
    await receiver.close();
    const channel = await under.add(webhook(receiver.url));
    const count = MAX_WAITING * 2;
    for (let n = 1; n <= count; n += 1) await under.store.notices.note(notice(n));
    await under.until("they are distributed", async () => {
      const messages = await under.store.notices.messages(channel.id, 1_000);
      const told = messages.map(({ digest }) => digest.counts.complete ?? 0);
      return told.reduce((sum, n) => sum + n, 0) === count;
    });
    expect(await states(under, channel.id)).toHaveLength(Math.min(50, MAX_WAITING));
    expect(await under.store.notices.messages(channel.id, 1_000)).toHaveLength(MAX_WAITING);
  });
});

describe("a channel", () => {
  it("hears only of the events, places and sets it is for", async () => {
    const { under, receiver } = await start();
    const filter = { events: ["failed"], places: ["here"], sets: ["sdxl"] } as const;
    await under.add(webhook(receiver.url), { filter });
    const { notices } = under.store;
    await notices.note(notice(1));
    await notices.note(notice(2, "failed"));
    await notices.note(notice(3, "failed", { set: "sdxl", place: "elsewhere" }));
    await notices.note(notice(4, "failed", { set: "sdxl" }));
    await under.until("the one message", () => receiver.got.length === 1);
    await under.clock.advance(60_000, 1_000);
    expect(titles(receiver.got)).toEqual(["Failed: file-4.bin"]);
  });

  it("that is switched off hears nothing, neither then nor later", async () => {
    const { under, receiver } = await start();
    const { id } = await under.add(webhook(receiver.url), { enabled: false });
    await under.store.notices.note(notice(1));
    await under.notifier.change(id, { enabled: true });
    await under.store.notices.note(notice(2));
    await under.until("a message", () => receiver.got.length === 1);
    expect(titles(receiver.got)).toEqual(["Complete: file-2.bin"]);
  });

  it("that fails does not keep others from hearing", async () => {
    const { under, receiver } = await start();
    await under.add(webhook("http://127.0.0.1:1/"));
    await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until("the other one hears", () => receiver.got.length === 1);
  });

  it("whose message cannot even be made is given up like any other, and holds up nobody", async () => {
    const { under, receiver } = await start();
    // No percent encoding: reading the password throws.
    const broken = {
      kind: "mail",
      url: "smtp://u:100%@127.0.0.1:1",
      to: ["a@b.example"],
      from: "c@d.example",
    };
    const channel = await under.add(broken as ChannelSettings);
    await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until("the other one hears", () => receiver.got.length === 1);
    await under.until("a try is counted", async () => {
      const [message] = await under.store.notices.messages(channel.id, 1);
      return (message?.attempts ?? 0) > 0;
    });
  });

  it("is told once, whatever process tells it: what one had in hand another sends with the same id", async () => {
    const { under, receiver } = await start();
    receiver.answers.push("silent");
    const channel = await under.add(webhook(receiver.url));
    await under.store.notices.note(notice(1));
    await under.until("the first try is under way", () => receiver.got.length === 1);
    await under.restart();
    await under.until("it is delivered", async () => (await states(under, channel.id))[0] === "delivered");
    await under.restart();
    await under.clock.advance(60_000, 1_000);
    const ids = receiver.got.map(({ headers }) => headers["webhook-id"]);
    expect(ids).toHaveLength(2);
    expect(new Set(ids).size).toBe(1);
  });
});
