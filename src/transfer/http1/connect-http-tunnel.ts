/** Through an HTTP proxy: CONNECT (RFC 9110 §9.3.6). */
import type { Login, TunnelOutcome } from "./connect-socks5.ts";
import { writeRequestHead } from "./request-head.ts";
import { ResponseReader } from "./response-reader.ts";
import type { Address, Receiver, Transport } from "./transport.ts";
import { clauseOfFault } from "./protocol-fault.ts";

/** RFC 7617: for the field Proxy-Authorization. */
export function basicLogin({ user, password }: Login): string {
  return `Basic ${Buffer.from(`${user}:${password}`).toString("base64")}`;
}

/** `host:port`, an IPv6 address in brackets. */
export function authority({ host, port }: Address): string {
  return `${host.includes(":") ? `[${host}]` : host}:${port}`;
}

/** Asks for a tunnel to `target`. Rejects with errors of the connection to the proxy. */
export function connectHttpTunnel(
  transport: Transport,
  target: Address,
  login: Login | null,
  userAgent: string,
): Promise<TunnelOutcome> {
  const fields: [string, string][] = [["User-Agent", userAgent]];
  if (login !== null) fields.push(["Proxy-Authorization", basicLogin(login)]);
  const host = authority(target);
  const request = writeRequestHead({ method: "CONNECT", target: host, host, fields });
  if (request.kind === "refused") {
    return Promise.resolve({
      kind: "refused",
      reason: `cannot be asked: ${request.reason}`,
      needsLogin: false,
    });
  }
  const answer = new Promise<TunnelOutcome>((resolve, reject) => {
    transport.receiver = new TunnelAnswer(resolve, reject);
  });
  transport.write(request.bytes);
  return answer;
}

class TunnelAnswer implements Receiver {
  readonly #reader = new ResponseReader("CONNECT");
  readonly #memory = new Uint8Array(4096);
  readonly #resolve: (outcome: TunnelOutcome) => void;
  readonly #reject: (error: Error) => void;

  constructor(resolve: (outcome: TunnelOutcome) => void, reject: (error: Error) => void) {
    this.#resolve = resolve;
    this.#reject = reject;
  }

  room(): Uint8Array {
    return this.#memory;
  }

  filled(bytes: number): boolean {
    const step = this.#reader.read(this.#memory, 0, bytes);
    if (step.kind === "fault") this.#refuse(`cannot be understood: ${clauseOfFault(step.fault)}`);
    if (step.kind !== "head") return true;
    const { status } = step.head;
    if (status < 200 || status > 299)
      this.#refuse(`answers ${status} ${step.head.reason}`.trimEnd(), status === 407);
    // TLS is begun by us: whatever comes before is not from where the tunnel leads.
    else if (step.at < bytes) this.#refuse("sends bytes of its own into the connection");
    else this.#resolve({ kind: "through" });
    return true;
  }

  ended(): void {
    this.#reject(new Error("the proxy closed the connection"));
  }

  failed(error: Error): void {
    this.#reject(error);
  }

  #refuse(reason: string, needsLogin = false): void {
    this.#resolve({ kind: "refused", reason, needsLogin });
  }
}
