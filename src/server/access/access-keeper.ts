/** Who asks, by what they show; and what ends when it is taken back. */
import type { FastifyRequest } from "fastify";
import type { BlockList } from "node:net";
import type { AccessStore, Role, SessionFilter } from "../../job/access-contract.ts";
import type { NodeStore } from "../../job/node-contract.ts";
import type { Clock } from "../../job/clock.ts";
import type { ServerSettings } from "../parts.ts";
import type { Asker } from "./asker.ts";
import { addressGroup, clientAddress, isIn, networks } from "./client-address.ts";
import { hashSecret, isSame, KEY_PREFIX, sessionCookie, shownSecret } from "./credentials.ts";
import { KeyThrottle } from "./key-throttle.ts";
import { NodeTokens } from "./node-tokens.ts";
import { wantPatience } from "./want-patience.ts";

/** A session that is not used for this long is over. */
export const SESSION_IDLE_MS = 14 * 24 * 3_600_000;
/** However much it is used: then the password has to be known again. */
const SESSION_MOST_MS = 90 * 24 * 3_600_000;
/** When something was used last is written down this often: it is for people to look at. */
const TOUCH_MS = 60_000;
/** Streams look this often whether what they were opened with still holds: another process may have taken it back. */
const RECHECK_MS = 15_000;
/** Longest name of a user that a proxy may tell. */
const MAX_USER_LENGTH = 128;

interface KeeperParts {
  access: AccessStore;
  nodes: Pick<NodeStore, "tokenHashes">;
  clock: Clock;
  settings: Pick<ServerSettings, "token" | "trustedProxies" | "proxyUserHeader" | "proxyRole">;
}

export class AccessKeeper {
  readonly #parts: KeeperParts;
  readonly #proxies: BlockList;
  readonly #throttle: KeyThrottle;
  readonly #nodeTokens: NodeTokens;
  readonly #touched = new Map<string, number>();
  /** Who waits for a credential's end. */
  readonly #holders = new Map<string, Set<AbortController>>();

  constructor(parts: KeeperParts) {
    this.#parts = parts;
    this.#proxies = networks(parts.settings.trustedProxies);
    this.#throttle = new KeyThrottle(parts.clock);
    this.#nodeTokens = new NodeTokens(parts);
  }

  /** Nobody has to show anything: only this machine can ask. */
  get isOpen(): boolean {
    return this.#parts.settings.token === null;
  }

