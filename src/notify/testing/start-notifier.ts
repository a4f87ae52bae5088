/** Notifications on a store of their own, with a clock that stands still. */
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { FakeClock } from "../../../test/world/fake-clock.ts";
import type { Channel, ChannelDraft, ChannelSettings } from "../../job/notify/channel.ts";
import { NOTICE_KINDS } from "../../job/notify/notice.ts";
import type { Notice, NoticeKind } from "../../job/notify/notice.ts";
import type { JobStore } from "../../job/store-contract.ts";
import { openSqliteStore } from "../../store/open-sqlite-store.ts";
import { createNotifications } from "../create-notifications.ts";
import type { NotificationParts } from "../create-notifications.ts";
import type { Notifier } from "../notifier.ts";

export interface TestNotifier {
  notifier: Notifier;
  store: JobStore;
  clock: FakeClock;
  folder: string;
  add(settings: ChannelSettings, more?: Partial<ChannelDraft>): Promise<Channel>;
  /** Moves the clock on, step by step, until it is so. */
  until(what: string, isSo: () => boolean | Promise<boolean>, stepMs?: number): Promise<void>;
  /** As a server that is asked to stop, and another one that starts after it. */
  stopAndStart(): Promise<void>;
  /** A process that is gone and another one in its place, on the same data. */
  restart(): Promise<void>;
  /** One of another machine on the same store. */
  another(more: Partial<NotificationParts> & { node: string }): Promise<Notifier>;
  [Symbol.asyncDispose](): Promise<void>;
}

/** Each takes some milliseconds: minutes, on a slow machine. */
const MAX_STEPS = 20_000;

export async function startNotifier(more: Partial<NotificationParts> = {}): Promise<TestNotifier> {
  const folder = await mkdtemp(join(tmpdir(), "haulyard-notify-"));
  const store = await openSqliteStore({ path: join(folder, "haulyard.db") });
  const clock = new FakeClock();
  const log = { info: () => {}, warn: () => {}, error: () => {} };
  let starts = 0;
  const create = (own: Partial<NotificationParts> = {}): Notifier =>
    createNotifications({
      store: store.notices,
      facts: store,
      clock,
      log,
      node: "here",
      owner: `${own.node ?? "here"}/${(starts += 1)}`,
      userAgent: "haulyard/test",
      proxy: { http: null, https: null, no: null },
      hooks: { programs: [], environment: {}, folder },
      folders: async () => [folder],
      diskLowBytes: () => 0,
      random: () => 1,
      ...more,
      ...own,
    });
  const others: Notifier[] = [];
  let notifier = create();
  await notifier.start();
  const ended: Promise<void>[] = [];
  return {
    get notifier() {
      return notifier;
    },
    store,
    clock,
    folder,
    add: async (settings, draft = {}) => {
      const outcome = await notifier.add({
        name: "them",
        settings,
        filter: { events: NOTICE_KINDS, places: null, sets: null },
        digestMs: 0,
        enabled: true,
        ...draft,
      });
      if (outcome.kind !== "channel") throw new Error(`the channel was not kept: ${JSON.stringify(outcome)}`);
      return outcome.channel;
    },
    async until(what, isSo, stepMs = 1_000) {
      for (let steps = 0; !(await isSo()); steps += 1) {
        if (steps === MAX_STEPS) throw new Error(`${what}: not within ${steps} steps of the clock`);
        await clock.advance(stepMs, stepMs);
        // Sockets and processes take real time, however the clock stands.
        await new Promise((resolve) => setTimeout(resolve, 2));
      }
    },
    async restart() {
      ended.push(notifier.stop());
      notifier = create();
      await notifier.start();
    },
    async stopAndStart() {
      await notifier.stop();
      notifier = create();
      await notifier.start();
    },
    async another(own) {
      const other = create(own);
      others.push(other);
      await other.start();
      return other;
    },
    async [Symbol.asyncDispose]() {
      await Promise.all([notifier, ...others].map((each) => each.stop()));
      await Promise.all(ended);
      await store.close();
      await rm(folder, { recursive: true, force: true });
    },
  };
}

/** What happened to a job; its number makes its name. */
export function notice(n: number, kind: NoticeKind = "complete", more: object = {}): Notice {
  return {
    kind,
    at: Date.UTC(2026, 0, 1),
    subject: {
      kind: "job",
      id: `00000000-0000-4000-8000-${String(n).padStart(12, "0")}`,
      name: `file-${n}.bin`,
      place: "here",
      placeLabel: null,
      set: null,
      path: `/models/file-${n}.bin`,
      bytes: 1_500_000,
      message: kind === "failed" ? "The server said no." : null,
      code: kind === "failed" ? "forbidden" : null,
      ...more,
    },
  };
}
