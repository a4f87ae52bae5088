/** The one among the tabs of a browser that keeps the event stream, and tells the others. */
import { systemClock } from "../../job/clock.ts";
import type { Clock } from "../../job/clock.ts";
import { toMachinesEvent } from "../../wire/waiting-message.ts";
import { needsToken } from "../api-error.ts";
import type { Follow } from "../create-live-jobs.ts";
import type { Follower, Link } from "../follow-events.ts";
import { NO_JOBS, takeEvents } from "../live-jobs.ts";
import type { LiveJobs } from "../live-jobs.ts";
import type { PlacedEvent } from "../open-event-stream.ts";
import type { HubMessage, MemberMessage } from "./hub-messages.ts";
import { MEMBER_SILENCE_MS, PING_EVERY_MS } from "./hub-messages.ts";
import { packError } from "./pack-error.ts";

/** A tab, as the hub sees it: the same object from its hello to its bye. */
export interface Member {
  send: (message: HubMessage) => void;
}

/** The server that is followed, and how one shows oneself there. */
export interface Session {
  baseUrl: string;
  token: string | null;
}

export interface StreamHub {
  take: (from: Member, message: MemberMessage) => void;
  /** Follows no more and forgets everybody. */
  stop: () => void;
}

export interface HubParts {
  /** Follows the server of a session. */
  follow: (session: Session, ...rest: Parameters<Follow>) => Promise<void>;
  clock?: Clock;
}

export function createStreamHub(parts: HubParts): StreamHub {
  return new Hub(parts);
}

/** One following of the server, from the first tab to the last, or to another token. */
interface Run {
  session: Session;
  stop: AbortController;
  live: LiveJobs;
  /** Whether there was a snapshot: no jobs says nothing before it. */
  ready: boolean;
  link: { link: Link; error: Error | null };
  cutPause: () => void;
}

class Hub implements StreamHub {
  readonly #follow: HubParts["follow"];
  readonly #clock: Clock;
  /** And when each was heard last. */
  readonly #members = new Map<Member, number>();
  #run: Run | null = null;

  constructor({ follow, clock = systemClock }: HubParts) {
    this.#follow = follow;
    this.#clock = clock;
  }

  readonly take = (from: Member, message: MemberMessage): void => {
    switch (message.kind) {
      case "hello":
        return this.#welcome(from, message);
      case "retry":
        return this.#retry(message.token);
      case "pong":
        if (this.#members.has(from)) this.#members.set(from, this.#clock.now());
        return;
      case "bye":
        return this.#forget(from);
      default:
        throw message satisfies never;
    }
  };

  readonly stop = (): void => {
    this.#members.clear();
    this.#end();
  };

  #welcome(member: Member, session: Session): void {
    this.#members.set(member, this.#clock.now());
    member.send({ kind: "welcome" });
    // A tab that was left open may have an older token than the one that works: a stream that runs is not given up.
    if (this.#run === null || needsToken(this.#run.link.error)) this.#begin(session);
    else this.#tellAll(this.#run, member);
  }

  #retry(token: string | null): void {
    const run = this.#run;
    if (run === null) return;
    if (token === run.session.token) run.cutPause();
    else this.#begin({ ...run.session, token });
  }

  #forget(member: Member): void {
    this.#members.delete(member);
    if (this.#members.size === 0) this.#end();
  }

  #end(): void {
    this.#run?.stop.abort();
    this.#run = null;
  }

  #begin({ baseUrl, token }: Session): void {
    this.#end();
    const run: Run = {
      session: { baseUrl, token },
      stop: new AbortController(),
      live: NO_JOBS,
      ready: false,
      link: { link: "connecting", error: null },
      cutPause: () => {},
    };
    this.#run = run;
    const { signal } = run.stop;
    const options = { signal, clock: this.#clock, onPause: (cut: () => void) => (run.cutPause = cut) };
    void this.#follow(run.session, this.#followerOf(run), options);
    void this.#keepPinging(signal);
  }

  #followerOf(run: Run): Follower {
    return {
      events: (events) => {
        if (this.#run !== run) return;
        run.live = takeEvents(run.live, events);
        run.ready ||= events.some(({ type }) => type === "snapshot");
        this.#send({ kind: "events", events });
      },
      link: (link, error) => {
        if (this.#run !== run) return;
        run.link = { link, error };
        this.#send(toLinkMessage(run));
      },
    };
  }

  #tellAll(run: Run, member: Member): void {
    if (run.ready) member.send({ kind: "events", events: eventsOf(run.live) });
    member.send(toLinkMessage(run));
  }

  #send(message: HubMessage): void {
    for (const member of this.#members.keys()) member.send(message);
  }

  async #keepPinging(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      await this.#clock.sleep(PING_EVERY_MS, signal);
      if (signal.aborted) return;
      const now = this.#clock.now();
      for (const [member, heardAt] of this.#members)
        if (now - heardAt > MEMBER_SILENCE_MS) this.#forget(member);
      this.#send({ kind: "ping" });
    }
  }
}

function toLinkMessage({ link: { link, error } }: Run): HubMessage {
  return { kind: "link", link, error: error === null ? null : packError(error) };
}

/** All that is known, as events that tell it to somebody who knows nothing. */
function eventsOf({ jobs, limit, machines, base, heard }: LiveJobs): PlacedEvent[] {
  // What comes from now on is newer than all of this.
  let cursor = base;
  for (const place of heard.values()) cursor = Math.max(cursor, place);
  const events: PlacedEvent[] = [{ type: "snapshot", data: { jobs: [...jobs.values()] }, cursor }];
  if (limit !== null) events.push({ type: "limit", data: limit, cursor: null });
  if (machines !== null) events.push({ type: "machines", data: toMachinesEvent(machines), cursor: null });
  return events;
}