  /** @throws RequestError where too many wrong tokens and keys came from there */
  async identify(request: FastifyRequest): Promise<Asker> {
    const address = this.addressOf(request);
    const secret = shownSecret(request.headers);
    if (secret !== null) wantPatience(this.#waitOf(secret, address), "tokens or keys");
    const shown = secret === null ? null : await this.#bySecret(secret, address);
    if (shown !== null) return shown;
    const cookie = sessionCookie(request.headers);
    const session = cookie === null ? null : await this.#bySession(cookie, address);
    if (session !== null) return session;
    const proxied = await this.#byProxy(request, address);
    if (proxied !== null) return proxied;
    return this.#anybody(address);
  }

  /**
   * The same where a secret stands in the call itself, beside those of the headers. Nothing that a browser sends by
   * itself counts: pages of other origins may call.
   */
  async identifyCaller(request: FastifyRequest, secret: string | null): Promise<Asker> {
    const address = this.addressOf(request);
    const shown = secret ?? shownSecret(request.headers);
    // Its clients know no other word for it than that the secret is wrong.
    if (shown !== null && this.#waitOf(shown, address) > 0) return nobody(address);
    return (shown === null ? null : await this.#bySecret(shown, address)) ?? this.#anybody(address);
  }

  addressOf({ raw, headers }: FastifyRequest): string {
    const forwarded = headers["x-forwarded-for"];
    const chain = Array.isArray(forwarded) ? forwarded.join(",") : forwarded;
    return clientAddress(raw.socket.remoteAddress ?? "", chain, this.#proxies);
  }

  /** Whether the browser came over TLS: by a trusted proxy's word, or by the browser's own. */
  isSecure({ raw, headers }: FastifyRequest): boolean {
    const isOurs = isIn(this.#proxies, raw.socket.remoteAddress ?? "");
    if (isOurs && headers["x-forwarded-proto"] === "https") return true;
    return headers.origin?.startsWith("https://") === true;
  }

  /** A signal that aborts once the asker's session or key holds no more. Watched until the other one aborts. */
  hold({ credential, via }: Asker, until: AbortSignal): AbortSignal {
    const ended = new AbortController();
    if (credential === null || until.aborted) return ended.signal;
    const holders = this.#holders.get(credential) ?? new Set();
    this.#holders.set(credential, holders.add(ended));
    until.addEventListener(
      "abort",
      () => {
        holders.delete(ended);
        if (holders.size === 0) this.#holders.delete(credential);
      },
      { once: true },
    );
    void this.#recheck(credential, via, ended, until);
    return ended.signal;
  }

  /** Ends sessions, and the streams that were opened with them. */
  async endSessions(filter: SessionFilter): Promise<number> {
    const ended = await this.#parts.access.endSessions(filter);
    for (const id of ended) this.release(id);
    return ended.length;
  }

  /** What this was shown for ends now. */
  release(credential: string): void {
    for (const holder of this.#holders.get(credential) ?? []) holder.abort();
  }

  async #recheck(
    credential: string,
    via: Asker["via"],
    ended: AbortController,
    until: AbortSignal,
  ): Promise<void> {
    const { access, clock } = this.#parts;
    const over = AbortSignal.any([until, ended.signal]);
    for (;;) {
      await clock.sleep(RECHECK_MS, over);
      if (over.aborted) return;
      const held =
        via === "key" ? access.key(credential, clock.now()) : access.session(credential, clock.now());
      // A store that cannot be asked says nothing against it.
      if ((await held.catch(() => undefined)) === null) ended.abort();
    }
  }

  #waitOf(secret: string, address: string): number {
    return this.#throttle.waitOf(secret, addressGroup(address));
  }

  /** Null: it says nothing here, where nobody has to show anything. */
  async #bySecret(secret: string, address: string): Promise<Asker | null> {
    if (this.isOpen && !secret.startsWith(KEY_PREFIX)) return null;
    const group = addressGroup(address);
    // At once after the wait was asked for, and before anything else is waited for.
    this.#throttle.tried(secret, group);
    const shown = await this.#lookAt(secret, address);
    if (shown.role === null) this.#throttle.wrong(secret, group);
    else this.#throttle.right(secret, group);
    return shown;
  }

  async #lookAt(secret: string, address: string): Promise<Asker> {
    const { token } = this.#parts.settings;
    if (token !== null && isSame(secret, token))
      return { who: "token", via: "token", role: "admin", credential: null, address };
    // What looks like a key and is none is not let in by another door: whoever sent it should know.
    if (secret.startsWith(KEY_PREFIX)) return (await this.#byKey(secret, address)) ?? nobody(address);
    // The token of any machine of this installation is one of all of them.
    if (await this.#nodeTokens.has(hashSecret(secret)))
      return { who: "token", via: "token", role: "admin", credential: null, address };
    return nobody(address);
  }

  /** Who has shown nothing. */
  #anybody(address: string): Asker {
    return this.isOpen
      ? { who: "loopback", via: "loopback", role: "admin", credential: null, address }
      : nobody(address);
  }

  async #byKey(secret: string, address: string): Promise<Asker | null> {
    const { access, clock } = this.#parts;
    const now = clock.now();
    const key = await access.keyByHash(hashSecret(secret), now);
    if (key === null) return null;
    if (this.#isDue(key.id, now)) await access.touchKey(key.id, now);
    return { who: `key ${key.name}`, via: "key", role: key.role, credential: key.id, address };
  }

  async #bySession(secret: string, address: string): Promise<Asker | null> {
    const { access, clock } = this.#parts;
    const now = clock.now();
    const session = await access.sessionByHash(hashSecret(secret), now);
    if (session === null) return null;
    if (this.#isDue(session.id, now))
      await access.touchSession(
        session.id,
        now,
        Math.min(now + SESSION_IDLE_MS, session.createdAt + SESSION_MOST_MS),
      );
    return { who: session.account, via: "session", role: session.role, credential: session.id, address };
  }

  /** Somebody whom a proxy in front has asked already. The name of an account has its role, another one the setting's. */
  async #byProxy({ raw, headers }: FastifyRequest, address: string): Promise<Asker | null> {
    const { access, settings } = this.#parts;
    const { proxyUserHeader: header, proxyRole } = settings;
    if (header === null || !isIn(this.#proxies, raw.socket.remoteAddress ?? "")) return null;
    const told = headers[header];
    if (typeof told !== "string" || told.trim() === "") return null;
    const who = told.trim().toLowerCase();
    if (who.length > MAX_USER_LENGTH) return null;
    const account = await access.account(who);
    const role: Role | null = account?.role ?? (proxyRole === "none" ? null : proxyRole);
    return { who, via: "proxy", role, credential: null, address };
  }

  #isDue(id: string, now: number): boolean {
    const last = this.#touched.get(id);
    if (last !== undefined && now - last < TOUCH_MS) return false;
    this.#touched.set(id, now);
    return true;
  }
}

function nobody(address: string): Asker {
  return { who: "", via: "nothing", role: null, credential: null, address };
}
