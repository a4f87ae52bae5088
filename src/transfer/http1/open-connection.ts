/** From an origin to a connection on which HTTP can begin: directly, or over a proxy. */
import type { Clock } from "../../job/clock.ts";
import type { Reach } from "../ask/http-answer.ts";
import { connectHttpTunnel } from "./connect-http-tunnel.ts";
import { connectSocks5 } from "./connect-socks5.ts";
import type { TunnelOutcome } from "./connect-socks5.ts";
import { Connection } from "./connection.ts";
import { after, onAbort } from "./deadline.ts";
import { Dialogue } from "./dialogue.ts";
import type { ConnectionLimits } from "./exchange.ts";
import type { Proxy } from "./proxy.ts";
import { openDirect, openStream, secureStream, transportOver } from "./transport.ts";
import type { Address, Resolver, Security, Transport } from "./transport.ts";
import type { Trouble } from "./trouble.ts";

/** How TLS is done, for all servers alike. */
export type TlsSettings = Omit<Security, "host">;

export interface ConnectSettings extends Resolver {
  /** The same for routes that may not lead anywhere. */
  publicLookup?: NonNullable<Resolver["lookup"]>;
  restrictedLookup?: NonNullable<Resolver["lookup"]>;
  clock: Clock;
  /** TCP, proxy and TLS together. Milliseconds. */
  connectTimeoutMs: number;
  limits: ConnectionLimits;
  tls: TlsSettings;
  /** Told to HTTP proxies when a tunnel is asked for. */
  userAgent: string;
}

export interface Route {
  target: Address;
  /** HTTP over TLS. */
  secure: boolean;
  proxy: Proxy | null;
  /** Where the target's name may lead. Over a proxy nobody here can tell. */
  reach?: Reach;
}

export type ConnectOutcome =
  | { kind: "connected"; connection: Connection }
  | { kind: "trouble"; trouble: Trouble }
  | { kind: "aborted" };

type Opened =
  | { kind: "open"; value: Transport }
  | { kind: "failed"; error: Error }
  | { kind: "trouble"; trouble: Trouble };

/** Never rejects. */
export async function openConnection(
  route: Route,
  settings: ConnectSettings,
  signal: AbortSignal,
): Promise<ConnectOutcome> {
  if (signal.aborted) return { kind: "aborted" };
  const { clock, connectTimeoutMs: ms } = settings;
  const stop = new AbortController();
  let late = false;
  const forgetSignal = onAbort(signal, () => stop.abort());
  const forgetTime = after(clock, ms, () => {
    late = true;
    stop.abort();
  });
  try {
    const opened = await openTransport(route, settings, stop.signal);
    if (opened.kind === "open" && !stop.signal.aborted)
      return { kind: "connected", connection: new Connection(opened.value, clock, settings.limits) };
    if (opened.kind === "open") opened.value.destroy();
    if (signal.aborted) return { kind: "aborted" };
    if (late) return { kind: "trouble", trouble: { kind: "timeout", phase: "connect", ms } };
    if (opened.kind === "failed") return { kind: "trouble", trouble: { kind: "error", error: opened.error } };
    return opened.kind === "trouble" ? opened : { kind: "aborted" };
  } finally {
    forgetTime();
    forgetSignal();
  }
}

async function openTransport(
  { target, secure, proxy, reach = "anywhere" }: Route,
  settings: ConnectSettings,
  signal: AbortSignal,
): Promise<Opened> {
  const security = secure ? { ...settings.tls, host: target.host } : null;
  const lookup = proxy === null ? lookupFor(reach, settings) : settings.lookup;
  const resolver = lookup === undefined ? {} : { lookup };
  if (proxy === null) return openDirect({ ...target, ...resolver }, security, signal);
  const proxySecurity = proxy.kind === "https" ? { ...settings.tls, host: proxy.address.host } : null;
  if (security !== null) return openTunnel(target, security, { proxy, proxySecurity }, settings, signal);
  const opened = await openDirect({ ...proxy.address, ...resolver }, proxySecurity, signal);
  // Plain requests are handed to an HTTP proxy as such: many allow CONNECT to port 443 only.
  if (opened.kind === "failed" || proxy.kind !== "socks5") return opened;
  const refusal = await passThrough(opened.value, target, proxy, settings, signal);
  return refusal ?? opened;
}

function lookupFor(reach: Reach, settings: ConnectSettings): ConnectSettings["lookup"] {
  switch (reach) {
    case "anywhere":
    case "machine":
      return settings.lookup;
    case "public":
      return settings.publicLookup;
    case "restricted":
      return settings.restrictedLookup;
    default:
      throw reach satisfies never;
  }
}

/** TLS to the target inside a connection that a proxy passes on. */
async function openTunnel(
  target: Address,
  security: Security,
  { proxy, proxySecurity }: { proxy: Proxy; proxySecurity: Security | null },
  settings: ConnectSettings,
  signal: AbortSignal,
): Promise<Opened> {
  const resolver = settings.lookup === undefined ? {} : { lookup: settings.lookup };
  const outer = await openStream({ ...proxy.address, ...resolver }, proxySecurity, signal);
  if (outer.kind === "failed") return outer;
  const transport = transportOver(outer.value);
  const refusal = await passThrough(transport, target, proxy, settings, signal);
  if (refusal !== null) return refusal;
  transport.detach();
  const inner = await secureStream(outer.value, security, signal);
  if (inner.kind === "open") return { kind: "open", value: transportOver(inner.value) };
  outer.value.destroy();
  return inner;
}

/** Null once the proxy has connected us to the target. Else the connection is gone. */
async function passThrough(
  transport: Transport,
  target: Address,
  proxy: Proxy,
  settings: ConnectSettings,
  signal: AbortSignal,
): Promise<Exclude<Opened, { kind: "open" }> | null> {
  const outcome = await askProxy(transport, target, proxy, settings, signal);
  if (outcome.kind === "through") return null;
  transport.destroy();
  if (outcome.kind === "failed") return outcome;
  const { reason, needsLogin } = outcome;
  return { kind: "trouble", trouble: { kind: "proxy", reason, needsLogin } };
}

async function askProxy(
  transport: Transport,
  target: Address,
  proxy: Proxy,
  { userAgent }: ConnectSettings,
  signal: AbortSignal,
): Promise<TunnelOutcome | { kind: "failed"; error: Error }> {
  const forget = onAbort(signal, () => transport.receiver.failed(new Error("stopped")));
  try {
    if (proxy.kind === "socks5") return await connectSocks5(new Dialogue(transport), target, proxy.login);
    return await connectHttpTunnel(transport, target, proxy.login, userAgent);
  } catch (error) {
    return { kind: "failed", error: error as Error };
  } finally {
    forget();
  }
}
